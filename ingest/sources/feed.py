"""Posts from the RSS or Atom feed in which a site tells of its newest comments, asked again and again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

from ingest.capture import Whole, capture_of
from ingest.feeds.entries import Fields, read
from ingest.feeds.slices import Slices, slices
from ingest.known import Known
from ingest.posts import Reading
from ingest.sources.options import Address, Options
from ingest.sources.source import Bad, Cursor, Item, Looked, Missed, Polled, SourceKind
from ingest.web import HEADER_CHARS_MAX, Answer, SiteAway, Web
from records.base import LINE_CHARS_MAX, Line
from records.dead_letters import DEAD_LETTER_BYTES_MAX
from records.digests import fact_digest
from records.errors import Malformed
from records.posts import Post

FEED_BYTES_MAX = 5_000_000
MOVED_ON = "nothing that the feed holds was known: what was posted in between may have left it already"
_CONDITIONS = {"etag": "if-none-match", "last-modified": "if-modified-since"}


class FeedOptions(Options):
    """`surface` is for all entries; else it is the page that each one links to. `with_title` where authors write it."""

    url: Address
    surface: Line | None = None
    with_title: bool = False


@dataclass(frozen=True)
class Entry:
    """One entry where it stands in the feed: its bytes, and what it says or why it cannot be read."""

    number: int
    content: bytes
    fields: Fields = field(default_factory=dict)
    problem: str | None = None

    @property
    def native_id(self) -> str:
        """The feed's own id of it."""
        return str(self.fields.get("id") or "")

    @property
    def state(self) -> str:
        """What changes when its text does."""
        media = (medium["url"] for medium in self.fields.get("media", ()))
        return fact_digest("feed", self.fields.get("text"), *media)


@dataclass
class Feed:
    """One feed; what it has told is in `known`, and its cursor lets the site answer that nothing has changed."""

    options: FeedOptions
    known: Known
    reading: Reading
    web: Web
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _read: dict[bytes, Fields] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name that its posts are recorded under."""
        return self.reading.source

    @property
    def cursor_name(self) -> str:
        """One place a source."""
        return f"feed.{self.name}"

    def items(self, cursor: Cursor | None) -> Iterator[Item]:
        """The entries that are new or whose text has changed, oldest first."""
        answer = self.web.get(self.options.url, headers=self._conditions(cursor or {}))
        if answer.status == 304:  # noqa: PLR2004  not modified
            return
        if answer.status != 200:  # noqa: PLR2004  anything else is no feed
            raise SiteAway(f"{self.name}: the site answers with HTTP {answer.status}")
        try:
            found = slices(answer.body, _charset(answer))
        except Malformed as problem:
            yield Item(_bad(0, answer.body, str(problem)))
            raise SiteAway(f"{self.name}: what the site answers {problem}") from None
        yield from self._told(self._entries(found), answer)
        yield Item(Looked(len(found.bounds)), self._cursor(answer))

    def _told(self, entries: list[Entry], answer: Answer) -> Iterator[Item]:
        before = {entry.native_id: self.known.get(entry.native_id) for entry in entries}
        if entries and not any(before.values()) and len(self.known):
            yield Item(Missed(MOVED_ON, _oldest(entries)))
        whole = Whole.of(answer.body)
        for entry in reversed(entries):
            state = before[entry.native_id]
            if entry.problem is not None or state != entry.state:
                yield self._item(entry, answer, whole, is_new=state is None)

    def _item(self, entry: Entry, answer: Answer, whole: Whole, *, is_new: bool) -> Item:
        try:
            return Item(self._post(entry, answer, whole, "seen" if is_new else "edited"), state=entry.state)
        except Malformed as problem:
            return Item(_bad(entry.number, entry.content, str(problem)))

    def _post(self, entry: Entry, answer: Answer, whole: Whole, kind: str) -> Post:
        if entry.problem is not None:
            raise Malformed(entry.problem)
        media_type = answer.headers.get("content-type", "")[:HEADER_CHARS_MAX] or None
        capture = capture_of(entry.content, whole, media_type=media_type, http=answer.http)
        surface = self.options.surface or _page(entry.fields.get("url"))
        return self.reading.post(entry.fields | {"kind": kind, "surface": surface}, capture, self.now())

    def _entries(self, found: Slices) -> list[Entry]:
        read: dict[bytes, Fields] = {}
        entries = []
        for number, content in enumerate(found, 1):
            try:
                read[content] = self._read.get(content) or self._fields(found, content)
                entries.append(Entry(number, content, read[content]))
            except Malformed as problem:
                entries.append(Entry(number, content, problem=str(problem)))
        self._read = read
        return _once(entries)

    def _fields(self, found: Slices, content: bytes) -> Fields:
        fields = read(found, content)
        title = fields["page_title"] if self.options.with_title else None
        return fields | {"text": "\n\n".join(filter(None, (title, fields["text"])))} if title else fields

    def _conditions(self, cursor: Cursor) -> dict[str, str]:
        if cursor.get("url") != self.options.url:
            return {}
        return {header: cursor[name] for name, header in _CONDITIONS.items() if name in cursor}

    def _cursor(self, answer: Answer) -> Cursor:
        return {"url": self.options.url} | {
            name: answer.headers[name] for name in _CONDITIONS if name in answer.headers
        }


def source(options: FeedOptions, known: Known, reading: Reading) -> Feed:
    """The feed that these options describe."""
    return Feed(options, known, reading, Web(options.name, body_bytes_max=FEED_BYTES_MAX))


def _bad(number: int, content: bytes, reason: str) -> Bad:
    whole = Whole.of(content)
    return Bad(number, content[:DEAD_LETTER_BYTES_MAX], whole.sha256, whole.size_bytes, reason)


def _once(entries: list[Entry]) -> list[Entry]:
    """Each id once: the first has it, and another of that id that says something else cannot be told from an edit."""
    first: dict[str, Entry] = {}
    found = []
    for entry in entries:
        one = first.setdefault(entry.native_id, entry) if entry.native_id else entry
        if one is entry:
            found.append(entry)
        elif one.state != entry.state:
            found.append(replace(entry, fields={}, problem="has the id of another entry of the feed"))
    return found


def _oldest(entries: list[Entry]) -> datetime | None:
    said = [entry.fields.get("posted_at") for entry in entries if entry.problem is None]
    times = [datetime.fromisoformat(time) for time in said if time]
    return min(times) if times and len(times) == len(said) else None


def _page(url: Any) -> str | None:  # noqa: ANN401  whatever the feed says
    try:
        return urlsplit(url).path.strip("/")[:LINE_CHARS_MAX] or None if isinstance(url, str) else None
    except ValueError:
        return None


def _charset(answer: Answer) -> str | None:
    message = Message()
    message["content-type"] = answer.headers.get("content-type", "")
    return message.get_content_charset()


KIND = SourceKind(
    name="feed",
    purpose="an RSS or Atom feed of comments, asked again and again",
    history=False,
    edits=True,
    removals=False,
    reactions=False,
    polled=Polled(FeedOptions, source),
)

"""Comments of an Isso server, asked of its API: the threads that are named, or all where the server lists them.

Every pass reads whole listings, because Isso says nothing of what has changed: what is new, what reads otherwise than
it did, and what is not listed any more or is marked as deleted. What waits for a moderator is not listed, and so not
seen. Text is what a visitor reads, not the Markdown behind it. Votes are counts without names, and no reactions.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from ingest.capture import capture_of
from ingest.isso.admin import Admin
from ingest.isso.api import LISTING_BYTES_MAX, Api, Found, Listing
from ingest.isso.comments import Comment, Remembered, comment_of, id_of
from ingest.isso.orders import IssoSite, Signature
from ingest.known import Known
from ingest.posts import Reading
from ingest.sources.options import HERE, Address, Options, secret_in
from ingest.sources.source import Bad, Compared, Cursor, Item, Looked, Polled, SourceKind
from ingest.values import UNIX
from ingest.web import Web
from records.base import Line
from records.codec import parse_json
from records.dead_letters import DEAD_LETTER_BYTES_MAX
from records.digests import sha256_hex
from records.errors import Malformed

URIS_MAX = 1000
COMPARE_SECONDS = 600.0
REPLY_AUTHOR_CHARS_MAX = 100
REPLY_EMAIL_CHARS_MAX = 254
MEDIA_TYPE = "application/json"


class IssoOptions(Options):
    """Where Isso answers; the threads, if not all; a surface, if all are one; the site whose pages the threads are.

    With the password of its moderator it takes orders; a reply is written under `reply_author`.
    """

    url: Address
    uris: Annotated[tuple[Annotated[Line, Field(min_length=1)], ...], Field(max_length=URIS_MAX)] = ()
    surface: Annotated[Line, Field(min_length=1)] | None = None
    site: Address | None = None
    admin_password_file: Path | None = None
    reply_author: Annotated[Line, Field(min_length=1, max_length=REPLY_AUTHOR_CHARS_MAX)] = "Moderator"
    reply_email: Annotated[Line, Field(min_length=3, max_length=REPLY_EMAIL_CHARS_MAX)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        parts = urlsplit(self.url)
        if self.admin_password_file is not None and parts.scheme != "https" and parts.hostname not in HERE:
            raise ValueError("a password is sent by https only")
        return self

    @property
    def takes_orders(self) -> bool:
        """Whether there is the password of its moderator."""
        return self.admin_password_file is not None


@dataclass
class Look:
    """What was read in one pass; it is `whole` if no comment was without an id."""

    comments: list[tuple[Comment, Found]] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    whole: bool = True


@dataclass
class Isso:
    """The comments of one server."""

    options: IssoOptions
    reading: Reading
    known: Known
    api: Api
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    clock: Callable[[], float] = time.monotonic
    _compared_at: float | None = None

    @property
    def name(self) -> str:
        """The name that its posts are recorded under."""
        return self.reading.source

    @property
    def cursor_name(self) -> None:
        """Every pass reads everything: there is no place to go on from."""
        return

    def items(self, _: Cursor | None) -> Iterator[Item]:
        """What is new, changed or gone since it was last told."""
        listings = tuple(map(self.api.thread, dict.fromkeys(self.options.uris))) or (self.api.latest(),)
        look = self._look(listings)
        yield from map(Item, look.bad)
        numbers = {comment.number: comment.native_id for comment, _ in look.comments}
        for comment, found in look.comments:
            yield from self._told(comment, found, numbers)
        if look.whole:
            yield from self._gone({listing.uri: listing for listing in listings}, look)
        yield from self._compared(look)
        yield Item(Looked(sum(len(listing.found) for listing in listings)))

    def _look(self, listings: tuple[Listing, ...]) -> Look:
        look = Look()
        for number, found in enumerate(one for listing in listings for one in listing.found):
            try:
                self._read(look, found)
            except Malformed as problem:
                look.bad.append(_bad(number, found, str(problem)))
        return look

    def _read(self, look: Look, found: Found) -> None:
        try:
            value = parse_json(found.content)
            look.ids.add(id_of(value))
        except Malformed:
            look.whole = False  # it may be any of those that we know
            raise
        look.comments.append((comment_of(value, found.uri, self.options.surface, self.options.site), found))

    def _told(self, comment: Comment, found: Found, numbers: dict[int, str]) -> Iterator[Item]:
        told = Remembered.of(self.known.get(comment.native_id))
        if told is None or not told.stands:
            new = not comment.deleted
        else:
            new = comment.deleted or comment.digest != told.digest
        if new:
            yield self._item(comment, found, told, numbers)

    def _item(self, comment: Comment, found: Found, told: Remembered | None, numbers: dict[int, str]) -> Item:
        edited = told is not None and told.stands
        at = comment.modified if told is None or comment.modified != told.modified else None
        kind = "removed" if comment.deleted else "edited" if edited else "seen"
        shape = comment.shape | {"kind": kind, "edited_at": at, "parent_id": self._parent(comment, numbers)}
        capture = capture_of(found.content, found.whole, media_type=MEDIA_TYPE, http=found.http)
        try:
            post = self.reading.post(shape, capture, self.now())
        except Malformed as problem:
            return Item(_bad(comment.number, found, str(problem)))
        state = Remembered(comment.uri, comment.digest, comment.modified, not comment.deleted)
        return Item(post, state=str(state))

    def _parent(self, comment: Comment, numbers: dict[int, str]) -> str | None:
        """The id of the comment that it answers; one that is not listed any more was known, or never was."""
        if comment.parent is None or comment.parent in numbers:
            return numbers.get(comment.parent or 0)
        return next((known for known in self.known.ids() if known.startswith(f"{comment.parent}-")), None)

    def _gone(self, listings: dict[str | None, Listing], look: Look) -> Iterator[Item]:
        """What stood in a listing and is not in it; the capture is the nothing that the site says of it."""
        for native_id in self.known.ids():
            told = None if native_id in look.ids else Remembered.of(self.known.get(native_id))
            listing = None if told is None or not told.stands else listings.get(None) or listings.get(told.uri)
            if told is not None and listing is not None:
                capture = capture_of(b"", listing.whole, media_type=MEDIA_TYPE, http=listing.http)
                post = self.reading.post({"id": native_id, "kind": "removed"}, capture, self.now())
                yield Item(post, state=str(replace(told, stands=False)))

    def _compared(self, look: Look) -> Iterator[Item]:
        """What the site counts against what we could read, every so often."""
        if self._compared_at is None or self.clock() - self._compared_at >= COMPARE_SECONDS:
            standing = [comment for comment, _ in look.comments if not comment.deleted]
            uris = self.options.uris or tuple({comment.uri for comment in standing})
            yield Item(Compared(self.api.counts(uris), len(standing)))
            self._compared_at = self.clock()


def _bad(number: int, found: Found, reason: str) -> Bad:
    content = found.content
    return Bad(number, content[:DEAD_LETTER_BYTES_MAX], sha256_hex(content), len(content), reason)


def _in_seconds(reading: Reading) -> Reading:
    """The reading with Isso's times, which are seconds since 1970."""
    fields = dict(reading.mapping.fields)
    fields |= {name: replace(fields[name], time=UNIX) for name in ("posted_at", "edited_at")}
    return replace(reading, mapping=replace(reading.mapping, fields=fields))


def source(options: IssoOptions, known: Known, reading: Reading) -> Isso:
    """The source that these options describe."""
    web = Web(options.name, body_bytes_max=LISTING_BYTES_MAX)
    return Isso(options, _in_seconds(reading), known, Api(web, options.name, options.url))


def site(options: IssoOptions) -> IssoSite:
    """What carries out orders there; raises Misconfigured where the password cannot be read."""
    if options.admin_password_file is None:
        raise AssertionError("it takes no orders")
    visiting, moderating = (Web(options.name, body_bytes_max=LISTING_BYTES_MAX, cookies=False) for _ in range(2))
    admin = Admin(moderating, options.url, secret_in(options.admin_password_file))
    return IssoSite(visiting, options.url, admin, Signature(options.reply_author, options.reply_email))


KIND = SourceKind(
    name="isso",
    purpose="the comments of an Isso server, by its API",
    history=True,
    edits=True,
    removals=True,
    reactions=False,
    orders=("remove", "reply"),
    polled=Polled(IssoOptions, source, site),
)

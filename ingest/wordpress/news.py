"""What is new on a page of comments, against what has been told: first texts, other texts, and what is gone."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from ingest.capture import Whole, capture_of
from ingest.known import Known
from ingest.markup import plain_text
from ingest.posts import Reading
from ingest.sources.source import Bad, Item
from ingest.web import SiteAway
from ingest.wordpress.api import PAGE_COMMENTS, Api, Found, Page
from ingest.wordpress.comments import Comment, Remembered, comment_of, number_of
from records.codec import parse_json
from records.dead_letters import DEAD_LETTER_BYTES_MAX
from records.errors import Malformed
from records.posts import Capture

TITLES_MAX = 5_000
MEDIA_TYPE = "application/json"


@dataclass
class Look:
    """A page that was read: its comments, what is none, and the numbers of all."""

    comments: list[tuple[Comment, Found]] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)


@dataclass
class News:
    """Looks at pages for one source; what it says is gone it has asked for by its number."""

    reading: Reading
    known: Known
    api: Api
    surface: str | None
    now: Callable[[], datetime]
    _titles: dict[str, str | None] = field(default_factory=dict)

    def look(self, page: Page) -> Look:
        """Reads a page."""
        look = Look()
        for place, found in enumerate(page.found):
            number = place
            try:
                value = parse_json(found.content)
                number = number_of(value)
                look.numbers.add(number)
                look.comments.append((comment_of(value, self.surface), found))
            except Malformed as problem:
                look.bad.append(_bad(number, found, str(problem)))
        return look

    def of(self, look: Look, first: int, last: int) -> Iterator[Item]:
        """What is new: on this page, and of what should be on it, `first` to `last`, but is not."""
        yield from (Item(bad) for bad in look.bad if not self.known.unreadable(bad.sha256))
        yield from self._told(look)
        missing = [number for number in self._between(first, last) if number not in look.numbers]
        missing = [number for number in missing if self._stands(str(number))]
        for begins in range(0, len(missing), PAGE_COMMENTS):
            yield from self._sought(missing[begins : begins + PAGE_COMMENTS])

    def _told(self, look: Look) -> Iterator[Item]:
        changed = [(comment, found) for comment, found in look.comments if self._is_new(comment)]
        titles = self._titles_of({comment.page for comment, _ in changed if comment.page and comment.public})
        for comment, found in changed:
            yield self._item(comment, found, titles.get(comment.page or ""))

    def _is_new(self, comment: Comment) -> bool:
        told = self._remembered(comment.number)
        if not comment.public:
            return told is not None and told.stands
        return told is None or not told.stands or told.latest != comment.digest

    def _item(self, comment: Comment, found: Found, title: str | None) -> Item:
        told = self._remembered(comment.number) or Remembered(comment.digest, comment.digest, stands=True)
        kind = "removed" if not comment.public else "seen" if comment.digest == told.first else "edited"
        now = replace(told, latest=comment.digest if comment.public else told.latest, stands=comment.public)
        capture = capture_of(found.content, found.whole, media_type=MEDIA_TYPE, http=found.http)
        try:
            post = self.reading.post(comment.shape | {"kind": kind, "page_title": title}, capture, self.now())
        except Malformed as problem:
            return Item(_bad(comment.number, found, str(problem)))
        self._remember(comment.number)
        return Item(post, state=str(now))

    def _sought(self, numbers: list[int]) -> Iterator[Item]:
        """Asks for comments by their numbers: those that are there are told if they are new, the others are gone."""
        page = self.api.those(numbers)
        look = self.look(page)
        if not look.numbers <= set(numbers):
            raise SiteAway(f"{self.reading.source}: the site answers with other comments than those we asked for")
        yield from self._told(look)
        capture = capture_of(page.body, Whole.of(page.body), media_type=MEDIA_TYPE, http=page.http)
        for number in numbers:
            if number not in look.numbers and not look.bad:  # what cannot be read may be any of them
                yield self._gone(number, capture)

    def _gone(self, number: int, capture: Capture) -> Item:
        post = self.reading.post({"id": number, "kind": "removed"}, capture, self.now())
        told = self._remembered(number) or Remembered("", "", stands=False)
        return Item(post, state=str(replace(told, stands=False)))

    def _remembered(self, number: int) -> Remembered | None:
        return Remembered.of(self.known.get(str(number)))

    def _stands(self, native_id: str) -> bool:
        told = Remembered.of(self.known.get(native_id))
        return told is not None and told.stands

    @cached_property
    def _numbers(self) -> list[int]:
        """The numbers of all that was told, in order; more than stand in `known` do no harm."""
        return sorted(int(native_id) for native_id in self.known.ids())

    def _between(self, first: int, last: int) -> list[int]:
        return self._numbers[bisect_left(self._numbers, first) : bisect_right(self._numbers, last)]

    def _remember(self, number: int) -> None:
        if not self._between(number, number):
            insort(self._numbers, number)

    def _titles_of(self, addresses: set[str]) -> dict[str, str | None]:
        """The titles of pages in the API; each is asked for once, until so many are known that we begin anew."""
        new = addresses - self._titles.keys()
        if len(self._titles) + len(new) > TITLES_MAX:
            self._titles, new = {}, addresses
        if new:
            told = self.api.titles(new)
            self._titles |= {at: plain_text(told[at]) if at in told else None for at in new}
        return self._titles


def _bad(number: int, found: Found, reason: str) -> Bad:
    whole = Whole.of(found.content)
    return Bad(number, found.content[:DEAD_LETTER_BYTES_MAX], whole.sha256, whole.size_bytes, reason)

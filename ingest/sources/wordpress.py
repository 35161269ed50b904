"""Comments of a WordPress site, asked of its REST API; with an application password also why one is gone.

WordPress does not say when a comment was changed, and nothing of one that was deleted. So every pass reads the newest
comments, page by page, until a page holds nothing new; and every `reconcile_seconds` a walk reads all of them, from the
first to the last, and goes on where it stopped if the site was away meanwhile. A comment that we know and that is not
where it was is asked for by its number before it counts as removed. Without a password it can be in the trash, be spam,
wait for its moderator or be deleted: the capture of its removal is the site's answer that it has no such comment for
us. With one, the capture says its status. What visitors never saw is not told, and neither are pingbacks.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from ingest.known import Known
from ingest.posts import Reading
from ingest.sources.options import HERE, Address, Options, secret_in
from ingest.sources.source import Compared, Cursor, Item, Looked, Polled, SourceKind
from ingest.web import SiteAway, Web
from ingest.wordpress.api import PAGE_BYTES_MAX, Api, Page
from ingest.wordpress.comments import NUMBER_MAX
from ingest.wordpress.news import Look, News
from ingest.wordpress.orders import WordPressSite
from records.base import Line

RECONCILE_SECONDS = 3600.0
RECONCILE_SECONDS_MAX = 30 * 86_400


class WordPressOptions(Options):
    """The site; a surface, if all its pages are one; a user whose application password lies in a file."""

    url: Address
    surface: Annotated[Line, Field(min_length=1)] | None = None
    user: str | None = None
    password_file: Path | None = None
    reconcile_seconds: Annotated[float, Field(ge=1, le=RECONCILE_SECONDS_MAX)] = RECONCILE_SECONDS

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.user is None) != (self.password_file is None):
            raise ValueError("user and password_file belong together")
        parts = urlsplit(self.url)
        if self.user is not None and parts.scheme != "https" and parts.hostname not in HERE:
            raise ValueError("a password is sent by https only")
        return self

    @property
    def takes_orders(self) -> bool:
        """Whether there is a user who moderates."""
        return self.user is not None

    def key(self) -> tuple[str, str] | None:
        """The user and the application password; raises Misconfigured where that cannot be read."""
        if self.user is None or self.password_file is None:
            return None
        return self.user, secret_in(self.password_file)


@dataclass(frozen=True)
class Walk:
    """A walk through all comments: when it began, its next page, the last number passed, and how many were public."""

    began_at: str
    page: int = 1
    passed: int = 0
    public: int = 0


@dataclass
class WordPress:
    """The comments of one site."""

    reading: Reading
    known: Known
    api: Api
    surface: str | None
    reconcile: timedelta
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def name(self) -> str:
        """The name that its posts are recorded under."""
        return self.reading.source

    @property
    def cursor_name(self) -> str:
        """When the last walk began, and how far one has come that has not ended."""
        return f"wordpress.{self.name}"

    @cached_property
    def _news(self) -> News:
        return News(self.reading, self.known, self.api, self.surface, self.now)

    def items(self, cursor: Cursor | None) -> Iterator[Item]:
        """What is new among the newest comments or, where it is time for that, among all."""
        place = cursor or {}
        if "walk" in place:
            begun = Walk(**place["walk"])
            return self._walk(replace(begun, page=max(1, begun.page - 1)))  # deletions may have moved the rest up
        walked_at = datetime.fromisoformat(place["walked_at"]) if "walked_at" in place else None
        if walked_at is None or not timedelta(0) <= self.now() - walked_at < self.reconcile:
            return self._walk(Walk(self.now().isoformat()))
        return self._newest(place)

    def _newest(self, place: Cursor) -> Iterator[Item]:
        """Page by page from the newest back; if it is cut short, the next pass is a walk, so that nothing is lost."""
        unfinished = {"walk": asdict(Walk(self.now().isoformat()))}
        number, last, ends = 1, NUMBER_MAX, False
        while not ends:
            page = self.api.page(number, newest_first=True)
            look = self._news.look(page)
            ends = _is_last(page, number)
            first = 1 if ends else min(look.numbers, default=last)
            new = False
            for item in self._news.of(look, first, last):
                new = True
                yield replace(item, cursor=unfinished)
            yield Item(Looked(len(page.found)))
            number, last, ends = number + 1, first - 1, ends or not new
        yield Item(Looked(0), cursor=place)

    def _walk(self, walk: Walk) -> Iterator[Item]:
        """Every comment from the first to the last; what comes meanwhile is behind the last."""
        again, total = True, None
        while True:
            page = self.api.page(walk.page)
            if total is not None and page.total is not None and page.total < total and walk.page > 1:
                again, total, walk = True, page.total, replace(walk, page=walk.page - 1)  # deletions, as above
                continue
            total, ends = page.total, _is_last(page, walk.page)
            look = self._news.look(page)
            if not (again or ends or max(look.numbers, default=NUMBER_MAX) > walk.passed):
                raise SiteAway(f"{self.name}: the site gives the same comments on every page")
            last = NUMBER_MAX if ends else max(look.numbers, default=walk.passed)
            for item in self._news.of(look, walk.passed + 1, last):
                yield replace(item, cursor={"walk": asdict(walk)})
            again, walk = False, _further(walk, look)
            yield Item(Looked(len(page.found)), cursor={"walk": asdict(walk)})
            if ends:
                break
        total = self.api.public_total() if self.api.sees_all else total
        if total is not None:
            yield Item(Compared(total, walk.public))
        yield Item(Looked(0), cursor={"walked_at": walk.began_at})


def _further(walk: Walk, look: Look) -> Walk:
    public = sum(comment.public and comment.number > walk.passed for comment, _ in look.comments)
    passed = max(look.numbers, default=walk.passed)
    return Walk(walk.began_at, walk.page + 1, max(walk.passed, passed), walk.public + public)


def _is_last(page: Page, number: int) -> bool:
    return not page.found or (page.pages is not None and number >= page.pages)


def source(options: WordPressOptions, known: Known, reading: Reading) -> WordPress:
    """The source that these options describe; raises Misconfigured where its password cannot be read."""
    api = Api(Web(options.name, body_bytes_max=PAGE_BYTES_MAX), options.name, options.url, options.key())
    return WordPress(reading, known, api, options.surface, timedelta(seconds=options.reconcile_seconds))


def site(options: WordPressOptions) -> WordPressSite:
    """What carries out orders there; raises Misconfigured as above."""
    visiting = Web(options.name, body_bytes_max=PAGE_BYTES_MAX, cookies=False)
    moderator = Api(Web(options.name, body_bytes_max=PAGE_BYTES_MAX), options.name, options.url, options.key())
    return WordPressSite(moderator, Api(visiting, options.name, options.url, None), visiting)


KIND = SourceKind(
    name="wordpress",
    purpose="the comments of a WordPress site, by its REST API",
    history=True,
    edits=True,
    removals=True,
    reactions=False,
    orders=("hide", "remove", "restore", "reply"),
    polled=Polled(WordPressOptions, source, site),
)

"""The one loop: a source yields, a batch is published and acknowledged, and only then is the place in the source kept.

After a crash at any instruction the source goes on from the last kept place, so at most one batch is published again;
its records have the same ids, and so are the same facts.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.cursors import Cursors
from ingest.known import Known
from ingest.patience import patiently
from ingest.publisher import Publishing, published
from ingest.sources.source import Bad, Compared, Item, Looked, Missed, Refused, Source
from ingest.watch import Unwatched
from ingest.yielding import Pace, at_once
from records.base import Record
from records.coverage import Coverage
from records.dead_letters import DeadLetter
from records.errors import Problem
from records.posts import Post
from records.topics import COVERAGE, DEAD_LETTERS, POSTS, Topic

BATCH_ITEMS_MAX = 500
BATCH_BYTES_MAX = 8_000_000
COVERAGE_EVERY = timedelta(seconds=60)


@dataclass(frozen=True)
class Progress:
    """What the loop has done so far; `bad` are those of the last batch.

    `looked` counts what a polled source has looked at, `late` the posts that belong to a time when nobody watched,
    `missed` says what its site does not have any more, and `refused` why things were not wanted, with how many.
    """

    posts: int = 0
    bad_count: int = 0
    bytes_read: int = 0
    bad: tuple[Bad, ...] = ()
    looked: int = 0
    late: int = 0
    missed: Missed | None = None
    refused: Mapping[str, int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """All that was looked at."""
        return max(self.looked, self.posts + self.bad_count)


@dataclass
class Loop:
    """One source, where its posts go, where its place is kept, who is told after every batch, and its pace.

    A pass of a polled source has its `known` and, where nobody watched before, what is `unwatched`; it leaves the
    account of its watching to whoever polls (`covers`).
    """

    source: Source
    publisher: Publishing
    cursors: Cursors
    found_by: str
    tell: Callable[[Progress], None] = lambda _: None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    known: Known | None = None
    unwatched: Unwatched | None = None
    covers: bool = True
    pace: Pace = at_once

    def run(self) -> Progress:
        """Reads the source to its end; waits out brokers that do not answer, but not sites."""
        progress, said_at = Progress(), self.now()
        for batch in self.pace(batches(self._items())):
            self._publish([record for item in batch for record in self._records(item)])
            self._keep(batch)
            progress = _after(progress, batch, self.unwatched)
            self.tell(progress)
            if self.covers and self.now() - said_at >= COVERAGE_EVERY:
                said_at = self._cover(progress, said_at)
        if self.covers:
            self._cover(progress, said_at)
        return progress

    def _items(self) -> Iterator[Item]:
        for item in self.source.items(self._kept()):
            if isinstance(item.what, Post):
                yield self._marked(item, item.what)
            elif not (self.known and isinstance(item.what, Bad) and self.known.unreadable(item.what.sha256)):
                yield item

    def _marked(self, item: Item, post: Post) -> Item:
        if self.unwatched is None or post.backfill or not self.unwatched.ends_after(post.site_at):
            return item
        return replace(item, what=post.model_copy(update={"backfill": True}))

    def _kept(self) -> dict[str, Any] | None:
        found = self.cursors.load(self.source.cursor_name) if self.source.cursor_name else None
        return None if found is None else found.get("cursor")

    def _keep(self, batch: list[Item]) -> None:
        if self.known is not None:
            _remember(self.known, batch)
        cursor = next((item.cursor for item in reversed(batch) if item.cursor), None)
        if self.source.cursor_name and cursor is not None:
            self.cursors.save(self.source.cursor_name, cursor)

    def _publish(self, records: list[tuple[Topic, Record]]) -> None:
        patiently(lambda: published(self.publisher, records))

    def _records(self, item: Item) -> Iterator[tuple[Topic, Record]]:
        found = item.what
        if isinstance(found, Post):
            yield POSTS, found
        elif isinstance(found, Bad):
            yield DEAD_LETTERS, dead_letter(found, self.source.name, self.found_by, self.now())
        elif isinstance(found, Compared):
            yield COVERAGE, _compared(found, self.source.name, self.now())

    def _cover(self, progress: Progress, since: datetime) -> datetime:
        now = self.now()
        said = Coverage(
            kind="cursor",
            source=self.source.name,
            cursor=str(progress.bytes_read),
            from_at=since,
            until_at=now,
            read=progress.posts + progress.bad_count,
            kept=progress.posts,
            happened_at=now,
        )
        self._publish([(COVERAGE, said)])
        return now


def batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Items in batches of at most `BATCH_ITEMS_MAX`, and of about `BATCH_BYTES_MAX` read bytes.

    Where the source fails, what it had found before comes first, and then its error.
    """
    batch: list[Item] = []
    begins = 0
    try:
        for item in items:
            batch.append(item)
            if len(batch) >= BATCH_ITEMS_MAX or item.bytes_read - begins >= BATCH_BYTES_MAX:
                yield batch
                batch, begins = [], item.bytes_read
    except Problem:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _remember(known: Known, batch: list[Item]) -> None:
    known.keep(
        {item.what.native_id: item.state for item in batch if isinstance(item.what, Post) and item.state is not None}
    )
    known.keep_unreadable([item.what.sha256 for item in batch if isinstance(item.what, Bad)])


def dead_letter(bad: Bad, source: str, found_by: str, now: datetime) -> DeadLetter:
    """The record of something that a source could not read."""
    return DeadLetter(
        origin=f"source:{source}",
        partition=0,
        offset=bad.number,
        value=bad.value,
        sha256=bad.sha256,
        size_bytes=bad.size_bytes,
        cut=bad.size_bytes > len(bad.value),
        reason=bad.reason,
        found_by=found_by,
        found_at=now,
    )


def _compared(found: Compared, source: str, now: datetime) -> Coverage:
    return Coverage(
        kind="compared",
        source=source,
        surface=found.surface,
        until_at=now,
        read=found.site,
        kept=found.captured,
        happened_at=now,
    )


def _after(progress: Progress, batch: list[Item], unwatched: Unwatched | None) -> Progress:
    found = [item.what for item in batch]
    posts = [one for one in found if isinstance(one, Post)]
    bad = tuple(one for one in found if isinstance(one, Bad))
    return Progress(
        posts=progress.posts + len(posts),
        bad_count=progress.bad_count + len(bad),
        bytes_read=batch[-1].bytes_read,
        bad=bad,
        looked=progress.looked + sum(one.posts for one in found if isinstance(one, Looked)),
        late=progress.late + sum(unwatched is not None and unwatched.holds(post.site_at) for post in posts),
        missed=next((one for one in found if isinstance(one, Missed)), progress.missed),
        refused=Counter(progress.refused) + Counter(one.why for one in found if isinstance(one, Refused)),
    )

"""The one loop: a source yields, a batch is published and acknowledged, and only then is the place in the source kept.

After a crash at any instruction the source goes on from the last kept place, so at most one batch is published again;
its records have the same ids, and so are the same facts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.cursors import Cursors
from ingest.patience import patiently
from ingest.publisher import Publishing
from ingest.sources.source import Bad, Item, Source
from ingest.yielding import Pace, at_once
from records.base import Record
from records.coverage import Coverage
from records.dead_letters import DeadLetter
from records.posts import Post
from records.topics import COVERAGE, DEAD_LETTERS, POSTS, Topic

BATCH_ITEMS_MAX = 500
BATCH_BYTES_MAX = 8_000_000
COVERAGE_EVERY = timedelta(seconds=60)


@dataclass(frozen=True)
class Progress:
    """What the loop has done so far; `bad` are those of the last batch."""

    posts: int = 0
    bad_count: int = 0
    bytes_read: int = 0
    bad: tuple[Bad, ...] = ()


@dataclass
class Loop:
    """One source, where its posts go, where its place is kept, who is told after every batch, and its pace."""

    source: Source
    publisher: Publishing
    cursors: Cursors
    found_by: str
    tell: Callable[[Progress], None] = lambda _: None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    pace: Pace = at_once

    def run(self) -> Progress:
        """Reads the source to its end; waits out brokers that do not answer."""
        progress, said_at = Progress(), self.now()
        for batch in self.pace(batches(self.source.items(self._kept()))):
            self._publish([_record(item, self.source.name, self.found_by, self.now()) for item in batch])
            self._keep(batch[-1])
            progress = _after(progress, batch)
            self.tell(progress)
            if self.now() - said_at >= COVERAGE_EVERY:
                said_at = self._cover(progress, said_at)
        self._cover(progress, said_at)
        return progress

    def _kept(self) -> dict[str, Any] | None:
        found = self.cursors.load(self.source.cursor_name) if self.source.cursor_name else None
        return None if found is None else found.get("cursor")

    def _keep(self, last: Item) -> None:
        if self.source.cursor_name:
            self.cursors.save(self.source.cursor_name, last.cursor)

    def _publish(self, records: list[tuple[Topic, Record]]) -> None:
        patiently(lambda: published(self.publisher, records))

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


def published(publisher: Publishing, records: list[tuple[Topic, Record]]) -> None:
    """Publishes records and waits until the broker has acknowledged every one."""
    for answer in [publisher.send(topic, record) for topic, record in records]:
        answer.result()


def batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Items in batches of at most `BATCH_ITEMS_MAX`, and of about `BATCH_BYTES_MAX` read bytes."""
    batch: list[Item] = []
    begins = 0
    for item in items:
        batch.append(item)
        if len(batch) >= BATCH_ITEMS_MAX or item.bytes_read - begins >= BATCH_BYTES_MAX:
            yield batch
            batch, begins = [], item.bytes_read
    if batch:
        yield batch


def _record(item: Item, source: str, found_by: str, now: datetime) -> tuple[Topic, Record]:
    if isinstance(item.what, Post):
        return POSTS, item.what
    return DEAD_LETTERS, dead_letter(item.what, source, found_by, now)


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


def _after(progress: Progress, batch: list[Item]) -> Progress:
    bad = tuple(item.what for item in batch if isinstance(item.what, Bad))
    return replace(
        progress,
        posts=progress.posts + len(batch) - len(bad),
        bad_count=progress.bad_count + len(bad),
        bytes_read=batch[-1].bytes_read,
        bad=bad,
    )

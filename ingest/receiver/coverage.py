"""What the receiver says about its own watching: heartbeats, what it refused, and the time when it was not there."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from ingest.cursors import Cursors
from ingest.publisher import Publishing
from ingest.worker import published
from records.coverage import Coverage
from records.errors import Unavailable
from records.topics import COVERAGE

EVERY_SECONDS = 60.0
GAP_SECONDS_MIN = 180.0


@dataclass(frozen=True)
class Period:
    """What was counted between two instants."""

    since: datetime
    until: datetime
    kept: int
    refused: Counter[str]

    @property
    def read(self) -> int:
        """All requests."""
        return self.kept + self.refused.total()


class Watch:
    """Counts what comes in and turns the counts into coverage records; while the broker is away it goes on counting."""

    def __init__(self, source: str, publisher: Publishing, cursors: Cursors) -> None:
        self._source = source
        self._publisher = publisher
        self._cursors = cursors
        self._cursor_name = f"webhook.{source}"
        self._since = datetime.now(UTC)
        self._kept = 0
        self._refused: Counter[str] = Counter()
        self._gap = self._find_gap()

    def took(self) -> None:
        """One post was published."""
        self._kept += 1

    def refused(self, why: str) -> None:
        """One request was refused."""
        self._refused[why] += 1

    async def say(self) -> None:
        """Publishes what has been counted since the last time."""
        period = Period(self._since, datetime.now(UTC), self._kept, self._refused.copy())
        try:
            await asyncio.to_thread(self._publish, period)
        except Unavailable as problem:
            structlog.get_logger().warning("coverage waits", problem=str(problem))
            return
        self._since = period.until
        self._kept -= period.kept
        self._refused -= period.refused
        self._gap = None

    def _publish(self, period: Period) -> None:
        published(self._publisher, [(COVERAGE, record) for record in self._records(period)])
        self._cursors.save(self._cursor_name, {})

    def _records(self, period: Period) -> Iterator[Coverage]:
        if self._gap is not None:
            yield self._gap
        said = {"source": self._source, "from_at": period.since, "until_at": period.until, "happened_at": period.until}
        yield Coverage.model_validate({"kind": "heartbeat", "read": period.read, "kept": period.kept, **said})
        for why, count in sorted(period.refused.items()):
            yield Coverage.model_validate({"kind": "refused", "read": count, "detail": why, **said})

    def _find_gap(self) -> Coverage | None:
        found = self._cursors.load(self._cursor_name)
        last = datetime.fromisoformat(found["saved_at"]) if found else self._since
        if self._since - last < timedelta(seconds=GAP_SECONDS_MIN):
            return None
        return Coverage(
            kind="gap",
            source=self._source,
            from_at=last,
            until_at=self._since,
            detail="the receiver was not running",
            happened_at=self._since,
        )

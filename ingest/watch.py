"""What a source says about its own watching: up to where everything was seen, and when it was not.

`seen` moves the instant up to which everything was seen; with a failure before it, what lies between is a gap. What is
to be said waits here until the broker has it, so an outage of the broker loses nothing of it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.cursors import Cursors
from ingest.publisher import Publishing, published
from records.coverage import Coverage
from records.topics import COVERAGE

SAY_SECONDS = 60.0
MISSED_PERIODS = 3
REASONS_MAX = 8
SITE_SECOND = timedelta(seconds=1)
"""Most sites tell their times in whole seconds: what was posted just after the last good pass seems to be before it."""
DETAIL_CHARS_MAX = 2000
UNSEEN = "what was posted and removed again within it was not seen"


@dataclass(frozen=True)
class Unwatched:
    """A time that nobody watched, until a pass that sees again; the first pass of all ends one without a beginning."""

    from_at: datetime | None
    until_at: datetime

    def ends_after(self, site_at: datetime | None) -> bool:
        """Whether a post of this time (None: nobody knows) is told later than it happened."""
        return site_at is None or site_at < self.until_at

    def holds(self, site_at: datetime | None) -> bool:
        """Whether a post of this time belongs to it, as far as anybody knows."""
        begins = None if self.from_at is None else self.from_at - SITE_SECOND
        return self.ends_after(site_at) and (begins is None or site_at is None or site_at > begins)


@dataclass(frozen=True)
class Habit:
    """How a source watches: how often, under which name it remembers that, and what is true when it did not.

    `catches_up` says whether what was posted meanwhile can be read afterwards, as from a site that we ask.
    """

    cursor_name: str
    away: str
    period_seconds: float
    catches_up: bool


@dataclass(frozen=True)
class Seen:
    """One good pass, or one period of receiving.

    `late` are the kept posts that belong to the gap before it; `lost` says why posts cannot be got any more,
    `lost_until` those up to when (None: up to this pass).
    """

    read: int = 0
    kept: int = 0
    late: int = 0
    lost: str | None = None
    lost_until: datetime | None = None


class Watch:
    """One source's account of its watching; it outlives its process through a cursor."""

    def __init__(
        self,
        source: str,
        publisher: Publishing,
        cursors: Cursors,
        habit: Habit,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._source, self._publisher, self._cursors, self._habit = source, publisher, cursors, habit
        self._now = now
        self._since: datetime | None = None  # from where the next heartbeat speaks
        self._until: datetime | None = None  # up to where everything was seen
        self._read = self._kept = 0
        self._refused: Counter[str] = Counter()
        self._refused_since: datetime | None = None
        self._reasons: dict[str, None] = {}  # why nothing has been seen after `_until`, in order
        self._closed: list[Coverage] = []
        self._said_at: datetime | None = None
        self._resume()

    def unwatched(self, at: datetime) -> Unwatched | None:
        """What a good pass that begins now would end; None while everything has been seen."""
        if self._until is not None and not self._reasons:
            return None
        return Unwatched(self._until, at)

    def failed(self, why: str) -> None:
        """A pass failed: from the last good one to the next one nothing was watched."""
        if len(self._reasons) < REASONS_MAX:
            self._reasons[why] = None

    def refused(self, why: str, at: datetime, count: int = 1) -> None:
        """We refused something, or were refused."""
        self._refused_since = self._refused_since or at
        self._refused[why] += count

    def seen(self, at: datetime, seen: Seen) -> None:
        """Everything up to `at` has been seen, or was lost as `seen` says."""
        at = max(at, self._until or at)  # a clock that was set back takes nothing back
        if self._until is not None and (self._reasons or seen.lost):
            self._close(self._until, at, seen)
        self._reasons = {}
        self._since = self._since or at
        self._until = at
        self._read += seen.read
        self._kept += seen.kept

    def say(self, *, at_once: bool = False) -> None:
        """Publishes what is due, at most once in `SAY_SECONDS` unless a gap has closed; raises Unavailable."""
        now = self._now()
        due = self._said_at is None or now - self._said_at >= timedelta(seconds=SAY_SECONDS)
        if due or at_once or self._closed:
            records = [(COVERAGE, record) for record in self._due(now)]
            published(self._publisher, records)
            self._closed, self._read, self._kept = [], 0, 0
            self._since, self._said_at = self._until, now if records else self._said_at
            self._refused, self._refused_since = Counter(), None
        self._keep()

    def _close(self, from_at: datetime, at: datetime, seen: Seen) -> None:
        lost_until = min(max(seen.lost_until or at, from_at), at) if seen.lost else from_at
        until_at = at if self._reasons else lost_until
        if until_at == from_at:
            return
        self._closed += self._heartbeat()
        reasons = [*self._reasons, *([seen.lost] if seen.lost else [])]
        self._closed.append(self._record("gap", from_at, until_at, detail="; ".join(reasons)[:DETAIL_CHARS_MAX]))
        if self._habit.catches_up and lost_until < until_at:
            self._closed.append(self._record("backfill", lost_until, until_at, kept=seen.late, detail=UNSEEN))
        self._since, self._read, self._kept = until_at, 0, 0

    def _due(self, now: datetime) -> Iterator[Coverage]:
        yield from self._closed
        yield from self._heartbeat(first=self._said_at is None)
        for why, count in sorted(self._refused.items()):
            yield self._record("refused", self._refused_since, now, read=count, detail=why)

    def _heartbeat(self, *, first: bool = False) -> Iterator[Coverage]:
        if self._since is not None and self._until is not None and (first or self._since != self._until or self._read):
            yield self._record("heartbeat", self._since, self._until, read=self._read, kept=self._kept)

    def _record(self, kind: str, from_at: datetime | None, until_at: datetime, **said: Any) -> Coverage:  # noqa: ANN401  fields of the record
        bounds = {"from_at": from_at, "until_at": until_at, "happened_at": until_at}
        return Coverage.model_validate({"kind": kind, "source": self._source, **bounds, **said})

    def _keep(self) -> None:
        counts = {"read": self._read, "kept": self._kept}
        if self._since is not None and self._until is not None:
            times = {"since": self._since.isoformat(), "until": self._until.isoformat()}
            self._cursors.save(self._habit.cursor_name, times | counts | {"reasons": list(self._reasons)})

    def _resume(self) -> None:
        found = self._cursors.load(self._habit.cursor_name)
        if found is None:
            return
        place = found.get("cursor") or {}
        self._until = datetime.fromisoformat(place.get("until") or found["saved_at"])
        if self._habit.catches_up:
            self._since = datetime.fromisoformat(place["since"])
            self._read, self._kept = place["read"], place["kept"]
            self._reasons = dict.fromkeys(place["reasons"])
        # A poller that comes back in time reads what it would have read anyway; a receiver was simply not there.
        allowed = MISSED_PERIODS * self._habit.period_seconds if self._habit.catches_up else 0.0
        if self._now() - self._until >= timedelta(seconds=allowed):
            self._reasons[self._habit.away] = None

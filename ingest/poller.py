"""Asking one site again and again: passes, longer waits while the site is away, and the account of both."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from ingest.cursors import Cursors
from ingest.known import Known
from ingest.patience import patiently
from ingest.publisher import Publishing
from ingest.sources.configured import Configured
from ingest.sources.source import Source
from ingest.watch import Seen, Watch
from ingest.web import SiteAway
from ingest.worker import Loop, Progress
from ingest.yielding import Pace, at_once
from records.errors import Misconfigured, Problem, Unavailable

FOUND_BY = "ingest poll"
AWAY_FIRST_SECONDS = 1.0
AWAY_SECONDS_MAX = 300.0


class _Stopped(Problem):
    """We are asked to stop between two batches."""


@dataclass
class Poller:
    """One source, asked for ever; what the others see of it is `health`."""

    configured: Configured
    source: Source
    known: Known
    watch: Watch
    publisher: Publishing
    cursors: Cursors
    stop: threading.Event
    pace_of: Callable[..., AbstractContextManager[Pace]] = lambda *_, **__: nullcontext(at_once)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    failures: int = 0
    waiting_for: str | None = None
    last_pass_at: datetime | None = None
    next_pass_at: datetime | None = None
    _unsaid: list[Progress] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What its posts are recorded under."""
        return self.configured.options.name

    def run(self) -> None:
        """Passes and waits until we are asked to stop."""
        while not self.stop.is_set():
            problem = self.once()
            wait = next_wait(self.configured.options.every_seconds, self.failures, problem)
            self.next_pass_at = self.now() + timedelta(seconds=wait)
            self.stop.wait(wait)
        self.last_words()

    def once(self) -> Problem | None:
        """One pass, and what it says about our watching; the problem if the site is away or refuses us."""
        began_at, began = self.now(), time.monotonic()
        passed = [Progress()]
        try:
            self._pass(began_at, passed)
        except _Stopped:
            return None
        except (Unavailable, Misconfigured) as problem:
            self._passed(passed[-1])
            self._failed(problem)
            return problem
        self._passed(passed[-1])
        self._went_well(began_at, time.monotonic() - began)
        return None

    def last_words(self) -> None:
        """Says what has not been said yet, if the broker is there."""
        try:
            self.watch.say(at_once=True)
        except Unavailable as problem:
            structlog.get_logger().warning("coverage is not told", source=self.name, problem=str(problem))

    def health(self) -> dict[str, Any]:
        """How it stands, as JSON."""
        return {
            "name": self.name,
            "kind": self.configured.options.kind,
            "last_pass_at": _told(self.last_pass_at),
            "next_pass_at": _told(self.next_pass_at),
            "waiting_for": self.waiting_for,
        }

    def _pass(self, began_at: datetime, passed: list[Progress]) -> None:
        def tell(progress: Progress) -> None:
            passed.append(progress)
            self.waiting_for = None  # something was told: whatever was waited for is there
            self._pause(0)

        unwatched = self.watch.unwatched(began_at)
        # The first pass of all is an import. What a gap has left is less, and may be gone while it would wait.
        imports = unwatched is not None and unwatched.from_at is None
        with self.pace_of(self._waits, self._pause, backfill=imports) as pace:
            Loop(
                self.source,
                self.publisher,
                self.cursors,
                FOUND_BY,
                tell=tell,
                known=self.known,
                unwatched=unwatched,
                covers=False,
                pace=pace,
            ).run()

    def _waits(self, why: str) -> None:
        self.waiting_for = f"{self.name}: {why}"

    def _pause(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise _Stopped("asked to stop")

    def _passed(self, progress: Progress) -> None:
        self._unsaid.append(progress)
        for why, count in progress.refused.items():
            self.watch.refused(why, self.now(), count)

    def _failed(self, problem: Problem) -> None:
        log = structlog.get_logger().debug if self.failures else structlog.get_logger().warning
        log("waiting", source=self.name, problem=str(problem))
        self.failures += 1
        self.waiting_for = str(problem)
        self.watch.failed(str(problem))
        if isinstance(problem, SiteAway) and problem.rate_limited:
            self.watch.refused(f"rate limited: {problem}", self.now())
        patiently(self.watch.say)

    def _went_well(self, began_at: datetime, seconds: float) -> None:
        seen = _seen(self._unsaid)
        self.watch.seen(began_at, seen)
        patiently(self.watch.say)
        log = structlog.get_logger().info if seen.kept or self.failures else structlog.get_logger().debug
        log(
            "passed",
            source=self.name,
            read=seen.read,
            kept=seen.kept,
            failures=self.failures,
            seconds=round(seconds, 2),
        )
        self._unsaid, self.failures, self.waiting_for, self.last_pass_at = [], 0, None, began_at


def _seen(passes: Sequence[Progress]) -> Seen:
    missed = next((one.missed for one in reversed(passes) if one.missed), None)
    return Seen(
        read=sum(one.read for one in passes),
        kept=sum(one.posts for one in passes),
        late=sum(one.late for one in passes),
        lost=missed.why if missed else None,
        lost_until=missed.until_at if missed else None,
    )


def next_wait(every_seconds: float, failures: int, problem: Problem | None) -> float:
    """Seconds to the next pass: as configured, or longer after each failure, and never sooner than the site asks."""
    if problem is None:
        return every_seconds * random.uniform(0.9, 1.1)  # noqa: S311  spreads the load, protects nothing
    longest = max(AWAY_SECONDS_MAX, every_seconds)
    wait = min(AWAY_FIRST_SECONDS * 2.0 ** min(failures - 1, 30), longest) * random.uniform(0.8, 1.2)  # noqa: S311  as above
    asked = problem.retry_after_seconds if isinstance(problem, SiteAway) else None
    return max(wait, (asked or 0.0) * random.uniform(1.0, 1.1))  # noqa: S311  as above


def _told(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()

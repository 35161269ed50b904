"""What the threads of all sites share: which orders are answered, where answers are published, and how far we are."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from ingest.enforcing import standing
from ingest.enforcing.answered import Answered, Look
from ingest.enforcing.broker import Ordered
from ingest.enforcing.offsets import Offsets
from ingest.patience import patiently
from ingest.publisher import Publishing, published
from records.errors import Problem, Unavailable
from records.orders import Order, Outcome
from records.topics import OUTCOMES


class Stopped(Problem):
    """We are asked to stop while we wait."""


class Desk:
    """An answer counts once the broker has it; safe to share between threads."""

    def __init__(
        self,
        publisher: Publishing,
        first_look_seconds: float,
        stop: threading.Event,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.now, self.waiting_for = now, ""
        self._publisher, self._stop = publisher, stop
        self._lock = threading.Lock()
        self._answered = Answered(first_look_seconds)
        self._offsets = Offsets()
        self._open: dict[str, list[Ordered]] = {}

    def know(self, outcomes: Iterable[Outcome]) -> None:
        """What was answered before we began."""
        with self._lock:
            for outcome in outcomes:
                self._answered.fold(outcome)

    def take(self, ordered: Ordered) -> Order | None:
        """Notes what was read; the order if it is a new one, and neither answered nor under way."""
        order = ordered.order
        with self._lock:
            self._offsets.begin(ordered.partition, ordered.offset)
            if order is None or order.order_id in self._answered:
                self._offsets.end(ordered.partition, ordered.offset)
                return None
            known = self._open.setdefault(order.order_id, [])
            known.append(ordered)
            return order if len(known) == 1 else None

    def answer(self, outcome: Outcome) -> Look | None:
        """Publishes it, waiting for the broker as long as it takes; the next look at the post, if there is one."""
        patiently(lambda: self._publish(outcome), self.pause)
        standing.told(outcome)
        with self._lock:
            self._answered.fold(outcome)
            if outcome.result != "observed":
                for ordered in self._open.pop(outcome.order_id, ()):
                    self._offsets.end(ordered.partition, ordered.offset)
            looks = outcome.result in ("done", "observed")
            return self._answered.next_look(outcome.post_id, self.now()) if looks else None

    def looks(self) -> list[Look]:
        """What is still to be looked at."""
        with self._lock:
            return list(self._answered.looks(self.now()))

    def offsets(self) -> dict[int, int]:
        """Up to where everything is answered."""
        with self._lock:
            return self._offsets.done()

    def _publish(self, outcome: Outcome) -> None:
        try:
            published(self._publisher, [(OUTCOMES, outcome)])
        except Unavailable as problem:
            self.waiting_for = str(problem)
            raise
        self.waiting_for = ""

    def pause(self, seconds: float) -> None:
        """Waits; raises Stopped where we are asked to stop."""
        if self._stop.wait(seconds):
            raise Stopped("asked to stop")

"""Records on their way to the broker: one that stays unanswered for too long is given up, whatever the library hopes.

Seen with kafka-python 3.0: of a batch that was under way while its broker died nothing was heard again after the broker
had come back, and everything behind it waited for ever.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from typing import Any

LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One answer that is awaited, until when, and of which producer."""

    answer: Future[Any]
    until: float
    producer: object


class Deliveries:
    """What is under way, the oldest first; `overdue` hears of each that was not answered in time."""

    def __init__(
        self, seconds_max: float, overdue: Callable[[Delivery], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds_max, self._overdue, self._clock = seconds_max, overdue, clock
        self._under_way: deque[Delivery] = deque()
        self._begun, self._stop = threading.Lock(), threading.Event()
        self._looking: threading.Thread | None = None

    def add(self, answer: Future[Any], producer: object) -> None:
        """From now on this answer is awaited."""
        self._under_way.append(Delivery(answer, self._clock() + self._seconds_max, producer))
        with self._begun:
            if self._looking is None:
                self._looking = threading.Thread(target=self._keep_looking, name="deliveries", daemon=True)
                self._looking.start()

    def look(self) -> None:
        """Forgets what was answered, and tells of what is overdue."""
        while self._under_way and (self._under_way[0].answer.done() or self._under_way[0].until < self._clock()):
            oldest = self._under_way.popleft()
            if not oldest.answer.done():
                self._overdue(oldest)

    def close(self) -> None:
        """Nobody waits any more."""
        self._stop.set()

    def _keep_looking(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self.look()


def answered(answer: Future[Any], said: Any) -> None:  # noqa: ANN401  a result, or what to raise
    """Sets the answer, unless it was given up, or came, a moment before."""
    try:
        answer.set_exception(said) if isinstance(said, BaseException) else answer.set_result(said)
    except InvalidStateError:
        return

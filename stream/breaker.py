"""The circuit breaker of the dead letters: when too much is unreadable, stop rather than refuse everything."""

import time
from collections import deque
from collections.abc import Callable

from records.errors import Misconfigured

WINDOW_SECONDS = 60.0


class Breaker:
    """Counts unreadable records over the last minute; raises Misconfigured when there are more than allowed."""

    def __init__(self, per_minute_max: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute_max = per_minute_max
        self._clock = clock
        self._found: deque[tuple[float, int]] = deque()
        self._total = 0

    def count(self, found: int) -> None:
        """Takes note of so many unreadable records found now."""
        now = self._clock()
        self._found.append((now, found))
        self._total += found
        while self._found[0][0] < now - WINDOW_SECONDS:
            self._total -= self._found.popleft()[1]
        if self._total > self._per_minute_max:
            raise Misconfigured(
                f"{self._total} records within a minute could not be read (at most {self._per_minute_max} are put "
                "aside): look at the newest dead letters, find who writes them, then start this worker again",
            )

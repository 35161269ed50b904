"""What could not be told: tried again later and later, said once in the log, and all the while on the page."""

import time
from collections.abc import Callable, Collection, MutableMapping
from dataclasses import dataclass

import structlog

from console.web.alert_memory import Stream
from ingest.web import SiteAway
from records.errors import Problem

FAILED_SECONDS_FIRST, FAILED_SECONDS_MAX = 10.0, 600.0


@dataclass(slots=True)
class _Failing:
    times: int
    until: float


class Failures:
    """Of each stream that fails now: how often it has, and until when nobody tries; `undelivered` has the reasons."""

    def __init__(self, undelivered: MutableMapping[Stream, str], now: Callable[[], float] = time.time) -> None:
        self._undelivered, self._now = undelivered, now
        self._failing: dict[Stream, _Failing] = {}
        self._log = structlog.get_logger()

    def may_try(self, stream: Stream) -> bool:
        """Whether it is time to try, for the first time or again."""
        failing = self._failing.get(stream)
        return failing is None or self._now() >= failing.until

    def failed(self, stream: Stream, problem: Problem) -> None:
        """Once more."""
        times = self._failing[stream].times + 1 if stream in self._failing else 1
        wait = min(FAILED_SECONDS_FIRST * 2 ** min(times - 1, 16), FAILED_SECONDS_MAX)
        if isinstance(problem, SiteAway):
            wait = max(wait, problem.retry_after_seconds or 0.0)
        self._failing[stream] = _Failing(times, self._now() + wait)
        self._undelivered[stream] = str(problem)
        if times == 1:
            self._log.warning("alert not delivered", queue=stream[0], way=stream[1], problem=str(problem))

    def well(self, stream: Stream) -> None:
        """It went well."""
        self._undelivered.pop(stream, None)
        if self._failing.pop(stream, None):
            self._log.info("alerts go on", queue=stream[0], way=stream[1])

    def forget_others(self, streams: Collection[Stream]) -> None:
        """Whatever is not to be told any more does not fail."""
        for stream in self._failing.keys() - set(streams):
            self.well(stream)

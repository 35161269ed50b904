"""The ledger and the index as they are read by a process that never ends: one that is away is waited for."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from console.verifying.where import Where
from records.errors import Unavailable
from records.ledger.entries import LogId
from records.ledger.reading import Content, LogState, Reader
from search.client import Search

RETRY_SECONDS_FIRST, RETRY_SECONDS_MAX = 1.0, 30.0

T = TypeVar("T")


class Waiting:
    """Whom a process waits for, for all to see."""

    def __init__(self, says: Callable[[str | None], None]) -> None:
        self.says = says

    def until(self, attempt: Callable[[], T]) -> T:
        """What the attempt gives, as soon as it gives anything."""
        seconds = 0.0
        while True:
            try:
                found = attempt()
            except Unavailable as reason:
                self.says(str(reason))
                seconds = min(max(RETRY_SECONDS_FIRST, seconds * 2), RETRY_SECONDS_MAX)
                time.sleep(seconds)
            else:
                if seconds:
                    self.says(None)
                return found


class PatientReader:
    """A Reader that waits; what was given before it failed is not given again."""

    def __init__(self, reader: Reader, waiting: Waiting) -> None:
        self._reader, self._waiting = reader, waiting

    def logs(self) -> list[LogState]:
        """As Reader says."""
        return self._waiting.until(self._reader.logs)

    def hashes(self, log: LogId, places: Sequence[int]) -> Sequence[bytes]:
        """As Reader says."""
        return self._waiting.until(lambda: self._reader.hashes(log, places))

    def leaves(self, log: LogId, start: int, stop: int) -> Iterator[bytes]:
        """As Reader says."""
        return self._each(self._reader.leaves, log, start, stop)

    def slots(self, log: LogId, start: int, stop: int) -> Any:  # noqa: ANN401  as Reader
        """As Reader says."""
        return self._waiting.until(lambda: self._reader.slots(log, start, stop))

    def contents(self, log: LogId, start: int, stop: int) -> Iterator[Content]:
        """As Reader says."""
        return self._each(self._reader.contents, log, start, stop)

    def _each(self, read: Callable[[LogId, int, int], Iterator[T]], log: LogId, start: int, stop: int) -> Iterator[T]:
        at, end = start, object()
        found = read(log, start, stop)

        def step() -> T | object:
            nonlocal found
            try:
                return next(found, end)
            except Unavailable:
                found = read(log, at, stop)
                raise

        while (one := self._waiting.until(step)) is not end:
            at += 1
            yield one  # type: ignore[misc]  # it is not the end


class PatientSearch(Search):
    """A Search that waits."""

    waiting: Waiting

    async def ask(self, *words: Any, **options: Any) -> Any:  # noqa: ANN401  as in the class itself
        """As in the class itself."""
        seconds = 0.0
        while True:
            try:
                found = await super().ask(*words, **options)
            except Unavailable as reason:
                self.waiting.says(str(reason))
                seconds = min(max(RETRY_SECONDS_FIRST, seconds * 2), RETRY_SECONDS_MAX)
                await asyncio.sleep(seconds)
            else:
                if seconds:
                    self.waiting.says(None)
                return found


@dataclass(frozen=True)
class PatientWhere(Where):
    """The keeper of these settings, and the index, waited for."""

    waiting: Waiting = field(default_factory=lambda: Waiting(lambda _: None))

    @contextmanager
    def opened(self) -> Iterator[Reader]:
        """As Where says."""
        with super().opened() as reader:
            yield PatientReader(reader, self.waiting)

    def old_notes(self, log: LogId) -> list[bytes]:
        """As Where says."""
        return self.waiting.until(lambda: super(PatientWhere, self).old_notes(log))

    def search(self) -> Search:
        """As Where says."""
        search = PatientSearch(self.settings)
        search.waiting = self.waiting
        return search

"""Reads logs stretch by stretch, in this process or in several: a stretch is handed out, what was found comes back."""

import asyncio
import os
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from typing import Self, TypeVar

from console.verifying.stretches import Stretch
from console.verifying.where import Where
from records.ledger.reading import Reader

PARALLEL_ENTRIES_MIN = 1_000_000
"""Of one log, some seconds of one core; below, processes take longer to start than they save."""
AHEAD_STRETCHES = 4
"""So many stretches a process are handed out at once."""

T = TypeVar("T")
_reader: Reader | None = None
_opened = ExitStack()


class Readers:
    """One process for each core, started when the first large log is read, and ended with the block."""

    def __init__(self, where: Where, reader: Reader, *, parallel: bool) -> None:
        self._where, self._reader = where, reader
        self._workers = len(os.sched_getaffinity(0)) if parallel else 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    async def each(
        self, look: Callable[[Reader, Stretch], T], stretches: Iterable[Stretch], entries: int
    ) -> AsyncGenerator[T, None]:
        """What is found in each stretch of a log of so many entries, in order."""
        if self._workers == 1 or entries < PARALLEL_ENTRIES_MIN:
            for stretch in stretches:
                yield await asyncio.to_thread(look, self._reader, stretch)
            return
        waiting: deque[Future[T]] = deque()
        for stretch in stretches:
            waiting.append(self._started().submit(_look, look, stretch))
            if len(waiting) >= self._workers * AHEAD_STRETCHES:
                yield await asyncio.wrap_future(waiting.popleft())
        while waiting:
            yield await asyncio.wrap_future(waiting.popleft())

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._workers, get_context("spawn"), _open, (self._where,))
        return self._pool


def _open(where: Where) -> None:
    """In a process of the pool: one reader for all that it will be given."""
    global _reader  # noqa: PLW0603  one reader a process
    _reader = _opened.enter_context(where.opened())


def _look(look: Callable[[Reader, Stretch], T], stretch: Stretch) -> T:
    if _reader is None:
        raise RuntimeError("the reader of this process was not opened")
    return look(_reader, stretch)

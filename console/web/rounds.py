"""Looks that are taken again and again, each stream by itself: one at a time, and later again where it failed."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

import structlog

from console.web.alert_memory import AlertMemory, Stream
from console.web.desk import Desk
from console.web.failing import Failures
from records.errors import Problem, Unavailable

LOOK_SECONDS, UNREAD_SECONDS = 10.0, 1.0
"""Between two looks; and until the next one where what is set up was not read yet, or cannot be."""


class Job(Protocol):
    """One thing to look at."""

    @property
    def stream(self) -> Stream:
        """What is remembered of it is found by this."""
        ...


JobT = TypeVar("JobT", bound=Job)


class Rounds(ABC, Generic[JobT]):
    """Whatever somebody is told of by one console, as long as it stands; a slow receiver holds up no other."""

    ways: Collection[str]
    """Only what was told by these is forgotten when it stands no more."""

    def __init__(self, desk: Desk, memory: AlertMemory, now: Callable[[], float] = time.time) -> None:
        self._desk, self._memory, self._now = desk, memory, now
        self._busy: set[Stream] = set()
        self._failures = Failures(desk.undelivered, now)
        self._log = structlog.get_logger()

    @abstractmethod
    def standing(self) -> Sequence[JobT]:
        """Everything to look at; raises Unavailable."""

    @abstractmethod
    async def compare(self, job: JobT) -> None:
        """What is so now with what was told; raises a Problem."""

    def rests(self, _: Stream) -> bool:
        """Whether it is too early to look at this again."""
        return False

    async def run(self) -> None:
        """Until the process was asked to end."""
        async with asyncio.TaskGroup() as looks:
            while not self._desk.stopping.is_set():
                pause = LOOK_SECONDS if await self._begin(looks) else UNREAD_SECONDS
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._desk.stopping.wait(), pause)

    async def round(self) -> None:
        """Looks once at everything whose turn it is."""
        async with asyncio.TaskGroup() as looks:
            await self._begin(looks)

    async def _begin(self, looks: asyncio.TaskGroup) -> bool:
        try:
            jobs = self.standing()
        except Unavailable:
            return False  # what is set up cannot be read now, and whoever reads it has said so
        streams = {job.stream for job in jobs}
        try:
            await asyncio.to_thread(self._memory.forget_others, streams, self.ways)
        except Unavailable as problem:
            self._log.warning("alerts wait", problem=str(problem))
            return True
        self._failures.forget_others(streams)
        for job in jobs:
            if job.stream not in self._busy and self._failures.may_try(job.stream) and not self.rests(job.stream):
                self._busy.add(job.stream)
                looks.create_task(self._look(job))
        return True

    async def _look(self, job: JobT) -> None:
        try:
            await self.compare(job)
        except Problem as problem:
            self._failures.failed(job.stream, problem)
        else:
            self._failures.well(job.stream)
        finally:
            self._busy.discard(job.stream)

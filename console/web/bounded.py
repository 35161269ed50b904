"""Work that blocks, in a few threads of its own and with so many waiting at most: it holds up nobody else."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from records.errors import Unavailable

Result = TypeVar("Result")


class Bounded:
    """So many threads, so many who wait or are at work; whoever comes then is told to come back."""

    def __init__(self, what: str, threads: int, waiting_max: int) -> None:
        self._what = what
        self._threads = ThreadPoolExecutor(threads, what.replace(" ", "-"))
        self._waiting, self._waiting_max = 0, waiting_max

    async def run(self, act: Callable[[], Result]) -> Result:
        """What the act returns; raises Unavailable where there are too many already."""
        if self._waiting >= self._waiting_max:
            raise Unavailable(f"{self._what}: too many at the same time")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, act)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Whoever still waits does so in vain."""
        self._threads.shutdown(wait=False, cancel_futures=True)

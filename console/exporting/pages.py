"""The pages of dossiers, written by other processes of this machine: a page takes longer than all else about a post."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import Self

from console.dossier.values import Dossier

WAITING_MAX = 8
"""Pieces of work that wait; each is a batch of dossiers in memory."""
ALONE_POSTS_MAX = 100
"""So few pages are written here before other processes have started."""


class Pages:
    """Pages in the order of their numbers, while the export goes on."""

    def __init__(self, posts: int) -> None:
        alone = posts <= ALONE_POSTS_MAX
        self._pool = None if alone else ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn"))
        self._waiting: deque[Future[list[tuple[str, bytes]]]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def asked(self, first: int, dossiers: Sequence[Dossier]) -> Iterator[tuple[str, bytes]]:
        """Asks for the pages of some more dossiers; gives those, of earlier ones, that have to be waited for now."""
        if self._pool is None:
            yield from written(first, dossiers)
            return
        self._waiting.append(self._pool.submit(written, first, dossiers))
        while len(self._waiting) > WAITING_MAX:
            yield from self._waiting.popleft().result()

    def rest(self) -> Iterator[tuple[str, bytes]]:
        """All that were asked for and not given yet."""
        while self._waiting:
            yield from self._waiting.popleft().result()


def written(first: int, dossiers: Sequence[Dossier]) -> list[tuple[str, bytes]]:
    """Name and content of the page of each dossier, numbered from `first` on."""
    from console.page import render

    return [
        (f"dossiers/{number}.html", render(one, standing_alone=False).encode("utf-8", "backslashreplace"))
        for number, one in enumerate(dossiers, first)
    ]

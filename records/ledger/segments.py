"""The bytes of a log's entries: files that are appended to and rolled, each named by the position of its first byte.

Files are opened for each read. A writer that starts again may remove files that no checkpoint speaks of and make others
in their place, and a reader must not hold on to those.
"""

import os
import re
from bisect import bisect_right
from pathlib import Path

from records.errors import Misconfigured, Problem
from records.ledger.files import append_durably, open_private, problem, read_at, sync, sync_folder

SEGMENT_BYTES = 256_000_000
"""A file is closed once it is larger; a frame never lies in two."""
CHUNK_BYTES = 4_000_000
SUFFIX = ".entries"
NAME = re.compile(r"[0-9]{20}\.entries")


class Segments:
    """Positions count from the first byte of the log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._starts = self._listed()

    def path_at(self, position: int) -> Path:
        """The file that holds a position."""
        return self._path(self._starts[max(0, bisect_right(self._starts, position) - 1)] if self._starts else 0)

    def read(self, start: int, stop: int) -> bytes:
        """The bytes between two positions; fewer where files end before."""
        data = self._read(start, stop)
        if len(data) < stop - start:
            self._starts = self._listed()
            data = self._read(start, stop)
        return data

    def whole(self) -> int:
        """Where those bytes end that follow one another from the first on: a file is missing there, or the log ends."""
        end = 0
        for start in self._starts:
            if start != end:
                break
            end += self._path(start).stat().st_size
        return end

    def _read(self, start: int, stop: int) -> bytes:
        pieces = []
        for first, until in zip(self._starts, [*self._starts[1:], stop], strict=False):  # there may be no file at all
            low, high = max(start, first), min(stop, until)
            if low < high:
                pieces.append(self._piece(first, low, high))
                if len(pieces[-1]) < high - low:
                    break
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _piece(self, first: int, low: int, high: int) -> bytes:
        try:
            file = os.open(self._path(first), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise problem(error, self._path(first)) from error
        try:
            return read_at(file, low - first, high - low)
        finally:
            os.close(file)

    def _path(self, start: int) -> Path:
        return self._folder / f"{start:020d}{SUFFIX}"

    def _listed(self) -> list[int]:
        names = [path.name for path in self._folder.iterdir() if path.suffix == SUFFIX]
        for name in names:
            if not NAME.fullmatch(name):
                raise Misconfigured(f"{self._folder / name} is not named by the position of its first byte, 20 digits")
        return sorted(int(name.removesuffix(SUFFIX)) for name in names)


class GrowingSegments(Segments):
    """The same, written: first `resume`, then `append`; `end` is where the next frame begins."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.end = 0
        self._last = -1

    def resume(self, position: int) -> bool:
        """Goes on at a position: what stands before it is on disk, and what a crash left beyond it is forgotten.

        Tells whether there was something beyond it.
        """
        beyond = [start for start in self._starts if start >= position and start > 0]
        forgotten = any(self._path(start).stat().st_size for start in beyond)
        # All of these names are gone durably before anything is appended: a file that came back after a power failure
        # would contradict what was appended in its place.
        for start in reversed(beyond):
            self._path(start).unlink()
        self._starts = [start for start in self._starts if start not in beyond] or [0]
        self._open(self._starts[-1])
        size = position - self._starts[-1]
        if os.fstat(self._last).st_size > size:
            forgotten = True
            os.ftruncate(self._last, size)
        sync(self._last)
        self.end = position
        return forgotten

    def append(self, data: bytes) -> None:
        """Writes whole frames at the end, and returns when they are on disk; raises Unavailable where it is full."""
        if self.end - self._starts[-1] > SEGMENT_BYTES:
            self._open(self.end)
            self._starts.append(self.end)
        append_durably(self._last, self.end - self._starts[-1], data)
        self.end += len(data)

    def close(self) -> None:
        """Gives the file back."""
        if self._last >= 0:
            os.close(self._last)
            self._last = -1

    def _open(self, start: int) -> None:
        """Opens a file, durably named, in the place of the one that is open."""
        file = open_private(self._path(start), writable=True)
        try:
            sync_folder(self._folder)
        except Problem:
            os.close(file)
            raise
        self.close()
        self._last = file

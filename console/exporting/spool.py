"""Lines that wait on the disk until all of them are there: a ZIP takes one file after the other."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self


class Spool:
    """Lines of one file; the file behind it has no name, so that nothing is left of it whatever happens."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed by close

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def add(self, line: bytes) -> None:
        """A line, without its end."""
        self._file.write(line + b"\n")

    def lines(self) -> Iterator[bytes]:
        """All of them, without their ends."""
        self._file.seek(0)
        for line in self._file:
            yield line.removesuffix(b"\n")

"""One cosigned checkpoint an hour, kept for ever: what was outside, and when, for whoever looks years later.

The file is notes, each followed by an empty line.
"""

import os
import time
from pathlib import Path

from records.ledger.files import append_all, open_private, sync

EVERY_SECONDS = 3600
NAME = "history"
END = b"\n\n"


def keep(folder: Path, note: bytes, *, always: bool = False) -> bool:
    """Appends the note, if the last one is an hour old; raises Unavailable where the disk is full."""
    path = folder / NAME
    if not always and path.exists() and time.time() - path.stat().st_mtime < EVERY_SECONDS:
        return False
    file = open_private(path, writable=True)
    try:
        append_all(file, _whole(file), note + b"\n")
        sync(file)
    finally:
        os.close(file)
    return True


def notes(data: bytes) -> list[bytes]:
    """The notes of such a file, oldest first; one that a crash tore is left out."""
    parts = data.split(END)[:-1]
    return [parts[at] + END + parts[at + 1] + b"\n" for at in range(0, len(parts) - 1, 2)]


def _whole(file: int) -> int:
    """Where the last whole note ends; what a crash left after it is cut off."""
    data = os.pread(file, os.fstat(file).st_size, 0)
    end = sum(len(note) + 1 for note in notes(data))
    os.ftruncate(file, end)
    return end

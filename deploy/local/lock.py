"""One run at a time for each data folder: a lock that the kernel releases however its owner ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.trouble import Trouble


def lock_file(data: Path) -> Path:
    """The file whose lock says that a run uses this folder, and whose text says which process that is."""
    return data / "run" / "lock"


@contextmanager
def only_run(data: Path) -> Iterator[None]:
    """Hold the folder's lock inside the block; one sentence if another process holds it."""
    file = lock_file(data)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(
                f"Lifeguard already runs with the data in {data} (process {owner(data)}); use that one, "
                f"or stop it with `make down` and run this again."
            ) from None
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield


def owner(data: Path) -> int | None:
    """The process that holds the folder's lock; None if nobody does."""
    file = lock_file(data)
    if not file.exists():
        return None
    with file.open(encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(handle.read().strip() or 0)
        return None

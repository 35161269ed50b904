"""Files that only grow: written whole or not at all, synced when asked, and a full disk told as Unavailable."""

import errno
import os
from collections.abc import Container
from pathlib import Path

from records.errors import Misconfigured, Problem, Unavailable

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def make_folder(folder: Path) -> None:
    """Makes a folder that only its owner may read, and those above it; durable when this returns."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise problem(error, folder) from error
    sync_folder(folder.parent)


def open_private(path: Path, *, writable: bool) -> int:
    """A descriptor of a file that only its owner may read; made where it is missing and may be written."""
    flags = os.O_RDWR | os.O_CREAT if writable else os.O_RDONLY
    try:
        return os.open(path, flags | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        raise Misconfigured(f"the ledger has no file {path}") from None
    except OSError as error:
        raise problem(error, path) from error


def append_all(file: int, at: int, data: bytes) -> None:
    """Writes after `at`; where the disk is full nothing of it stays, and Unavailable is raised."""
    try:
        done = 0
        view = memoryview(data)
        while done < len(data):
            done += os.pwrite(file, view[done:], at + done)
    except OSError as error:
        os.ftruncate(file, at)
        raise problem(error) from error


def append_durably(file: int, at: int, data: bytes) -> None:
    """As `append_all`, and returns when it is on disk; whoever tries again after a failure writes all of it again."""
    append_all(file, at, data)
    try:
        os.fdatasync(file)
    except OSError as error:
        # After a failed sync Linux calls the pages clean that it could not write: none of them may be believed.
        os.ftruncate(file, at)
        raise problem(error) from error


def read_at(file: int, at: int, size: int) -> bytes:
    """Bytes of a file; fewer where it ends before."""
    data = os.pread(file, size, at)
    while len(data) < size and (more := os.pread(file, size - len(data), at + len(data))):
        data += more
    return data


def sync(file: int) -> None:
    """Returns when everything written so far is on disk."""
    try:
        os.fdatasync(file)
    except OSError as error:
        raise problem(error) from error


def replace(path: Path, data: bytes) -> None:
    """Puts a small file in the place of another, durably: afterwards there is the old or the new one, whole."""
    beside = unfinished(path)
    try:
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            append_all(file, 0, data)
            os.fsync(file)
        finally:
            os.close(file)
        beside.replace(path)
    except OSError as error:
        raise problem(error, path) from error
    sync_folder(path.parent)


def unfinished(path: Path) -> Path:
    """Where something is made that will be renamed to `path` once it is whole; a crash may leave it behind."""
    return path.with_name(f".{path.name}.new")


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    try:
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise problem(error, folder) from error


def refuse_unknown(folder: Path, known: Container[str], what: str) -> None:
    """Raises Misconfigured for a name in a folder that the ledger did not make; what a crash left is removed."""
    for path in sorted(folder.iterdir()):
        if path.name in known:
            continue
        if path.name[:1] == "." and path.name[1:].removesuffix(".new") in known and path.is_file():
            path.unlink()
            continue
        raise Misconfigured(f"{path} is not a part of {what}: move it away, or restore what it was made from")


def problem(error: OSError, path: Path | None = None) -> Problem:
    """What an error of the system means for the ledger, in one sentence."""
    where = f" {path}" if path else ""
    if error.errno in _FULL:
        return Unavailable(f"the disk of the ledger is full{where}: free some space, and it goes on by itself")
    if error.errno in _FORBIDDEN:
        return Misconfigured(f"this process may not open or write{where}: the ledger belongs to the keeper alone")
    return Misconfigured(f"the disk of the ledger fails{where}: {error.strerror}; what is not signed is kept again")

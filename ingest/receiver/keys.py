"""The signing keys in force: read again when their file changes, so that a secret is rotated without a restart."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog

from ingest.receiver.signatures import load_secrets
from records.errors import Misconfigured

LOOK_SECONDS = 2.0

Stamp = tuple[int, int, int]
"""What differs between two contents of a file: inode, size, time of the last change in nanoseconds."""


class KeysInFile:
    """Iterates over the keys of a file; what cannot be used leaves the keys as they were, and is said once."""

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys = load_secrets(path)
        self._path = path or Path()
        self._clock = clock
        self._stamp: Stamp | None = None  # not that of the file as it is: it may have changed since it was read
        self._look_at = clock()

    def __iter__(self) -> Iterator[bytes]:
        """The keys as they are now; looks at the file every `LOOK_SECONDS` at most."""
        if self._clock() >= self._look_at:
            self._look_at = self._clock() + LOOK_SECONDS
            self._look()
        return iter(self._keys)

    def __len__(self) -> int:
        """How many secrets are accepted."""
        return len(self._keys)

    def _look(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp, log = stamp, structlog.get_logger()  # taken before reading: a later change is seen next time
        try:
            keys = load_secrets(self._path)
        except Misconfigured as problem:
            log.warning("the signing secrets stay as they were", problem=str(problem))
            return
        if keys != self._keys:
            self._keys = keys
            log.info("the signing secrets were read again", secrets=len(keys))


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_size, found.st_mtime_ns)

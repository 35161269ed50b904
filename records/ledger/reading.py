"""What whoever proves, verifies or rebuilds needs of a ledger, and the same from a folder on this machine.

Nothing here trusts the ledger: whoever reads compares leaves with checkpoints, and values with commitments.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from records.codec import decode
from records.errors import Malformed, Misconfigured
from records.ledger.checkpoints import Checkpoint, parse_checkpoint
from records.ledger.entries import COMMITMENT_BYTES, Entry, LogId, parse_leaf
from records.ledger.frames import Frame
from records.ledger.keys import NO_SLOT, Keys
from records.ledger.log import Log, content
from records.ledger.notes import parse_note
from records.ledger.sealing import unseal
from records.ledger.tree import stored_count
from records.received import Received
from records.topics import BY_NAME

Content = tuple[bytes, bytes] | None
"""Salt and value of an entry; None where it is absent, or its key does not open it (erased, lost or damaged)."""


@dataclass(frozen=True)
class LogState:
    """A log up to its newest signed checkpoint; `note` is that checkpoint as it was signed."""

    log: LogId
    checkpoint: Checkpoint
    note: bytes
    cosigned: bytes | None

    @property
    def size(self) -> int:
        """How many entries are signed."""
        return self.checkpoint.size


class Reader(Protocol):
    """A ledger to be read: a folder, or a keeper over HTTP."""

    def logs(self) -> list[LogState]:
        """Every log with a checkpoint, by path."""
        ...

    def hashes(self, log: LogId, places: Sequence[int]) -> Sequence[bytes]:
        """Hashes at some places of the stored order of `tree`."""
        ...

    def leaves(self, log: LogId, start: int, stop: int) -> Iterator[bytes]:
        """The leaves of some entries."""
        ...

    def slots(self, log: LogId, start: int, stop: int) -> "np.ndarray[Any, Any]":
        """Which subject each of some entries is about, by the number of its key."""
        ...

    def contents(self, log: LogId, start: int, stop: int) -> Iterator[Content]:
        """Salt and value of some entries, in order."""
        ...


class Folder:
    """The ledger in a folder of this machine, or in a copy of one; without its keys, contents are None.

    It may be read while its keeper appends: what it gives ends at the newest checkpoint, looked up when asked for.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        refuse_no_ledger(folder)
        self._keys: Keys | None = None
        self._logs: dict[str, Log] = {}
        self._sizes: dict[str, int] = {}

    @property
    def keys(self) -> Keys | None:
        """The keys, where this folder has them."""
        if self._keys is None and (self.folder / "keys" / "slots").exists():
            self._keys = Keys(self.folder / "keys")
        return self._keys

    def logs(self) -> list[LogState]:
        """As Reader says; raises Misconfigured where a log does not say which it is, or what was signed."""
        # A log that is just being begun has a hidden name, or no checkpoint yet.
        names = sorted(path.name for path in (self.folder / "logs").iterdir() if not path.name.startswith("."))
        return [state for state in map(self._state, names) if state is not None]

    def hashes(self, log: LogId, places: Sequence[int]) -> Sequence[bytes]:
        """As Reader says; raises Misconfigured where the checkpoint does not speak of them."""
        size = self._sizes.get(log.path, 0)
        if places and max(places) >= stored_count(size):
            size = self._signed_size(log)
            if max(places) >= stored_count(size):
                raise Misconfigured(f"hash {max(places)} of {log.path} was asked for, and its checkpoint is at {size}")
        return self._log(log.path).read_hashes(places)

    def leaves(self, log: LogId, start: int, stop: int) -> Iterator[bytes]:
        """As Reader says; raises Misconfigured where a frame is damaged, or the checkpoint does not speak of it."""
        for frame in self._frames(log, start, stop):
            yield log.head + frame.body

    def slots(self, log: LogId, start: int, stop: int) -> "np.ndarray[Any, Any]":
        """As Reader says; raises Misconfigured as `leaves` does."""
        self._refuse_beyond(log, stop)
        return self._log(log.path).index(start, stop)["slot"]

    def contents(self, log: LogId, start: int, stop: int) -> Iterator[Content]:
        """As Reader says; raises Misconfigured as `leaves` does."""
        keys = self.keys
        for offset, frame in enumerate(self._frames(log, start, stop), start):
            key = None if keys is None or frame.slot == NO_SLOT else keys.key(frame.slot)
            yield None if key is None else unseal(key, log, offset, _commitment(frame), frame.sealed)

    def close(self) -> None:
        """Gives the files back."""
        for log in self._logs.values():
            log.close()
        self._logs.clear()
        if self._keys is not None:
            self._keys.close()
            self._keys = None

    def _state(self, name: str) -> LogState | None:
        # In this order: the keeper signs a checkpoint before it is cosigned, and none may be newer than the log's end.
        path = self.folder / "logs" / name
        cosigned, note = content(path / "cosigned"), content(path / "checkpoint")
        if note is None:
            if cosigned is not None or not (path / "log.json").exists():
                raise Misconfigured(f"{path} has no checkpoint, or is no log: restore this log from a backup")
            return None
        try:
            checkpoint = parse_checkpoint(parse_note(note).text)
        except Malformed as reason:
            raise Misconfigured(f"{path / 'checkpoint'} {reason}") from None
        self._sizes[name] = checkpoint.size
        return LogState(self._log(name).id, checkpoint, note, cosigned)

    def _log(self, name: str) -> Log:
        if name not in self._logs:
            opened = Log(self.folder / "logs" / name)
            if self._logs.setdefault(name, opened) is not opened:  # another thread was faster
                opened.close()
        return self._logs[name]

    def _frames(self, log: LogId, start: int, stop: int) -> Iterator[Frame]:
        self._refuse_beyond(log, stop)
        return self._log(log.path).frames(start, stop)

    def _refuse_beyond(self, log: LogId, stop: int) -> None:
        if stop > self._sizes.get(log.path, 0) and stop > (size := self._signed_size(log)):
            raise Misconfigured(
                f"the entries of {log.path} before {stop} were asked for, and its checkpoint was signed at {size}"
            )

    def _signed_size(self, log: LogId) -> int:
        self._state(log.path)
        return self._sizes.get(log.path, 0)


def _commitment(frame: Frame) -> bytes:
    return frame.body[-COMMITMENT_BYTES:]


def refuse_no_ledger(folder: Path) -> None:
    """Raises Misconfigured where this is not the folder of a ledger."""
    if not (folder / "logs").is_dir():
        raise Misconfigured(f"there is no ledger in {folder}: name the folder that holds `logs`")


def entries(reader: Reader, log: LogId, start: int, stop: int) -> Iterator[Entry]:
    """The plain entries of a log; raises Malformed where a leaf is not one of this log."""
    for leaf in reader.leaves(log, start, stop):
        yield parse_leaf(log, leaf)


def received(log: LogId, entry: Entry, value: bytes) -> Received:
    """The record of an entry with its place, as the fold received it; raises Malformed where it is none."""
    topic = BY_NAME.get(log.topic)
    if topic is None:
        raise Malformed(f"this release knows no topic {log.topic}")
    record = decode(topic, value)
    return Received(log.topic, log.topic_id, log.partition, entry.offset, entry.recorded_at, record)

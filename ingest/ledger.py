"""The ledger from elsewhere: a Reader over the keeper's HTTP, and the newest checkpoints as the witnesses have them."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Literal, Self
from uuid import uuid4

import numpy as np

from ingest.ledger_answers import Asking, TooMuch
from ingest.witnesses import WitnessLine, witness_checkpoints, witness_lines
from records.codec import parse_json
from records.errors import Malformed
from records.ledger.checkpoints import parse_checkpoint
from records.ledger.entries import LogId
from records.ledger.notes import NOTE_BYTES_MAX, parse_note
from records.ledger.reading import Content, LogState
from records.ledger.tiles import LEAF_BYTES_MAX, TILE_HASHES, Tile, parse_bundle, read_tiles, width_at
from records.ledger.tree import HASH_BYTES, Read
from records.settings import Settings

__all__ = ["Remote", "WitnessLine", "keeper_says", "witness_checkpoints", "witness_lines"]

LOGS_MAX = 100_000
LOGS_BYTES_MAX = 50_000_000
SLOTS_AT_ONCE = 65_536
SLOT_BYTES = 4
CONTENTS_AT_ONCE = 10_000
_PATH = re.compile(r"[a-z-]{1,40}-[0-9]{1,6}-[A-Za-z0-9_-]{22}")

Purpose = Literal["dossier", "export", "rebuild", "verify"]


class Remote:
    """A Reader of the keeper's ledger; `staff_id`, `purpose` and `job` stand in the audit record of what it opens.

    `paths` narrows it to some logs: whoever wants three of a hundred need not wait for the checkpoints of all.

    What is read of a log ends where `logs` last found its end. Raises Unavailable where the keeper is away, Malformed
    where something else comes than was asked for, and Misconfigured where it gives us no contents.
    """

    def __init__(
        self,
        settings: Settings,
        staff_id: str,
        purpose: Purpose,
        job: str | None = None,
        *,
        paths: Collection[str] | None = None,
    ) -> None:
        self._keeper = Asking(settings)
        self._who = {"staff_id": staff_id, "purpose": purpose, "job": job or f"{purpose}-{uuid4().hex}"}
        self._paths = paths
        self._sizes: dict[str, int] = {}
        self._reads: dict[str, tuple[int, Read]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Gives the connections back."""
        self._keeper.close()

    def logs(self) -> list[LogState]:
        """As Reader says."""
        listed = _logs(self._keeper.got("/logs", LOGS_BYTES_MAX))
        found = [self._state(log) for log in listed if self._paths is None or log.path in self._paths]
        self._sizes = {state.log.path: state.size for state in found}
        return found

    def hashes(self, log: LogId, places: Sequence[int]) -> Sequence[bytes]:
        """As Reader says; raises ValueError beyond the size."""
        size = self._size(log)
        kept = self._reads.get(log.path)
        if kept is None or kept[0] != size:
            kept = self._reads[log.path] = (size, read_tiles(size, partial(self._tile, log)))
        return kept[1](places)

    def leaves(self, log: LogId, start: int, stop: int) -> Iterator[bytes]:
        """As Reader says."""
        size = self._reached(log, stop)
        for number in range(start // TILE_HASHES, -(-stop // TILE_HASHES)):
            first, width = number * TILE_HASHES, width_at(size, 0, number)
            most = width * (2 + LEAF_BYTES_MAX)
            data = self._keeper.got(f"/{log.path}/{Tile(None, number, width).path}", most)
            yield from parse_bundle(data, width)[max(0, start - first) : stop - first]

    def slots(self, log: LogId, start: int, stop: int) -> "np.ndarray[Any, Any]":
        """As Reader says."""
        self._reached(log, stop)
        parts = [np.empty(0, dtype="<u4")]
        for first in range(start, stop, SLOTS_AT_ONCE):
            count = min(SLOTS_AT_ONCE, stop - first)
            data = self._keeper.got(f"/{log.path}/slots?from={first}&count={count}", count * SLOT_BYTES)
            if len(data) != count * SLOT_BYTES:
                raise Malformed(f"the keeper sent other than {count} slots of {log.path}")
            parts.append(np.frombuffer(data, dtype="<u4"))
        return np.concatenate(parts)

    def contents(self, log: LogId, start: int, stop: int) -> Iterator[Content]:
        """As Reader says; the first leaves an audit record."""
        self._reached(log, stop)
        at_once = CONTENTS_AT_ONCE
        while start < stop:
            until = min(stop, start + at_once)
            asked = {**self._who, "places": [[log.path, start, until]]}
            try:
                yield from self._keeper.contents(asked, until - start)
            except TooMuch as problem:
                if until - start == 1:
                    raise Malformed(f"entry {start} of {log.path} alone is too much: {problem}") from None
                at_once = max(1, (until - start) // 2)
            else:
                start = until

    def _state(self, log: LogId) -> LogState:
        note = self._keeper.got(f"/{log.path}/checkpoint", NOTE_BYTES_MAX)
        cosigned = self._keeper.got_if_there(f"/{log.path}/cosigned", NOTE_BYTES_MAX)
        return LogState(log, parse_checkpoint(parse_note(note).text), note, cosigned)

    def _size(self, log: LogId) -> int:
        if log.path not in self._sizes:
            self.logs()
        return self._sizes.get(log.path, 0)

    def _reached(self, log: LogId, stop: int) -> int:
        size = self._size(log)
        if stop > size:
            raise ValueError(f"{log.path} has {size} signed entries")
        return size

    def _tile(self, log: LogId, level: int, number: int, width: int) -> bytes:
        return self._keeper.got(f"/{log.path}/{Tile(level, number, width).path}", width * HASH_BYTES)


def keeper_says(settings: Settings) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    """The keeper's health, and its logs as it lists them; raises Unavailable, Malformed."""
    keeper = Asking(settings)
    try:
        listed = parse_json(keeper.got("/logs", LOGS_BYTES_MAX))
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise Malformed("the keeper's list of logs is none")
        return keeper.health(), listed
    finally:
        keeper.close()


def _logs(data: bytes) -> list[LogId]:
    told = parse_json(data)
    try:
        found = [LogId(one["cluster"], one["topic"], one["topic_id"], one["partition"]) for one in told]
        fitting = all(
            log.path == one["path"] and _PATH.fullmatch(log.path) for log, one in zip(found, told, strict=True)
        )
    except (TypeError, KeyError):
        raise Malformed("the keeper's list of logs is none") from None
    if not fitting or len(found) > LOGS_MAX:
        raise Malformed("the keeper's list of logs names paths that are none of its logs, or too many")
    return found

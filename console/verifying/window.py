"""What is not proved yet: since when there are entries that a witness has not cosigned, told of each witness apart."""

import time
from collections.abc import Iterable, Mapping, Sequence

from console.verifying.outcome import Proved
from console.verifying.roots import Read
from console.verifying.witnessed import Cosigned, Statement
from records.errors import Malformed, Misconfigured
from records.ledger.entries import LogId
from records.ledger.reading import Reader, entries

NOBODY = ""
"""Stands for the witness where there is none: it has cosigned nothing."""


def asked(statements: Iterable[Statement]) -> list[str]:
    """The names of the witnesses that answered, or of nobody."""
    known = list(statements)
    return [one.name for one in known if not one.away] if known else [NOBODY]


def of_log(reader: Reader, read: Read, said: Sequence[Cosigned], names: Iterable[str]) -> dict[str, int]:
    """The append time of the first entry that each witness has not cosigned as it is; of who has all there is none."""
    covered = {
        name: max(
            (one.checkpoint.size for one in said if one.witness == name and read.agrees(one.checkpoint)), default=0
        )
        for name in names
    }
    times = {size: _append_ms(reader, read.state.log, size) for size in set(covered.values()) if size < read.state.size}
    found = {name: times.get(size) for name, size in covered.items()}
    return {name: at for name, at in found.items() if at is not None}


def seconds(logs: Sequence[Proved], names: Iterable[str]) -> dict[str, float]:
    """How long ago the oldest entry came that a witness has not cosigned, of all logs."""
    now_ms = time.time() * 1000
    return {
        name: max(0.0, now_ms - min((_at(log.windows, name, now_ms) for log in logs), default=now_ms)) / 1000
        for name in names
    }


def _at(windows: Mapping[str, int], name: str, now_ms: float) -> float:
    return windows.get(name, now_ms)


def _append_ms(reader: Reader, log: LogId, number: int) -> int | None:
    try:
        return next(iter(entries(reader, log, number, number + 1))).append_ms
    except (Malformed, Misconfigured, StopIteration):
        return None

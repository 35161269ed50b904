"""Which entries of a log were recorded in a time: logs are in the order of Kafka's clock."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from records.ledger.reading import LogState, entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from records.ledger.entries import Entry
    from records.ledger.reading import Reader

AT_ONCE = 256
"""Entries of one request, at least."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def between(reader: "Reader", state: LogState, from_at: datetime, until_at: datetime) -> tuple[int, int]:
    """The first entry recorded at or after `from_at`, and the first at or after `until_at`; the size where none is."""
    return _first(reader, state, _ms(from_at)), _first(reader, state, _ms(until_at))


def _first(reader: "Reader", state: LogState, at_ms: int) -> int:
    low, high = 0, state.size
    while low < high:
        middle = (low + high) // 2
        found = _record(reader, state, middle, high)
        if found is None:
            high = middle
        elif found.append_ms < at_ms:
            low = found.offset + 1
        else:
            high = middle
    return low


def _record(reader: "Reader", state: LogState, start: int, stop: int) -> "Entry | None":
    """The first record from there on; what Kafka had lost has the time at which that was accepted, not its own."""
    return next((one for one in _each(reader, state, start, stop) if not one.absent), None)


def _each(reader: "Reader", state: LogState, start: int, stop: int) -> "Iterator[Entry]":
    for first in range(start, stop, AT_ONCE):
        yield from entries(reader, state.log, first, min(stop, first + AT_ONCE))


def _ms(instant: datetime) -> int:
    """Rounded up: a record of the same millisecond is not before it."""
    return -((_EPOCH - instant) // timedelta(milliseconds=1))

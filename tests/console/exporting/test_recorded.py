"""Which entries were recorded in a time, whatever Kafka had lost between them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.exporting import recorded
from records.ledger.entries import ABSENT, RECORD, Entry, LogId

LOG = LogId("c" * 22, "posts", "p" * 22, 0)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATE_MS = 1_000
"""When it was accepted that an entry is absent: long after its neighbours."""


class Log:
    """A log in memory: its append times, None where an entry is absent."""

    def __init__(self, times: Sequence[int | None]) -> None:
        kinds = [(ABSENT, LATE_MS) if at is None else (RECORD, at) for at in times]
        self.entries = [Entry(kind, n, at, None, None, bytes(32)) for n, (kind, at) in enumerate(kinds)]

    def leaves(self, log: LogId, start: int, stop: int) -> Iterator[bytes]:
        """As Reader says."""
        return (log.head + entry.body() for entry in self.entries[start:stop])


def _at(milliseconds: float) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)


TIMES = st.lists(st.integers(0, 20), max_size=30).map(sorted)


@given(TIMES, st.sets(st.integers(0, 29)), st.integers(0, 25), st.integers(0, 25))
def test_every_record_of_the_time_is_between_and_no_other(
    times: list[int], gone: set[int], since: int, until: int
) -> None:
    """By each entry's own time; absent ones between are part of the stretch."""
    told: list[Any] = [None if number in gone else at for number, at in enumerate(times)]
    state: Any = SimpleNamespace(log=LOG, size=len(told))
    reader: Any = Log(told)
    start, stop = recorded.between(reader, state, _at(since), _at(until))
    inside = [number for number, at in enumerate(told) if at is not None and since <= at < until]
    assert [number for number in range(start, stop) if told[number] is not None] == inside


def test_a_time_between_two_milliseconds_begins_with_the_next() -> None:
    """Kafka's clock ticks in milliseconds, and people's times are finer."""
    state: Any = SimpleNamespace(log=LOG, size=3)
    reader: Any = Log([1, 2, 3])
    assert recorded.between(reader, state, _at(1.5), _at(2.5)) == (1, 2)

"""Batches as the broker sends them give the same records as kafka-python's own way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.errors import CorruptRecordError
from kafka.record import MemoryRecords
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from kafka.record.util import calc_crc32c
from kafka.structs import TopicPartition

from ingest.keeper.fetched import Fetched, kept_of

APPEND_MS = 1_790_000_000_000
HEADERS = st.lists(st.tuples(st.text(max_size=5), st.none() | st.binary(max_size=5)), max_size=2)
MESSAGE = st.tuples(st.none() | st.binary(max_size=200), st.none() | st.binary(max_size=20_000), HEADERS)


def batch_of(messages: list[Any], base: int = 0, *, append_time: bool = True, gzip: bool = False) -> bytes:
    """A batch as a broker with LogAppendTime writes it."""
    builder = DefaultRecordBatchBuilder(2, int(gzip), 0, -1, -1, -1, 10**9)
    for offset, (key, value, headers) in enumerate(messages):
        builder.append(offset, 1_700_000_000_000 + offset, key, value, headers)
    data = bytearray(builder.build())
    data[0:8] = base.to_bytes(8)
    if append_time:
        data[22] |= DefaultRecordBatch.TIMESTAMP_TYPE_MASK
        data[35:43] = APPEND_MS.to_bytes(8)
    data[17:21] = calc_crc32c(memoryview(data)[21:]).to_bytes(4)
    return bytes(data)


@given(st.lists(MESSAGE, min_size=1, max_size=150), st.integers(0, 2**40), st.booleans(), st.booleans())
def test_records_are_those_of_the_library(messages: list[Any], base: int, append_time: bool, gzip: bool) -> None:
    """Keys, values, offsets and append times; compressed or not, with headers or without."""
    data = batch_of(messages, base, append_time=append_time, gzip=gzip)
    theirs = [(one.offset, one.timestamp, one.key, one.value) for one in DefaultRecordBatch(data)]
    assert [tuple(one) for one in kept_of(DefaultRecordBatch(data))] == theirs


def fetched(data: bytes, offset: int = 0) -> tuple[Fetched, list[Fetched]]:
    """The records of an answer that was asked for from an offset on."""
    drained: list[Fetched] = []
    return Fetched(
        offset, TopicPartition("t", 0), MemoryRecords(data), on_drain=drained.append, check_crcs=True
    ), drained


def test_whole_batches_are_taken_and_the_place_moves_on() -> None:
    """From within a batch on, as many batches as are wanted, and then no more."""
    messages = [(b"k", b"v", [])] * 10
    found, drained = fetched(batch_of(messages, 40) + batch_of(messages, 50) + batch_of(messages, 60), 43)
    assert [one.offset for one in found.take(5)] == list(range(43, 50))
    assert (found.next_fetch_offset, bool(found)) == (50, True)
    assert [one.offset for one in found.take(100)] == list(range(50, 70))
    assert (found.next_fetch_offset, bool(found)) == (70, False)
    assert drained == [found]
    assert found.take(5) == []


@pytest.mark.parametrize("at", [21, 61, 75, -1])
def test_a_byte_that_changed_on_its_way_is_refused(at: int) -> None:
    """By the checksum of the batch."""
    data = bytearray(batch_of([(b"key", b"value", [])] * 3))
    data[at] ^= 1
    with pytest.raises(CorruptRecordError):
        fetched(bytes(data))[0].take(10)


@given(st.binary(max_size=80))
def test_a_batch_that_is_none_is_refused_or_read_and_never_runs_away(rest: bytes) -> None:
    """Whatever stands after its head."""
    data = batch_of([(b"key", b"value", [])] * 3)[:61] + rest
    try:
        found = kept_of(DefaultRecordBatch(data))
    except (CorruptRecordError, ValueError):
        return
    assert len(found) == 3

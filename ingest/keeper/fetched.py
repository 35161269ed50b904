"""Fetched batches straight to what is kept: kafka-python's own way makes three objects a record, and counts its bytes.

It takes the place of `Fetcher.PartitionRecords`, which is no public part of kafka-python: its release is pinned, and
tests compare what comes out with what the library makes of the same bytes. Headers are not kept, so they are skipped.
"""

from collections.abc import Callable
from typing import Any

from kafka import KafkaConsumer
from kafka.errors import CorruptRecordError
from kafka.record.default_records import DefaultRecordBatch
from kafka.structs import TopicPartition

from records.ledger.growing import Kept

MORE, LOW = 0x80, 0x7F


def decode_quickly(consumer: KafkaConsumer) -> KafkaConsumer:
    """From now on `poll` gives `Kept` instead of its own records."""
    consumer._fetcher.PartitionRecords = Fetched  # noqa: SLF001  see above
    return consumer


class Fetched:
    """The records of one partition in one answer of the broker; what its fetcher needs of them."""

    def __init__(
        self,
        fetch_offset: int,
        tp: TopicPartition,
        records: Any,  # noqa: ANN401  kafka-python has no types
        *,
        on_drain: Callable[["Fetched"], None],
        **_: object,
    ) -> None:
        self.fetch_offset = self.next_fetch_offset = fetch_offset
        self.topic_partition = tp
        self.leader_epoch = -1
        self.bytes_read = 0
        self._records: Any = records
        self._on_drain = on_drain

    def __bool__(self) -> bool:
        return self._records is not None

    def take(self, count: int) -> list[Kept]:
        """Whole batches, until there are so many records or no more."""
        found: list[Kept] = []
        while self._records is not None and len(found) < count:
            batch = self._records.next_batch()
            if batch is None:
                self.drain()
            else:
                found += self._opened(batch)
        return found

    def drain(self) -> None:
        """No more of these."""
        if self._records is not None:
            self._records = None
            self._on_drain(self)

    def _opened(self, batch: DefaultRecordBatch) -> list[Kept]:
        if not batch.validate_crc():
            raise CorruptRecordError(f"a batch of {self.topic_partition} at {batch.base_offset} has another checksum")
        self.leader_epoch = batch.leader_epoch
        self.bytes_read += batch.size_in_bytes
        self.next_fetch_offset = batch.next_offset
        if batch.is_control_batch:
            return []
        found = kept_of(batch)
        # A fetch from within a batch brings all of it.
        return found if batch.base_offset >= self.fetch_offset else [k for k in found if k.offset >= self.fetch_offset]


def kept_of(batch: DefaultRecordBatch) -> list[Kept]:
    """The records of a batch; raises CorruptRecordError."""
    batch._maybe_uncompress()  # noqa: SLF001
    if batch.timestamp_type != batch.LOG_APPEND_TIME:
        return [Kept(one.offset, one.timestamp, one.key, one.value) for one in batch]
    try:
        return _parsed(bytes(batch._buffer), batch._pos, batch)  # noqa: SLF001
    except IndexError:
        raise CorruptRecordError(f"a batch at {batch.base_offset} ends within a record") from None


def _parsed(data: bytes, pos: int, batch: DefaultRecordBatch) -> list[Kept]:
    """Every record: length, attributes, time (passed over), offset, key, value, headers (passed over).

    Numbers are zigzag varints. Those of one byte are read here, because a call costs as much as a whole record.
    """
    base, append_ms, found = batch.base_offset, batch.max_timestamp, []
    for _ in range(batch.records_count):
        length, pos = _varint(data, pos)
        end = pos + length
        pos += 1
        while data[pos] & MORE:
            pos += 1
        pos += 1
        delta = data[pos]
        if delta & MORE:
            delta, pos = _varint(data, pos)
        else:
            delta, pos = delta >> 1, pos + 1
        size = data[pos]
        if size & MORE or size & 1:
            size, pos = _varint(data, pos)
        else:
            size, pos = size >> 1, pos + 1
        key = None if size < 0 else data[pos : pos + size]
        size, pos = _varint(data, pos + max(size, 0))
        value = None if size < 0 else data[pos : pos + size]
        if pos + max(size, 0) >= end or end > len(data):
            raise CorruptRecordError(f"record {base + delta} is longer than it says")
        found.append(Kept(base + delta, append_ms, key, value))
        pos = end
    if pos != len(data):
        raise CorruptRecordError(f"a batch at {base} has more bytes than records")
    return found


def _varint(data: bytes, pos: int) -> tuple[int, int]:
    number = data[pos]
    pos += 1
    if number & MORE:
        number &= LOW
        shift = 7
        while True:
            byte = data[pos]
            pos += 1
            number |= (byte & LOW) << shift
            if not byte & MORE:
                break
            shift += 7
    return (number >> 1) ^ -(number & 1), pos

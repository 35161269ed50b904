"""Is a record of Kafka the one that was kept? By its content where its key is there, else by what the header says."""

from records.ledger.entries import Entry, parse_body
from records.ledger.growing import GrowingLog, Kept
from records.ledger.keys import Keys
from records.ledger.sealing import commitment, salt_and_key

COMPARED_MAX = 100
"""So many of the last entries of each log are compared with what Kafka has, at every start."""


def same(log: GrowingLog, keys: Keys, record: Kept) -> bool:
    """Whether entry and record of this offset are one; the entry must have been flushed."""
    frame = next(log.frames(record.offset, record.offset + 1))
    entry = parse_body(frame.body)
    if entry.absent:
        return False
    return _header(entry) == _header_of(record) and _content(entry, keys.key(frame.slot), log, record)


def _header(entry: Entry) -> tuple[int, int | None, bytes | None]:
    return entry.append_ms, entry.value_size, entry.key


def _header_of(record: Kept) -> tuple[int, int | None, bytes | None]:
    return record.append_ms, None if record.value is None else len(record.value), record.key


def _content(entry: Entry, subject_key: bytes | None, log: GrowingLog, record: Kept) -> bool:
    if subject_key is None:
        return True
    salt, _ = salt_and_key(subject_key, log.id.topic_id, log.id.partition, record.offset)
    return commitment(salt, record.value or b"") == entry.commitment

"""A ledger in a folder, made of messages as Kafka would have handed them to the keeper."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from records.base import Record
from records.codec import encode
from records.ledger.entries import LogId
from records.ledger.growing import Kept
from records.ledger.store import Ledger
from records.received import Received

CLUSTER = "cluster"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Message:
    """One message, to stand at the end of its log."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    append_ms: int = 0
    topic_id: str = ""


def message(topic: str, record: Record, partition: int = 0, append_ms: int = 0) -> Message:
    """A record as its topic carries it."""
    return Message(topic, partition, record.key().encode(), encode(record), append_ms)


def message_of(received: Received) -> Message:
    """A record as it was received."""
    append_ms = round((received.recorded_at - _EPOCH).total_seconds() * 1000)
    one = message(received.topic, received.record, received.partition, append_ms)
    return Message(one.topic, one.partition, one.key, one.value, append_ms, received.topic_id)


def keep(folder: Path, messages: Iterable[Message]) -> None:
    """Keeps them after what is there, and signs."""
    by_log: dict[LogId, list[Message]] = defaultdict(list)
    for one in messages:
        by_log[LogId(CLUSTER, one.topic, one.topic_id or f"id-of-{one.topic}", one.partition)].append(one)
    with closing(Ledger(folder, "test")) as ledger:
        for log_id, kept in by_log.items():
            log = ledger.log(log_id)
            log.keep([Kept(log.next + n, one.append_ms, one.key, one.value) for n, one in enumerate(kept)])
            log.flush()
            log.sign()

"""Gaps that people accepted, read from `registry` by a consumer of its own: that topic may have the gap itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from ingest.connection import broker, client_options
from ingest.keeper.partition import Partition
from records.codec import decode
from records.errors import Malformed, NewerVersion
from records.ledger.entries import absent, parse_body
from records.ledger.growing import GrowingLog
from records.registry import GapAcceptance
from records.settings import Settings
from records.topics import MESSAGE_BYTES_MAX, REGISTRY

ABSENT_AT_ONCE = 10_000


@dataclass(frozen=True)
class Accepted:
    """An acceptance, and when Kafka had it."""

    said: GapAcceptance
    accepted_ms: int


class Acceptances:
    """Every acceptance that Kafka has; it connects only while somebody asks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumer: KafkaConsumer | None = None
        self._found: list[Accepted] = []

    def look(self) -> list[Accepted]:
        """All that have come so far; raises Unavailable."""
        with broker(self._settings):
            try:
                consumer = self._consumer = self._consumer or self._connected()
                while polled := consumer.poll(timeout_ms=0):
                    self._found.extend(one for records in polled.values() for one in _acceptances(records))
            except (KafkaError, OSError):
                self.close()
                raise
        return self._found

    def close(self) -> None:
        """Gives the connection back, and forgets what was read."""
        consumer, self._consumer, self._found = self._consumer, None, []
        if consumer is not None:
            consumer.close(autocommit=False)

    def _connected(self) -> KafkaConsumer:
        consumer = KafkaConsumer(
            **client_options(self._settings),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=MESSAGE_BYTES_MAX,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )
        name = self._settings.named(REGISTRY.name)
        places = [TopicPartition(name, number) for number in sorted(consumer.partitions_for_topic(name) or ())]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        return consumer


def accepts(accepted: Accepted, partition: Partition) -> bool:
    """Whether this acceptance is of exactly this gap, or of one that a crash left half filled."""
    gap, said = partition.gap, accepted.said
    if gap is None or said.registry_id != partition.log.origin or said.until_offset != gap.until_offset:
        return False
    return said.from_offset == gap.from_offset or (
        said.from_offset < gap.from_offset and _filled_by(partition.log, gap.from_offset - 1, said.record_id)
    )


def fill(log: GrowingLog, accepted: Accepted) -> Iterator[None]:
    """Appends an absent entry for every offset that is missing; after each step what it did is to be flushed."""
    while log.next < accepted.said.until_offset:
        for offset in range(log.next, min(log.next + ABSENT_AT_ONCE, accepted.said.until_offset)):
            log.keep_absent(absent(offset, accepted.said.record_id, accepted.accepted_ms))
        yield


def _filled_by(log: GrowingLog, offset: int, record_id: str) -> bool:
    entry = parse_body(next(log.frames(offset, offset + 1)).body)
    return entry.absent and entry.key == record_id.encode()


def _acceptances(records: list) -> Iterator[Accepted]:  # type: ignore[type-arg]
    for record in records:
        try:
            found = decode(REGISTRY, record.value or b"")
        except (Malformed, NewerVersion):
            continue
        if isinstance(found, GapAcceptance):
            yield Accepted(found, record.timestamp)

"""Every order on the topic, and how far the group `enforce` has come; what was answered before, at the start."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from ingest.connection import broker, client_options
from ingest.reader import read_all
from records.codec import decode
from records.errors import Malformed, Unavailable
from records.orders import Order, Outcome
from records.received import Received
from records.settings import Settings
from records.topics import MESSAGE_BYTES_MAX, ORDERS, OUTCOMES

GROUP = "enforce"
POLL_RECORDS_MAX = 500
COMMIT_MS_MAX = LOOK_MS_MAX = 5_000
LOOK_SECONDS = 5.0


@dataclass(frozen=True)
class Ordered:
    """An order where it stands; None where the fold will put aside what stands there."""

    partition: int
    offset: int
    order: Order | None


def outcomes(settings: Settings) -> Iterator[Outcome]:
    """All that Kafka has, in the order of each partition."""
    for found in read_all(settings, [OUTCOMES]):
        if isinstance(found, Received):
            yield found.record


class Orders:
    """A consumer of all partitions without membership: one process enforces; after an error it is made again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumer: KafkaConsumer | None = None
        self._looked_at = 0.0

    def poll(self, seconds: float) -> list[Ordered]:
        """What has come since, from where the group stands on; raises Unavailable."""
        with broker(self._settings):
            try:
                consumer = self._consumer = self._consumer or self._connected()
                self._look(consumer)
                polled = consumer.poll(timeout_ms=int(seconds * 1000), max_records=POLL_RECORDS_MAX)
            except (KafkaError, OSError):
                self.close()
                raise
        return [_ordered(place, record.offset, record.value or b"") for place in polled for record in polled[place]]

    def commit(self, offsets: Mapping[int, int]) -> None:
        """Says up to where everything is answered; raises Unavailable."""
        if self._consumer is None:
            return
        name = self._settings.named(ORDERS.name)
        wanted = {TopicPartition(name, part): OffsetAndMetadata(offset, "", -1) for part, offset in offsets.items()}
        with broker(self._settings):
            self._consumer.commit(wanted, timeout_ms=COMMIT_MS_MAX)

    def close(self) -> None:
        """Gives the connection back."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close(autocommit=False)

    def _look(self, consumer: KafkaConsumer) -> None:
        """A consumer says nothing of brokers that are away: every so often they are asked something."""
        if time.monotonic() - self._looked_at >= LOOK_SECONDS:
            consumer.end_offsets(consumer.assignment(), timeout_ms=LOOK_MS_MAX)
            self._looked_at = time.monotonic()

    def _connected(self) -> KafkaConsumer:
        consumer = KafkaConsumer(
            **client_options(self._settings),
            group_id=self._settings.named(GROUP),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=MESSAGE_BYTES_MAX,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )
        name = self._settings.named(ORDERS.name)
        places = [TopicPartition(name, number) for number in sorted(consumer.partitions_for_topic(name) or ())]
        if not places:
            consumer.close(autocommit=False)
            raise Unavailable(f"Kafka does not know the topic {name} yet: run `python -m ingest setup`")
        consumer.assign(places)
        return consumer


def _ordered(place: TopicPartition, offset: int, value: bytes) -> Ordered:
    try:
        return Ordered(place.partition, offset, decode(ORDERS, value))
    except Malformed:
        return Ordered(place.partition, offset, None)

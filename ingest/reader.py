"""Reading topics from their first record to their present end: for rebuilds, exports and tests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from ingest.connection import broker, client_options
from ingest.topics import topic_ids
from records.codec import decode
from records.errors import Malformed, Unavailable
from records.received import Received
from records.settings import Settings
from records.topics import MESSAGE_BYTES_MAX, Topic

POLL_MS_MAX = 1_000
SILENT_POLLS_MAX = 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes on a topic that are not the record they should be, and why."""

    topic: str
    topic_id: str
    partition: int
    offset: int
    recorded_at: datetime
    key: bytes | None
    value: bytes
    reason: str


def read_all(settings: Settings, topics: Sequence[Topic]) -> Iterator[Received | Unreadable]:
    """Every record of the topics, one topic after another, up to where each ended when its turn came."""
    ids = topic_ids(settings)
    for topic in topics:
        yield from _read(settings, topic, ids[topic.name])


def _read(settings: Settings, topic: Topic, topic_id: str) -> Iterator[Received | Unreadable]:
    with broker(settings):
        consumer = KafkaConsumer(
            **client_options(settings),
            enable_auto_commit=False,
            max_partition_fetch_bytes=MESSAGE_BYTES_MAX,
            allow_auto_create_topics=False,
        )
        try:
            for found in _to_the_end(consumer, settings.named(topic.name)):
                yield _read_one(topic, topic_id, found)
        finally:
            consumer.close(autocommit=False)


def _to_the_end(consumer: KafkaConsumer, name: str) -> Iterator[ConsumerRecord]:
    parts = [TopicPartition(name, number) for number in sorted(consumer.partitions_for_topic(name) or ())]
    ends = consumer.end_offsets(parts)
    consumer.assign(parts)
    consumer.seek_to_beginning(*parts)
    silent = 0
    while any(consumer.position(part) < ends[part] for part in parts):
        polled = consumer.poll(timeout_ms=POLL_MS_MAX)
        silent = 0 if polled else silent + 1
        if silent > SILENT_POLLS_MAX:
            raise Unavailable(f"Kafka gave nothing of {name} for {SILENT_POLLS_MAX} s although there is more")
        for part, found in polled.items():
            yield from (record for record in found if record.offset < ends[part])


def _read_one(topic: Topic, topic_id: str, found: ConsumerRecord) -> Received | Unreadable:
    recorded_at = _EPOCH + timedelta(milliseconds=found.timestamp)
    value = found.value or b""
    try:
        record = decode(topic, value)
    except Malformed as reason:
        place = (topic.name, topic_id, found.partition, found.offset, recorded_at)
        return Unreadable(*place, key=found.key, value=value, reason=str(reason))
    return Received(topic.name, topic_id, found.partition, found.offset, recorded_at, record)

"""Some records of a topic, by their offsets: over one connection that belongs to no group and commits nothing."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from ingest.connection import broker, client_options
from records.errors import Unavailable
from records.settings import Settings

LOOK_SECONDS_MAX = 15.0
FETCH_BYTES = 1_000_000

Bounds = Mapping[TopicPartition, tuple[int, int]]
"""From which offset on, and before which."""


@contextmanager
def reading(settings: Settings) -> Iterator[KafkaConsumer]:
    """The connection, closed at the end of the block; an error of the broker becomes one of ours."""
    with broker(settings):
        consumer = KafkaConsumer(
            **client_options(settings),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=FETCH_BYTES,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )
        try:
            yield consumer
        finally:
            consumer.close(autocommit=False)


def parts_of(consumer: KafkaConsumer, name: str) -> list[TopicPartition]:
    """The partitions of a topic, by its name in Kafka; raises Unavailable where there is none."""
    numbers = consumer.partitions_for_topic(name)
    if not numbers:
        raise Unavailable("Kafka does not know our topics yet: run `python -m ingest setup`")
    return [TopicPartition(name, number) for number in sorted(numbers)]


def one_at(consumer: KafkaConsumer, part: TopicPartition, offset: int) -> ConsumerRecord | None:
    """The record at one place; None where there is none, or not any more."""
    if part not in parts_of(consumer, part.topic):
        return None
    first, end = consumer.beginning_offsets([part])[part], consumer.end_offsets([part])[part]
    if not first <= offset < end:
        return None
    return next(between(consumer, {part: (offset, offset + 1)}), None)


def since(consumer: KafkaConsumer, parts: list[TopicPartition], at_ms: int, count_max: int) -> Bounds:
    """Of each partition so many records from a time on, in milliseconds."""
    ends, firsts = consumer.end_offsets(parts), consumer.offsets_for_times(dict.fromkeys(parts, at_ms))
    begins = {part: found.offset for part, found in firsts.items() if found and found.offset >= 0}
    return {part: (begin, min(ends[part], begin + count_max)) for part, begin in begins.items()}


def between(consumer: KafkaConsumer, bounds: Bounds) -> Iterator[ConsumerRecord]:
    """The records between these offsets, each partition in its order; raises Unavailable after LOOK_SECONDS_MAX."""
    wanted = {part: end for part, (begin, end) in bounds.items() if begin < end}
    if not wanted:
        return
    consumer.assign(list(wanted))
    for part in wanted:
        consumer.seek(part, bounds[part][0])
    gives_up_at = time.monotonic() + LOOK_SECONDS_MAX
    while wanted:
        if time.monotonic() > gives_up_at:
            raise Unavailable(f"Kafka has not given these records within {LOOK_SECONDS_MAX:.0f} s")
        for part, records in consumer.poll(timeout_ms=200).items():
            yield from (one for one in records if bounds[part][0] <= one.offset < bounds[part][1])
        for part in [part for part, end in wanted.items() if consumer.position(part) >= end]:
            consumer.pause(part)
            del wanted[part]

"""Publishing: a record is published when the broker has said so, and not before."""

import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from kafka import KafkaProducer
from kafka.errors import KafkaError
from kafka.producer.future import RecordMetadata

from ingest.connection import REQUEST_MS_MAX, broker, client_options, problem_of
from ingest.deliveries import Deliveries, Delivery, answered
from records.base import Record
from records.codec import encode
from records.errors import Unavailable
from records.settings import Settings
from records.topics import MESSAGE_BYTES_MAX, TOPICS, Topic

LINGER_MS = 5
BATCH_BYTES = 256 * 1024
DELIVERY_MS_MAX = REQUEST_MS_MAX + 5_000
UNANSWERED_SECONDS_MAX = DELIVERY_MS_MAX / 1000 + 5
METADATA_MS_MAX = 5_000
CLOSE_SECONDS_MAX = 5.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the broker put a record (`topic` is our name for it), and when it did."""

    topic: str
    partition: int
    offset: int
    recorded_at: datetime

    def __str__(self) -> str:
        """`topic-partition-offset`, as people write it."""
        return f"{self.topic}-{self.partition}-{self.offset}"


class Publishing(Protocol):
    """What whoever publishes needs of a publisher."""

    def send(self, topic: Topic, record: Record) -> Future[Place]:
        """Hands a record over; the future is done when the broker has answered."""
        ...


def published(publisher: Publishing, records: Iterable[tuple[Topic, Record]]) -> None:
    """Publishes records and waits until the broker has acknowledged every one."""
    for answer in [publisher.send(topic, record) for topic, record in records]:
        answer.result()


class Publisher:
    """One idempotent producer that waits for all replicas; safe to share between threads.

    The connection is made by the first `send` or by `connect`. What the broker refuses or leaves unanswered for
    `DELIVERY_MS_MAX` is Unavailable and may be published again: its record_id makes it the same fact.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._names = {topic.name: settings.named(topic.name) for topic in TOPICS}
        self._lock = threading.Lock()
        self._producer: KafkaProducer | None = None
        self._deliveries = Deliveries(UNANSWERED_SECONDS_MAX, self._unanswered)

    def connect(self) -> None:
        """Reaches the broker and learns the partitions of every topic, so that no later `send` blocks."""
        with self._lock, broker(self._settings):
            if self._producer is None:
                self._producer = _connected(self._settings, list(self._names.values()))

    @property
    def connected(self) -> bool:
        """Whether `send` returns at once."""
        return self._producer is not None

    def send(self, topic: Topic, record: Record) -> Future[Place]:
        """Hands a record to the producer; the future is done when the broker has acknowledged or refused it."""
        return self.send_bytes(topic, encode(record), record.key().encode("utf-8"))

    def send_bytes(self, topic: Topic, value: bytes, key: bytes | None) -> Future[Place]:
        """The same with bytes as they are, for whoever publishes again what was on that topic before."""
        if self._producer is None:
            self.connect()
        answer: Future[Place] = Future()
        answer.set_running_or_notify_cancel()  # whoever stops waiting does not take the record back
        producer = self._producer
        if producer is None:
            raise Unavailable("the publisher was closed")
        with broker(self._settings):
            sent = producer.send(self._names[topic.name], value=value, key=key)
        self._deliveries.add(answer, producer)
        sent.add_callback(lambda facts: _answer(answer, topic, facts))
        sent.add_errback(lambda error: self._failed(answer, producer, error))
        return answer

    def publish(self, topic: Topic, record: Record) -> Place:
        """Publishes one record and waits for the broker's word."""
        return self.send(topic, record).result()

    def publish_all(self, topic: Topic, records: Iterable[Record]) -> list[Place]:
        """Publishes records in one go and waits for the broker's word on each; raises if any was not taken."""
        answers = [self.send(topic, record) for record in records]
        return [answer.result() for answer in answers]

    def close(self) -> None:
        """Sends what is still waiting, for `CLOSE_SECONDS_MAX` at most."""
        with self._lock:
            producer, self._producer = self._producer, None
        if producer is not None:
            _close(producer, CLOSE_SECONDS_MAX)
        self._deliveries.close()

    def _failed(self, answer: Future[Place], producer: KafkaProducer, error: Exception) -> None:
        if not getattr(error, "retriable", False):
            self._give_up(producer)
        answered(answer, problem_of(error, self._settings))

    def _unanswered(self, delivery: Delivery) -> None:
        self._give_up(delivery.producer)
        said = f"Kafka at {self._settings.kafka_bootstrap} has not answered for {UNANSWERED_SECONDS_MAX:.0f} s"
        answered(delivery.answer, Unavailable(said))

    def _give_up(self, producer: object) -> None:
        # After an error that it does not retry, an idempotent producer may refuse for ever.
        # The next send makes a new one.
        with self._lock:
            if self._producer is not producer:
                return
            self._producer = None
        threading.Thread(target=_close, args=(producer, 0.0), daemon=True).start()


def _connected(settings: Settings, names: list[str]) -> KafkaProducer:
    producer = KafkaProducer(
        **client_options(settings),
        enable_idempotence=True,
        acks="all",
        linger_ms=LINGER_MS,
        batch_size=BATCH_BYTES,
        max_request_size=MESSAGE_BYTES_MAX,
        delivery_timeout_ms=DELIVERY_MS_MAX,
        max_block_ms=METADATA_MS_MAX,
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )
    try:
        for name in names:
            producer.partitions_for(name)
    except KafkaError:
        _close(producer, 0.0)
        raise
    return producer


def _answer(answer: Future[Place], topic: Topic, facts: RecordMetadata) -> None:
    recorded_at = _EPOCH + timedelta(milliseconds=facts.timestamp)
    answered(answer, Place(topic.name, facts.partition, facts.offset, recorded_at))


def _close(producer: KafkaProducer, seconds_max: float) -> None:
    try:
        producer.close(timeout=seconds_max)
    except KafkaError:
        return  # whoever waited for a record was told so by its own future

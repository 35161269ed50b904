"""A Faust app with the settings that held under faults, and the topics it reads and writes."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import faust
from aiokafka.errors import KafkaError
from faust.auth import SASLCredentials, SSLCredentials
from faust.exceptions import ProducerSendError
from faust.types.auth import CredentialsT

from ingest.security import security
from records.base import Record
from records.codec import encode
from records.errors import Unavailable
from records.settings import Settings
from records.topics import DEAD_LETTERS, MESSAGE_BYTES_MAX, Topic

SESSION_SECONDS = 30
REQUEST_SECONDS = 30
HEARTBEAT_SECONDS = 2
COMMIT_SECONDS = 0.5
FETCH_BYTES_MAX = 16 * 1024
"""Per partition. What is fetched is handed on partition by partition, and a decision waits behind all of it: with
4 MB it waited 12 s behind a backlog of posts. A larger record comes alone."""
POLL_RECORDS_MAX = 50
BUFFER_RECORDS_MAX = 250

Publish = Callable[[Topic, Sequence[Record]], Awaitable[None]]
"""Publishes records and returns when the broker has said that it holds every one of them."""


class App(faust.App):
    """A Faust app that closes what it was given when everything else has stopped."""

    close: Callable[[], Awaitable[None]] | None = None

    async def on_shutdown(self) -> None:
        """Called by Faust once no agent runs any more."""
        await super().on_shutdown()
        if self.close:
            await self.close()


def faust_app(settings: Settings, group: str) -> App:
    """An app that is one consumer group; a worker slot keeps its membership over restarts."""
    return App(
        settings.named(group),
        broker=[f"kafka://{broker}" for broker in settings.kafka_bootstrap.split(",")],
        broker_credentials=_credentials(settings),
        value_serializer="raw",
        key_serializer="raw",
        store="memory://",
        datadir=_folder(settings.data_dir / "faust"),
        web_enabled=False,
        topic_disable_leader=True,
        topic_partitions=settings.partitions,
        topic_replication_factor=settings.replication,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=settings.named(f"{group}-{settings.worker_slot}"),
        consumer_metadata_max_age_ms=5000,
        consumer_max_fetch_size=FETCH_BYTES_MAX,
        broker_session_timeout=SESSION_SECONDS,
        broker_request_timeout=REQUEST_SECONDS,
        broker_heartbeat_interval=HEARTBEAT_SECONDS,
        broker_commit_interval=COMMIT_SECONDS,
        broker_max_poll_records=POLL_RECORDS_MAX,
        stream_buffer_maxsize=BUFFER_RECORDS_MAX,
        stream_wait_empty=False,
        producer_acks=-1,
        producer_max_request_size=MESSAGE_BYTES_MAX,
        producer_linger_ms=5,
    )


def _credentials(settings: Settings) -> CredentialsT | None:
    chosen = security(settings)
    if chosen.mechanism is None:
        return SSLCredentials(chosen.tls) if chosen.tls else None
    return SASLCredentials(
        username=chosen.username, password=chosen.password, ssl_context=chosen.tls, mechanism=chosen.mechanism
    )


def reads(app: faust.App, *topics: Topic) -> faust.TopicT[bytes]:
    """One channel over several topics, as raw bytes."""
    named = [_cluster_name(app, topic) for topic in topics]
    return app.topic(*named, value_serializer="raw", key_serializer="raw")


def writes(app: faust.App, *topics: Topic) -> Publish:
    """A function that publishes to these topics, and to the dead letters."""
    channels = {topic.name: app.topic(_cluster_name(app, topic)) for topic in (*topics, DEAD_LETTERS)}

    async def publish(topic: Topic, records: Sequence[Record]) -> None:
        try:
            await _delivered(channels[topic.name], records)
        except (KafkaError, ProducerSendError) as error:
            raise Unavailable(f"Kafka did not take the records for {topic.name} ({type(error).__name__})") from error

    return publish


def reads_now(app: faust.App, topic: Topic) -> Callable[[], Collection[int]]:
    """A function that says which partitions of a topic this worker reads at the moment."""
    name = _cluster_name(app, topic)
    return lambda: {place.partition for place in app.consumer.assignment() if place.topic == name}


async def _delivered(channel: Any, records: Sequence[Record]) -> None:  # noqa: ANN401  Faust's channels are untyped
    pending = [await channel.send(key=record.key().encode(), value=encode(record)) for record in records]
    if pending:
        await asyncio.gather(*pending)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def _cluster_name(app: faust.App, topic: Topic) -> str:
    group: str = app.conf.id
    namespace, dot, _ = group.rpartition(".")
    return f"{namespace}{dot}{topic.name}"

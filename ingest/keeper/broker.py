"""What the keeper needs of Kafka: who the topics are, every record of every partition, and where the group stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, LogTruncationError, OffsetOutOfRangeError
from kafka.structs import OffsetAndMetadata

from ingest.connection import broker, client_options
from ingest.keeper.fetched import decode_quickly
from ingest.topics import ids_and_partitions
from records.ledger.growing import Kept
from records.settings import Settings
from records.topics import MESSAGE_BYTES_MAX

GROUP = "keep"
POLL_RECORDS_MAX = 5_000
FETCH_BYTES_MAX = 16_000_000
COMMIT_MS_MAX = 5_000
OFFSETS_MS_MAX = 10_000

Part = tuple[str, int]
"""Our name of a topic, and a partition."""
Polled = Mapping[Part, Sequence[Kept]]


@dataclass(frozen=True)
class Found:
    """Kafka's id of the cluster; its id and the number of partitions of each of our topics that exists."""

    cluster: str
    topics: Mapping[str, tuple[str, int]]


class Strayed(Exception):
    """Kafka no longer has what comes next in some partition: where it begins and ends must be looked at again."""


class Broker:
    """One consumer without membership and one administrator's client; both are made again after an error."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._admin: KafkaAdminClient | None = None
        self._cluster = ""
        self._consumer: KafkaConsumer | None = None
        self._names: dict[str, str] = {}

    def look(self) -> Found:
        """Who cluster and topics are now; raises Unavailable."""
        with broker(self._settings):
            try:
                if self._admin is None:
                    self._admin = KafkaAdminClient(**client_options(self._settings))
                    self._cluster = self._admin.describe_cluster()["cluster_id"]
                return Found(self._cluster, ids_and_partitions(self._admin, self._settings))
            except (KafkaError, OSError):
                self._close_admin()
                raise

    def begin(self, parts: Sequence[Part]) -> dict[Part, tuple[int, int]]:
        """Assigns every one of these partitions, and says where Kafka's records of each begin and end."""
        self._close_consumer()
        self._names = {self._settings.named(topic): topic for topic, _ in parts}
        places = [self._place(part) for part in parts]
        with broker(self._settings):
            self._consumer = consumer = decode_quickly(KafkaConsumer(**self._consumer_options()))
            consumer.assign(places)
            begins = consumer.beginning_offsets(places, timeout_ms=OFFSETS_MS_MAX)
            ends = consumer.end_offsets(places, timeout_ms=OFFSETS_MS_MAX)
        return {part: (begins[place], ends[place]) for part, place in zip(parts, places, strict=True)}

    def seek(self, part: Part, offset: int) -> None:
        """Goes on there with a partition, also if it was paused."""
        self._consuming.seek(self._place(part), offset)
        self._consuming.resume(self._place(part))

    def pause(self, part: Part) -> None:
        """Asks for no more of a partition."""
        self._consuming.pause(self._place(part))

    def poll(self, seconds: float) -> Polled:
        """What has come, by partition; raises Strayed, and Unavailable for what may pass."""
        with broker(self._settings):
            try:
                polled = self._consuming.poll(timeout_ms=int(seconds * 1000), max_records=POLL_RECORDS_MAX)
            except (OffsetOutOfRangeError, LogTruncationError) as error:
                raise Strayed(str(error)) from None
        return {(self._names[place.topic], place.partition): records for place, records in polled.items()}

    def commit(self, offsets: Mapping[Part, int]) -> None:
        """Says to Kafka up to where everything is done; raises Unavailable."""
        with broker(self._settings):
            wanted = {self._place(part): OffsetAndMetadata(offset, "", -1) for part, offset in offsets.items()}
            self._consuming.commit(wanted, timeout_ms=COMMIT_MS_MAX)

    def ends(self, parts: Iterable[Part]) -> dict[Part, int]:
        """Where Kafka's records of partitions ended when they were last asked for."""
        found = {part: self._consuming.highwater(self._place(part)) for part in parts}
        return {part: end for part, end in found.items() if end is not None}

    def close(self) -> None:
        """Gives the connections back."""
        self._close_admin()
        self._close_consumer()

    @property
    def _consuming(self) -> KafkaConsumer:
        if self._consumer is None:
            raise AssertionError("nothing is assigned yet")
        return self._consumer

    def _consumer_options(self) -> dict[str, Any]:
        return client_options(self._settings) | {
            "group_id": self._settings.named(GROUP),
            "enable_auto_commit": False,
            "auto_offset_reset": "none",
            "allow_auto_create_topics": False,
            "fetch_max_bytes": FETCH_BYTES_MAX,
            "max_partition_fetch_bytes": MESSAGE_BYTES_MAX,
            "metrics_enabled": False,
        }

    def _place(self, part: Part) -> TopicPartition:
        return TopicPartition(self._settings.named(part[0]), part[1])

    def _close_admin(self) -> None:
        client, self._admin = self._admin, None
        if client is not None:
            client.close()

    def _close_consumer(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close(autocommit=False)

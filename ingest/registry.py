"""Everything that people set up, read from `registry` by a consumer of its own; Kafka keeps all of this topic."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError

from ingest.connection import broker, client_options
from records.codec import decode
from records.errors import Malformed, NewerVersion
from records.registry import Entry, RegistryEntry
from records.settings import Settings
from records.topics import MESSAGE_BYTES_MAX, REGISTRY

LOOK_SECONDS_MAX = 30.0
Sort = TypeVar("Sort", bound=Entry)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Registered:
    """An entry of the registry, where it stands in Kafka, and when it was recorded."""

    said: RegistryEntry
    place: str
    recorded_ms: int

    @property
    def recorded_at(self) -> datetime:
        """The same as an instant."""
        return _EPOCH + timedelta(milliseconds=self.recorded_ms)


class Registry:
    """Every entry that Kafka has, in the order of each partition; it connects only while somebody asks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumer: KafkaConsumer | None = None
        self._found: list[Registered] = []

    def look(self) -> list[Registered]:
        """All that have come so far: everything that was acknowledged before this call is in it; raises Unavailable."""
        with broker(self._settings):
            try:
                consumer = self._consumer = self._consumer or self._connected()
                ends = consumer.end_offsets(sorted(consumer.assignment()))
                gives_up_at = time.monotonic() + LOOK_SECONDS_MAX
                while any(consumer.position(place) < end for place, end in ends.items()):
                    if time.monotonic() > gives_up_at:
                        raise KafkaTimeoutError(f"the registry was not read in {LOOK_SECONDS_MAX:.0f} s")
                    for records in consumer.poll(timeout_ms=100).values():
                        self._found.extend(_entries(records))
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


def newest(registered: Iterable[Registered], kind: str) -> dict[str, Registered]:
    """The newest entry of each id of one kind: the one of the highest version, and of several that one, the latest."""
    found: dict[str, Registered] = {}
    for one in registered:
        if one.said.kind == kind:
            known = found.get(one.said.registry_id)
            if known is None or _order(known) <= _order(one):
                found[one.said.registry_id] = one
    return found


def newest_of(registered: Iterable[Registered], sort: type[Sort]) -> list[Sort]:
    """What the newest entry of each id says, of one sort of entries, by id; those that were removed are among them."""
    kind = sort.model_fields["kind"].default
    found = [one.said for _, one in sorted(newest(registered, kind).items())]
    return [said for said in found if isinstance(said, sort)]


def _order(one: Registered) -> tuple[int, int]:
    return one.said.version, one.recorded_ms


def _entries(records: list[Any]) -> Iterator[Registered]:
    for record in records:
        try:
            found = decode(REGISTRY, record.value or b"")
        except (Malformed, NewerVersion):
            continue
        yield Registered(found, f"{REGISTRY.name}-{record.partition}-{record.offset}", record.timestamp)

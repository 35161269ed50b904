"""How far a consumer group is behind, as the broker sees it: what a process says of itself can be wrong."""

import time
from collections.abc import Mapping, Sequence

from kafka import KafkaAdminClient, OffsetSpec, TopicPartition
from kafka.errors import CoordinatorNotAvailableError, GroupIdNotFoundError, KafkaError

from ingest.connection import admin, broker, client_options
from ingest.topics import topic_ids
from records.settings import Settings
from records.topics import TOPICS, Topic

COORDINATOR_TRIES_MAX = 20
COORDINATOR_WAIT_SECONDS = 0.5

Lag = dict[str, dict[int, tuple[int, int]]]
"""Our name of a topic -> partition -> (committed, end); the difference is how many records are still to be read."""


def lag(settings: Settings, group: str, topics: Sequence[Topic] = ()) -> Lag:
    """Committed and end offsets of a group (our name for it, without the namespace).

    Without `topics` these are the topics on which the group has committed anything at all; a partition without a
    commit counts from 0.
    """
    with admin(settings) as client:
        return _lag(client, settings, group, topics)


class Lags:
    """The lag of some groups over one connection, for whoever asks several times a second."""

    def __init__(self, settings: Settings, reads: Mapping[str, Sequence[Topic]]) -> None:
        self._settings = settings
        self._reads = reads
        self._client: KafkaAdminClient | None = None

    def worst(self) -> dict[str, int]:
        """For each group the topic on which it is furthest behind: how many records."""
        with broker(self._settings):
            try:
                client = self._client = self._client or KafkaAdminClient(**client_options(self._settings))
                found = {group: _lag(client, self._settings, group, topics) for group, topics in self._reads.items()}
            except (KafkaError, OSError):
                self.close()
                raise
        return {
            group: max(behind({topic: parts}) for topic, parts in topics.items()) for group, topics in found.items()
        }

    def close(self) -> None:
        """Gives the connection back; the next question makes another."""
        client, self._client = self._client, None
        if client:
            client.close()


def behind(found: Lag) -> int:
    """How many records a group has still to read, over all topics."""
    return sum(max(0, end - committed) for parts in found.values() for committed, end in parts.values())


def ends(settings: Settings, topics: Sequence[Topic] = TOPICS) -> dict[str, int]:
    """How many records each topic holds, by our name for it (nothing is ever deleted from the front of a topic)."""
    with admin(settings) as client:
        found = _ends(client, [settings.named(topic.name) for topic in topics])
    return {
        topic.name: sum(end for part, end in found.items() if part.topic == settings.named(topic.name))
        for topic in topics
    }


def ends_of_logs(settings: Settings, topics: Sequence[Topic]) -> dict[tuple[str, str, int], int]:
    """Where the next record goes, by our name of the topic, Kafka's id of it, and the partition."""
    ids = topic_ids(settings)
    ours = {settings.named(topic.name): topic.name for topic in topics}
    with admin(settings) as client:
        found = _ends(client, list(ours))
    return {(ours[part.topic], ids[ours[part.topic]], part.partition): end for part, end in found.items()}


def _lag(client: KafkaAdminClient, settings: Settings, group: str, topics: Sequence[Topic]) -> Lag:
    committed = _committed(client, settings.named(group))
    wanted = {settings.named(topic.name): topic.name for topic in TOPICS if not topics or topic in topics}
    seen = {part.topic for part in committed}
    names = [name for name in wanted if topics or name in seen]
    found: Lag = {wanted[name]: {} for name in names}
    for part, end in sorted(_ends(client, names).items()):
        found[wanted[part.topic]][part.partition] = (committed.get(part, 0), end)
    return found


def _committed(client: KafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    for _ in range(COORDINATOR_TRIES_MAX - 1):
        try:
            return _asked(client, group)
        except CoordinatorNotAvailableError:
            time.sleep(COORDINATOR_WAIT_SECONDS)  # the first question about any group makes Kafka's own topic first
    return _asked(client, group)


def _asked(client: KafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    try:
        answer = client.list_group_offsets({group: None})
    except GroupIdNotFoundError:
        return {}
    return {part: facts.offset for part, facts in answer.get(group, {}).items() if facts.offset >= 0}


def _ends(client: KafkaAdminClient, names: Sequence[str]) -> dict[TopicPartition, int]:
    if not names:
        return {}
    parts = [
        TopicPartition(topic["name"], part["partition_index"])
        for topic in client.describe_topics(list(names))
        for part in topic["partitions"]
    ]
    if not parts:
        return {}
    answer = client.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.LATEST))
    return {part: facts.offset for part, facts in answer.items()}

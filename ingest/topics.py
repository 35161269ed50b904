"""Our topics on the cluster: made once, checked at every start, with the ids that Kafka gave them."""

import base64
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from kafka import KafkaAdminClient
from kafka.errors import TopicAlreadyExistsError

from ingest.connection import admin
from records.errors import Misconfigured, Unavailable
from records.settings import Settings
from records.topics import ABOUT_POSTS, MESSAGE_BYTES_MAX, REGISTRY, TOPICS, Topic

log = structlog.get_logger()

WAIT_SECONDS_MAX = 60.0
POLL_SECONDS = 0.25
CONFIGURATION = {
    "message.timestamp.type": "LogAppendTime",
    "cleanup.policy": "delete",
    "max.message.bytes": str(MESSAGE_BYTES_MAX),
}
CHECKED = ("message.timestamp.type", "cleanup.policy")
DAY_MS = 86_400_000
FOR_EVER = (REGISTRY.name,)
"""What people set up is read again at every start: Kafka keeps all of it. All else is kept by the ledger."""
KEPT = ("retention.ms", "segment.ms")
LOOKS_EVERY = "log.retention.check.interval.ms"
DELETES_AFTER = "file.delete.delay.ms"


def create_topics(settings: Settings) -> None:
    """Makes the topics that are missing, and refuses those that are not as this release needs them."""
    with admin(settings) as client:
        missing = [topic.name for topic in TOPICS if settings.named(topic.name) not in _described(client, settings)]
        if missing:
            _create(client, settings, missing)
    wait_for_topics(settings)
    with admin(settings) as client:
        _refuse_different(client, settings)
        _keep_as_long(client, settings)


def content_until(settings: Settings, recorded_at: datetime) -> datetime | None:
    """Until when Kafka, as it is set up now, may still hold a record about a post of this time; None: for ever.

    A record goes with its segment, once the newest record of that is older than `retention.ms`; and `segment.ms` after
    its first record a segment takes no more. Brokers look every `log.retention.check.interval.ms` whether one is due,
    and delete its files `file.delete.delay.ms` later.
    """
    with admin(settings) as client:
        topics = list(_configured(client, [settings.named(topic.name) for topic in ABOUT_POSTS]).values())
        looks_every = max(int(options[LOOKS_EVERY]) for options in _configured_brokers(client))
    return longest_kept(topics, looks_every, recorded_at)


def longest_kept(topics: Sequence[Mapping[str, str]], looks_every_ms: int, recorded_at: datetime) -> datetime | None:
    """The same, from the configurations of the topics and how often a broker looks."""
    if any(int(options["retention.ms"]) < 0 for options in topics):
        return None
    kept = max(sum(int(options[one]) for one in (*KEPT, DELETES_AFTER)) for options in topics)
    return recorded_at + timedelta(milliseconds=kept + looks_every_ms)


def kept_as_long(topic: Topic, settings: Settings) -> dict[str, str]:
    """How long Kafka keeps a topic, and after how long it closes a segment, as it wants to be told."""
    if topic.name in FOR_EVER:
        return {"retention.ms": "-1", "segment.ms": str(7 * DAY_MS)}
    return {"retention.ms": str(settings.transport_days * DAY_MS), "segment.ms": str(DAY_MS)}


def _keep_as_long(client: KafkaAdminClient, settings: Settings) -> None:
    """Brings the topics to the settings; says which were kept for another time."""
    from kafka.admin import ConfigResource, ConfigResourceType

    wanted = {settings.named(topic.name): kept_as_long(topic, settings) for topic in TOPICS}
    configured = _configured(client, list(wanted))
    others = {
        name: kept for name, kept in wanted.items() if any(configured[name].get(one) != kept[one] for one in KEPT)
    }
    if others:
        client.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, name, configs=kept) for name, kept in others.items()]
        )
        log.info("kept for another time from now on", topics=sorted(others), days=settings.transport_days)


def topic_ids(settings: Settings) -> dict[str, str]:
    """Kafka's id of each of our topics (22 characters, as its own tools print it), by our name for the topic."""
    with admin(settings) as client:
        found = _described(client, settings)
    _refuse_missing(settings, found)
    return {topic.name: _printed(found[settings.named(topic.name)]["topic_id"]) for topic in TOPICS}


def ids_and_partitions(client: KafkaAdminClient, settings: Settings) -> dict[str, tuple[str, int]]:
    """Kafka's id and the number of partitions of each of our topics that exists, by our name for the topic."""
    found = _described(client, settings)
    named = {topic.name: found.get(settings.named(topic.name)) for topic in TOPICS}
    return {name: (_printed(topic["topic_id"]), len(topic["partitions"])) for name, topic in named.items() if topic}


def wait_for_topics(settings: Settings, seconds_max: float = WAIT_SECONDS_MAX) -> None:
    """Waits until every topic has a leader for every partition; raises Unavailable with what is still missing."""
    ends_at = time.monotonic() + seconds_max
    with admin(settings) as client:
        while waiting := _not_ready(_described(client, settings), settings):
            if time.monotonic() > ends_at:
                raise Unavailable(f"after {seconds_max:.0f} s these topics are not ready: {', '.join(waiting)}")
            time.sleep(POLL_SECONDS)


def _create(client: KafkaAdminClient, settings: Settings, names: list[str]) -> None:
    topics = {topic.name: topic for topic in TOPICS}
    for name in names:
        wanted = {
            "num_partitions": settings.partitions,
            "replication_factor": settings.replication,
            "configs": CONFIGURATION | kept_as_long(topics[name], settings),
        }
        try:
            client.create_topics({settings.named(name): wanted})
        except TopicAlreadyExistsError:
            continue  # somebody else was faster: what they made is checked next


def _described(client: KafkaAdminClient, settings: Settings) -> dict[str, dict[str, Any]]:
    names = [settings.named(topic.name) for topic in TOPICS]
    return {found["name"]: found for found in client.describe_topics(names) if not found["error_code"]}


def _not_ready(found: dict[str, dict[str, Any]], settings: Settings) -> list[str]:
    names = [settings.named(topic.name) for topic in TOPICS]
    return [name for name in names if name not in found or not _led(found[name])]


def _led(topic: dict[str, Any]) -> bool:
    partitions = topic["partitions"]
    return bool(partitions) and all(part["leader_id"] >= 0 and not part["error_code"] for part in partitions)


def _refuse_missing(settings: Settings, found: dict[str, dict[str, Any]]) -> None:
    missing = [settings.named(topic.name) for topic in TOPICS if settings.named(topic.name) not in found]
    if missing:
        raise Misconfigured(f"these topics do not exist: {', '.join(missing)}; run `python -m ingest setup`")


def _refuse_different(client: KafkaAdminClient, settings: Settings) -> None:
    found = _described(client, settings)
    _refuse_missing(settings, found)
    configured = _configured(client, list(found))
    for name, topic in found.items():
        if len(topic["partitions"]) != settings.partitions:
            raise Misconfigured(
                f"topic {name} has {len(topic['partitions'])} partitions and LIFEGUARD_PARTITIONS says "
                f"{settings.partitions}: the number is fixed for ever, set it to what the topic has",
            )
        for option in CHECKED:
            if configured[name].get(option) != CONFIGURATION[option]:
                raise Misconfigured(
                    f"topic {name} has {option}={configured[name].get(option)} and this release needs "
                    f"{CONFIGURATION[option]}: change it with Kafka's own tools, or remove the topic",
                )


def _configured(client: KafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    from kafka.admin import ConfigResource, ConfigResourceType

    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answer = client.describe_configs(resources, config_filter="all")["topic"]
    return {name: {option: facts["value"] for option, facts in options.items()} for name, options in answer.items()}


def _configured_brokers(client: KafkaAdminClient) -> list[dict[str, str]]:
    from kafka.admin import ConfigResource, ConfigResourceType

    brokers = [str(broker["broker_id"]) for broker in client.describe_cluster()["brokers"]]
    resources = [ConfigResource(ConfigResourceType.BROKER, broker) for broker in brokers]
    answer = client.describe_configs(resources, config_filter="all")["broker"]
    return [{option: facts["value"] for option, facts in options.items()} for options in answer.values()]


def _printed(topic_id: uuid.UUID | str) -> str:
    return base64.urlsafe_b64encode(uuid.UUID(str(topic_id)).bytes).decode("ascii").rstrip("=")

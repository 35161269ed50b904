"""How long Kafka keeps what, and until when it can still hold a record."""

from datetime import UTC, datetime, timedelta

from ingest.topics import DAY_MS, kept_as_long, longest_kept
from records.settings import Settings
from records.topics import REGISTRY, TOPICS

NOW = datetime(2026, 11, 20, tzinfo=UTC)
MINUTE_MS = 60_000


def options(days: float, segment_days: float = 1) -> dict[str, str]:
    """What a topic is configured with, as Kafka tells it."""
    return {
        "retention.ms": str(int(days * DAY_MS)),
        "segment.ms": str(int(segment_days * DAY_MS)),
        "file.delete.delay.ms": str(MINUTE_MS),
    }


def test_every_topic_but_the_registry_ends_and_in_segments_of_a_day() -> None:
    """What people set up is read from its beginning at every start."""
    kept = {topic.name: kept_as_long(topic, Settings(transport_days=3)) for topic in TOPICS}
    assert kept.pop(REGISTRY.name)["retention.ms"] == "-1"
    assert set(map(tuple, (one.items() for one in kept.values()))) == {
        (("retention.ms", str(3 * DAY_MS)), ("segment.ms", str(DAY_MS)))
    }


def test_a_record_is_gone_when_its_segment_must_be() -> None:
    """The longest of all topics counts; then Kafka looks, and then it deletes the files."""
    until = longest_kept([options(30), options(31, 2), options(1)], 5 * MINUTE_MS, NOW)
    assert until == NOW + timedelta(days=33, minutes=6)


def test_where_one_topic_keeps_its_records_for_ever_there_is_no_end() -> None:
    """Somebody may have said so with Kafka's own tools."""
    for_ever = options(30) | {"retention.ms": "-1"}
    assert longest_kept([options(30), for_ever], MINUTE_MS, NOW) is None

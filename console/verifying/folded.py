"""How far the fold has come: what it has acknowledged is in the indices, and what it has not may be on its way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from records.settings import Settings
from records.topics import ABOUT_POSTS, COVERAGE

LATE = timedelta(hours=1)
"""What is older and not in an index is named, even if the fold has not acknowledged it."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Committed offsets by topic id and partition; of topics that Kafka has no longer everything was folded.

    `known` is false where the broker was not asked: then only age tells.
    """

    committed: Mapping[tuple[str, int], int] = field(default_factory=dict)
    known: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def must_have(self, topic_id: str, partition: int, offset: int, recorded_at: datetime) -> bool:
        """Must this entry be in an index by now?"""
        if self.now - recorded_at > LATE:
            return True
        return self.known and offset < self.committed.get((topic_id, partition), offset + 1)


def folded(settings: Settings) -> Folded:
    """Asks the broker; raises Unavailable."""
    from ingest.lag import lag
    from ingest.topics import topic_ids

    ids = topic_ids(settings)
    found = lag(settings, "fold", (*ABOUT_POSTS, COVERAGE))
    committed = {
        (ids[topic], partition): done for topic, parts in found.items() for partition, (done, _) in parts.items()
    }
    return Folded(committed, known=True)

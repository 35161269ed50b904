"""A record together with what Kafka says about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Received:
    """One record where it stands: `topic` is our name for it, `topic_id` Kafka's; `recorded_at` is LogAppendTime."""

    topic: str
    topic_id: str
    partition: int
    offset: int
    recorded_at: datetime
    record: Any

    @property
    def log(self) -> str:
        """The one append-only log that this record stands in."""
        return f"{self.topic_id}:{self.partition}"

    @property
    def place(self) -> str:
        """`topic-partition-offset`, as people write it."""
        return f"{self.topic}-{self.partition}-{self.offset}"

"""What a subscriber is told of one case: its id and how it stands, and never what it says, who wrote it, or where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from records.digests import fact_digest


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` happened to a case at `since_ms`, in milliseconds since 1970; `standing` is how it stands when told."""

    kind: str
    post_id: str
    since_ms: int
    standing: Mapping[str, Any]
    made_at: datetime

    @property
    def alert_id(self) -> str:
        """The same when the same is told again."""
        return fact_digest("event", self.kind, self.post_id, self.since_ms)

    def values(self) -> dict[str, Any]:
        """For machines; type, timestamp and data as the Standard Webhooks specification advises."""
        since = datetime.fromtimestamp(self.since_ms / 1000, UTC).isoformat()
        data = {"post_id": self.post_id, "since": since, **self.standing}
        return {"type": self.kind, "timestamp": self.made_at.isoformat(), "data": data}

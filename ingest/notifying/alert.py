"""What an alert says: that something has entered a queue, and never what a post says, who wrote it, or where."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

TITLE_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class Alert:
    """So many posts have entered a queue; `oldest_at` is since when the first of them waits, `address` the queue's.

    `alert_id` is the same when the same is told again.
    """

    alert_id: str
    queue: str
    title: str
    entered: int
    oldest_at: datetime | None
    address: str
    made_at: datetime

    def values(self) -> dict[str, Any]:
        """For machines; type, timestamp and data as the Standard Webhooks specification advises."""
        data = {
            "queue": self.queue,
            "title": self.title,
            "entered": self.entered,
            "oldest_at": None if self.oldest_at is None else self.oldest_at.isoformat(),
            "address": self.address,
        }
        return {"type": "queue.entered", "timestamp": self.made_at.isoformat(), "data": data}

    def subject(self) -> str:
        """For people, in a line."""
        return f"{self.entered:,} new in the queue {one_line(self.title)}"

    def text(self) -> str:
        """For people."""
        posts = "1 post has" if self.entered == 1 else f"{self.entered:,} posts have"
        since = "" if self.oldest_at is None else f"The oldest waits since {self.oldest_at:%Y-%m-%d %H:%M} UTC.\n"
        return f"{posts} entered the queue {one_line(self.title)} ({self.queue}).\n{since}\n{self.address}\n"


def one_line(title: str) -> str:
    """A title without line breaks, controls and directions, which have no place in the head of a letter."""
    printable = "".join(char if char.isprintable() else " " for char in title)
    return " ".join(printable.split())[:TITLE_CHARS_MAX]

"""What the receiver counts for its account of its own watching: what came in, and what it refused."""

import asyncio
import threading
from collections import Counter
from datetime import UTC, datetime

import structlog

from ingest.cursors import Cursors
from ingest.publisher import Publishing
from ingest.watch import SAY_SECONDS, Habit, Seen, Watch
from records.errors import Unavailable

EVERY_SECONDS = SAY_SECONDS
AWAY = "the receiver was not running, or ended before it could say that it was"


class Counts:
    """Counts on the event loop, and now and then hands the counts to the receiver's Watch."""

    def __init__(self, source: str, publisher: Publishing, cursors: Cursors) -> None:
        habit = Habit(f"webhook.{source}", AWAY, EVERY_SECONDS, catches_up=False)
        self._watch = Watch(source, publisher, cursors, habit)
        self._watch.seen(datetime.now(UTC), Seen())
        self._kept = 0
        self._refused: Counter[str] = Counter()
        self._saying = threading.Lock()

    def took(self) -> None:
        """One post was published."""
        self._kept += 1

    def refused(self, why: str) -> None:
        """One request was refused."""
        self._refused[why] += 1

    async def say(self) -> None:
        """Publishes what has been counted; while the broker is away, the counts add up."""
        kept, refused = self._kept, self._refused
        self._kept, self._refused = 0, Counter()
        try:
            await asyncio.to_thread(self._say, datetime.now(UTC), kept, refused)
        except Unavailable as problem:
            structlog.get_logger().warning("coverage waits", problem=str(problem))

    def _say(self, at: datetime, kept: int, refused: Counter[str]) -> None:
        with self._saying:  # the last words may come while earlier ones still wait for the broker
            for why, count in refused.items():
                self._watch.refused(why, at, count)
            self._watch.seen(at, Seen(read=kept + refused.total(), kept=kept))
            self._watch.say(at_once=True)

"""Lets an import publish only while the readers of posts are nearly up to date: no live post waits behind it."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from ingest.lag import Lags
from ingest.patience import patiently
from ingest.sources.source import Item
from records.settings import Settings
from records.topics import POSTS, VERDICTS

READERS = {"judge": (POSTS,), "fold": (POSTS, VERDICTS)}
LOOK_SECONDS = 0.2
"""How long after one look at the lag comes the next, while there is no room."""
ROOM_SECONDS = 2.0
"""How long what was seen counts: meanwhile live posts may have come, and a source may be slow."""
SAY_SECONDS = 5.0
"""A longer wait is worth a word; shorter ones are how an import goes."""
PARTS = 4
"""Room is taken from a quarter of the limit on: smaller portions would be all waiting for acknowledgements."""

Batches = Iterator[list[Item]]
Pace = Callable[[Batches], Batches]
"""Hands batches on, in smaller ones if need be, each when it may be published; it is asked on once it was."""


def at_once(batches: Batches) -> Batches:
    """The pace of what is live."""
    return batches


@dataclass
class Yielding:
    """The pace of an import: never more than `posts_max` ahead of the slowest reader.

    `lags` gives for every reader how many posts are before it. What was published since is counted here, so a look
    is needed only when the room is used up, or old. A reader that is down keeps its lag, and so stops the import.
    """

    lags: Callable[[], Mapping[str, int]]
    posts_max: int
    say: Callable[[str], None] = lambda _: None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def __call__(self, batches: Batches) -> Batches:
        """The same items in the same order, as there is room."""
        room, looked_at = 0, self.clock()
        for batch in batches:
            begin = 0
            while begin < len(batch):
                if not room or self.clock() - looked_at > ROOM_SECONDS:
                    room, looked_at = self._room(), self.clock()
                part = batch[begin : begin + room]
                yield part
                begin, room = begin + len(part), room - len(part)

    def _room(self) -> int:
        """How many posts may be published now, once there are some."""
        began_at, said = self.clock(), False
        while True:
            lags = patiently(self.lags, self.sleep)
            reader = max(lags, key=lags.__getitem__)
            room = self.posts_max - lags[reader]
            if room >= max(1, self.posts_max // PARTS):
                break
            if not said and self.clock() - began_at >= SAY_SECONDS:
                said = True
                self._told(reader, lags[reader])
            self.sleep(LOOK_SECONDS)
        if said:
            structlog.get_logger().info("going on", waited_seconds=round(self.clock() - began_at, 1))
        return room

    def _told(self, reader: str, lag: int) -> None:
        structlog.get_logger().warning(f"waiting for the {reader}", lag=lag, lag_max=self.posts_max)
        self.say(f"waiting for the {reader}")


@contextmanager
def pace_of(
    settings: Settings,
    say: Callable[[str], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    *,
    backfill: bool,
) -> Iterator[Pace]:
    """How fast a source may publish: history yields to what is live. `sleep` may raise to end a wait."""
    if not backfill:
        yield at_once
        return
    lags = Lags(settings, READERS)
    try:
        yield Yielding(lags.worst, settings.backfill_lag_posts_max, say, sleep)
    finally:
        lags.close()

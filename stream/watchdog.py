"""A thread that ends the process when there is lag, as the broker counts it, and no batch is finished for too long."""

import os
import threading
import time
from collections.abc import Callable, Sequence

import structlog

from ingest.lag import lag
from records.errors import Unavailable
from records.settings import Settings
from records.topics import Topic
from stream import metrics

LOOK_SECONDS = 5.0
EXIT_STALLED = 75

log = structlog.get_logger()


def watch(settings: Settings, group: str, topics: Sequence[Topic]) -> threading.Thread:
    """Starts the watch over one consumer group; waiting for a server counts as progress."""
    thread = threading.Thread(target=_look_for_ever, args=(settings, group, topics), name="watchdog", daemon=True)
    thread.start()
    return thread


def _look_for_ever(settings: Settings, group: str, topics: Sequence[Topic]) -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        look(settings.watchdog_seconds, lambda: _lag(settings, group, topics), lambda total: _end(group, total), group)


def look(seconds_max: float, lag_now: Callable[[], dict[str, int]], end: Callable[[int], None], group: str) -> None:
    """One look: takes note of the lag, and ends the process if nothing has moved although there is something to do."""
    try:
        by_topic = lag_now()
    except Unavailable as reason:
        metrics.broker_answers(group, str(reason))
        return
    metrics.broker_answers(group, None)
    metrics.lag_seen(group, by_topic)
    total = sum(by_topic.values())
    if total and metrics.seconds_since_progress() > seconds_max:
        end(total)


def _lag(settings: Settings, group: str, topics: Sequence[Topic]) -> dict[str, int]:
    return {
        topic: sum(max(0, end - committed) for committed, end in partitions.values())
        for topic, partitions in lag(settings, group, topics).items()
    }


def _end(group: str, total: int) -> None:
    log.error("stalled: records wait and no batch was finished, starting again", group=group, lag=total)
    os._exit(EXIT_STALLED)

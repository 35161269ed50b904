"""All sources that we ask, each in a thread of its own, or one pass of each; and how they stand."""

import json
import threading
import time
from collections.abc import Sequence
from functools import partial

import structlog

from ingest import pages
from ingest.cursors import Cursors
from ingest.known import Known
from ingest.poller import Poller
from ingest.publisher import Publishing
from ingest.sources.configured import Configured
from ingest.watch import Habit, Watch
from ingest.yielding import pace_of
from records.errors import Misconfigured, Unavailable
from records.settings import Settings

AWAY = "we were not running"
STOP_SECONDS_MAX = 10.0
LOOK_SECONDS = 0.5


def pollers(
    settings: Settings, wanted: Sequence[Configured], publisher: Publishing, stop: threading.Event
) -> list[Poller]:
    """A poller for each source; raises Misconfigured with all that keeps any of them from being made."""
    cursors = Cursors(settings)
    made, problems = [], []
    for configured in wanted:
        name = configured.options.name
        try:
            known = Known(settings, name)
            habit = Habit(f"poll.{name}", AWAY, configured.options.every_seconds, catches_up=True)
            watch = Watch(name, publisher, cursors, habit)
            source, pace = configured.source(known), partial(pace_of, settings)
            made.append(Poller(configured, source, known, watch, publisher, cursors, stop, pace))
        except Misconfigured as problem:
            problems.append(f"{name}: {problem}")
    if problems:
        raise Misconfigured("\n".join(problems))
    return made


def poll_once(polled: Sequence[Poller]) -> None:
    """One pass of each; raises Unavailable with what did not go well."""
    problems = [problem for poller in polled if (problem := poller.once())]
    for poller in polled:
        poller.last_words()
    if problems:
        raise Unavailable("\n".join(str(problem) for problem in problems))


def poll_for_ever(polled: Sequence[Poller], port: int, stop: threading.Event, host: str = "127.0.0.1") -> None:
    """Every source in a thread of its own until `stop`; a thread that ends by itself is a bug, and ends all of it."""
    server = pages.serve(port, {"/healthz": lambda: _health(polled)}, host)
    threads = [threading.Thread(target=poller.run, name=poller.name, daemon=True) for poller in polled]
    try:
        for thread in threads:
            thread.start()
        structlog.get_logger().info("polling", sources=[one.name for one in polled], port=server.server_address[1])
        while not stop.wait(LOOK_SECONDS):
            if gone := [thread.name for thread in threads if not thread.is_alive()]:
                raise Unavailable(f"the thread of {', '.join(gone)} has ended, see above")
    finally:
        stop.set()
        ends_at = time.monotonic() + STOP_SECONDS_MAX
        for thread in threads:
            thread.join(max(0.0, ends_at - time.monotonic()))  # one that still waits for its site is left behind
        server.shutdown()
        server.server_close()


def _health(polled: Sequence[Poller]) -> tuple[int, str, bytes]:
    waiting = [poller.waiting_for for poller in polled if poller.waiting_for]
    document = {
        "ok": not waiting,
        "waiting_for": "; ".join(waiting) or None,
        "sources": [one.health() for one in polled],
    }
    return 503 if waiting else 200, "application/json", json.dumps(document).encode("ascii")

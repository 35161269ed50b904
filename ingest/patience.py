"""Waiting for a server that does not answer: longer each time, with a log line when it starts and one when it ends."""

import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import structlog

from records.errors import Unavailable

FIRST_WAIT_SECONDS = 0.5
WAIT_SECONDS_MAX = 15.0

Result = TypeVar("Result")


def waits() -> Iterator[float]:
    """Seconds to wait before the next try: doubling up to `WAIT_SECONDS_MAX`, a little at random."""
    wait = FIRST_WAIT_SECONDS
    while True:
        yield wait * random.uniform(0.8, 1.2)  # noqa: S311  spreads the load, protects nothing
        wait = min(wait * 2, WAIT_SECONDS_MAX)


def patiently(act: Callable[[], Result], sleep: Callable[[float], None] = time.sleep) -> Result:
    """Does it until it works; only Unavailable is waited out."""
    began_at, log = time.monotonic(), structlog.get_logger()
    for tries, wait in enumerate(waits()):
        try:
            result = act()
        except Unavailable as problem:
            if not tries:
                log.warning("waiting", problem=str(problem))
            sleep(wait)
            continue
        if tries:
            log.info("going on", waited_seconds=round(time.monotonic() - began_at, 1), tries=tries)
        return result
    raise AssertionError  # waits() never ends

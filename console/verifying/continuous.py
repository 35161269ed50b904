"""`lifeguard verify --continuously`: everything once a cycle, in small steps, beside those who do the work.

A step takes its share of one core and no more; the steps of a cycle are spread over `verify_seconds`. Every few seconds
the witnesses' checkpoints are compared with the ledger's. A restarted process begins a new cycle.
"""

import asyncio
import os
import signal
import time
import uuid
from contextlib import suppress
from functools import partial

from console.recording import audit
from console.verifying.differences import Difference
from console.verifying.outcome import Outcome
from console.verifying.patient import PatientWhere, Waiting
from console.verifying.protection import add_protection
from console.verifying.rounds import round_of
from console.verifying.standing import STEPS, Standing
from console.verifying.where import Where, statements
from console.verifying.whole import Asked, Verification
from records.errors import Unavailable
from records.logs import log_to_stderr
from records.settings import Settings

NICENESS = 10
SHARE_MAX = 0.25
"""Of one core, over time."""
ROUND_SECONDS = 5.0
PAUSE_SECONDS_MAX = 30.0
STEPS_AN_ENTRY = 4
"""An entry is read by itself and with its post, and looked up in two indices: a guess for the first cycle."""
STAFF_ID = "verify"


class Paced:
    """A Pace that spreads its steps over the cycle, and leaves the core to others in between."""

    def __init__(self, settings: Settings, standing: Standing, steps: int) -> None:
        self._seconds, self._standing, self.steps = settings.verify_seconds, standing, 0
        self._expected = max(1, steps)
        self._began = self._busy_since = time.monotonic()

    def begins(self, what: str, entries: int) -> None:
        """As Pace says."""

    async def goes_on(self, entries: int) -> None:
        """As Pace says."""
        now = time.monotonic()
        self.steps += entries
        STEPS.inc(entries)
        self._standing.tell()
        least = (now - self._busy_since) * (1 / SHARE_MAX - 1)
        due = self._began + self._seconds * min(1.0, self.steps / self._expected)
        await asyncio.sleep(max(least, min(due - now, PAUSE_SECONDS_MAX)))
        self._busy_since = time.monotonic()

    def says(self, sentence: str) -> None:
        """As Pace says."""


def main(settings: Settings) -> None:
    """Runs until it is stopped; raises Misconfigured where it cannot."""
    from ingest.pages import serve

    log_to_stderr(settings, "verify")
    with suppress(OSError):  # a system may forbid even to be modest
        os.nice(NICENESS)
    standing = Standing()
    pages = {"/healthz": standing.health_page, "/metrics": standing.metrics_page}
    serve(settings.verify_port, pages, settings.metrics_host)
    asyncio.run(_until_stopped(settings, standing))


async def _until_stopped(settings: Settings, standing: Standing) -> None:
    working = asyncio.gather(_rounds(settings, standing), _cycles(settings, standing))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, working.cancel)
    try:
        await working
    except asyncio.CancelledError:
        return


async def _cycles(settings: Settings, standing: Standing) -> None:
    steps = 0
    while True:
        began = time.monotonic()
        paced, outcome = await _cycle(settings, standing, steps)
        steps = paced.steps
        standing.cycle_ended(outcome)
        standing.current = None
        standing.tell()
        await asyncio.sleep(max(ROUND_SECONDS, settings.verify_seconds - (time.monotonic() - began)))


async def _cycle(settings: Settings, standing: Standing, steps: int) -> tuple[Paced, Outcome]:
    """Everything once, and the record of it."""
    waiting = Waiting(partial(standing.waits, "cycle"))
    where = PatientWhere(settings, None, STAFF_ID, f"verify-{uuid.uuid4().hex}", waiting)
    said = await asyncio.to_thread(statements, settings)
    paced = Paced(settings, standing, steps or await asyncio.to_thread(_guessed, where))
    verification = Verification(where, Asked(parallel=False), paced)
    standing.current = verification.outcome
    outcome = await verification.run(said)
    await asyncio.to_thread(add_protection, outcome, settings)
    await asyncio.to_thread(
        waiting.until, lambda: audit(settings, "verified", STAFF_ID, "the whole ledger", outcome.line())
    )
    return paced, outcome


def _guessed(where: PatientWhere) -> int:
    with where.opened() as reader:
        return STEPS_AN_ENTRY * sum(state.size for state in reader.logs())


async def _rounds(settings: Settings, standing: Standing) -> None:
    """What is away is told by the cycle, which waits for it."""
    while True:
        try:
            standing.round_found(await asyncio.to_thread(_round, settings))
        except Unavailable as reason:
            standing.waits("round", str(reason))
        else:
            standing.waits("round", None)
        await asyncio.sleep(ROUND_SECONDS)


def _round(settings: Settings) -> list[Difference]:
    where = Where(settings, None, STAFF_ID)
    said = statements(settings)
    with where.opened() as reader:
        found = round_of(reader, said, where.trust(said))
    away = [statement.away for statement in said if statement.away]
    if away and not found:
        raise Unavailable(away[0])
    return found

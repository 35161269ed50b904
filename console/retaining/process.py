"""`python -m console retain`: rounds of holds, erasures and expiry, and ridding the indices of what was erased.

Nothing is remembered on disk: what is done is seen in the registry and in the documents, and every record that is made
again is the same fact. Kill it anywhere.
"""

import asyncio
import signal
import time
from datetime import UTC, datetime

from console.retaining.reach import Reach
from console.retaining.rounds import Rounds
from console.retaining.standing import Standing
from ingest.pages import serve
from ingest.patience import waits
from ingest.publisher import Publisher
from ingest.registry import Registry
from moderation.policy import load_policy
from moderation.tags import retentions_of
from records.errors import Unavailable
from records.logs import log_to_stderr
from records.settings import Settings
from search.client import Search
from search.expunging import expunge
from search.totals import ERASED, count

LOOK_SECONDS = 5.0
"""So often somebody looks whether something was erased since the indices were last rid of it."""


def main(settings: Settings) -> None:
    """Runs until it is stopped; raises Misconfigured where it cannot."""
    log_to_stderr(settings, "retain")
    standing = Standing()
    pages = {"/healthz": standing.health_page, "/metrics": standing.metrics_page}
    server = serve(settings.retain_port, pages, settings.metrics_host)
    try:
        asyncio.run(until_stopped(settings, standing))
    finally:
        server.shutdown()
        server.server_close()


async def until_stopped(settings: Settings, standing: Standing) -> None:
    """Both loops; whatever ends one of them ends the process."""
    registry, publisher = Registry(settings), Publisher(settings)
    policy = load_policy(settings.policy_file)
    classes = retentions_of(settings.tags_dir, policy)
    try:
        async with Search(settings) as search:
            rounds = Rounds(Reach(settings, search, registry, publisher, policy, classes))
            working = asyncio.gather(_rounds(rounds, standing), _expunging(settings, search, standing))
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, working.cancel)
            try:
                await working
            except asyncio.CancelledError:
                return
    finally:
        registry.close()
        publisher.close()


async def _rounds(rounds: Rounds, standing: Standing) -> None:
    waiting = waits()
    while True:
        try:
            done = await rounds.once(datetime.now(UTC))
        except Unavailable as reason:
            standing.waits("round", str(reason))
            await asyncio.sleep(next(waiting))
            continue
        standing.waits("round", None)
        standing.round_ended(done, datetime.now(UTC))
        waiting = waits()
        await asyncio.sleep(rounds.reach.settings.retain_seconds)


async def _expunging(settings: Settings, search: Search, standing: Standing) -> None:
    """A process that was killed does not know what it was rid of: where anything was erased, it begins with that."""
    gone, waiting = 0, waits()
    while True:
        try:
            erased = await count(search, ERASED)
            if erased != gone:
                began = time.monotonic()
                await expunge(search)
                gone = erased
                standing.waits("expunging", None)
                standing.expunged(datetime.now(UTC), time.monotonic() - began)
                await asyncio.sleep(settings.expunge_seconds)
        except Unavailable as reason:
            standing.waits("expunging", str(reason))
            await asyncio.sleep(next(waiting))
            continue
        standing.waits("expunging", None)
        waiting = waits()
        await asyncio.sleep(LOOK_SECONDS)

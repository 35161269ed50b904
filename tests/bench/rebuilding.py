"""(j) `lifeguard rebuild` from a ledger in a folder: every post seen and judged once."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zlib import crc32

from console.rebuilding import Progress, Rebuild
from console.replacing import rebuild_and_replace
from moderation.scorer import ConstantScorer
from records.ledger.reading import Folder
from records.settings import Settings
from search.client import Search
from search.indices import FIELDS, setup
from search.rebuild import building
from tests.bench.filling import facts_about, fill
from tests.bench.mix import posts
from tests.bench.table import Row
from tests.records.ledger.kept import keep, message_of

POSTS, PARTITIONS = 20_000, 6


def rebuild(settings: Settings, folder: Path) -> Iterator[Row]:
    """The same posts by the fold's own way into fresh indices, and from the ledger."""
    received = [
        replace(one, partition=crc32(one.record.post_id.encode()) % PARTITIONS)
        for one in facts_about(posts(POSTS, 9, "kept"), ConstantScorer())
    ]
    keep(folder, map(message_of, received))
    folded, rebuilt = asyncio.run(_both(settings, folder))
    remark = f"two records each; the fold alone into the same node: {folded:,.0f}"
    yield Row("j", f"rebuild, {POSTS:,} posts from a folder", f"{rebuilt:,.0f} posts/s", "", remark)


async def _both(settings: Settings, folder: Path) -> tuple[float, float]:
    async with Search(settings) as search:
        await setup(search)
        began = time.perf_counter()
        await fill(settings, posts(POSTS, 9, "kept"), ConstantScorer())
        folded = POSTS / (time.perf_counter() - began)
        for name in FIELDS:  # what it says was folded are other places than those of the ledger
            await search.ask("DELETE", f"/{search.settings.named(name)}-1")
        with closing(Folder(folder)) as ledger:
            began = time.perf_counter()
            work = Rebuild(await building(search), lambda: ledger, Progress(job="bench"), Silent())
            counts = await rebuild_and_replace(work, None)
            assert counts["posts"] == POSTS
            return folded, POSTS / (time.perf_counter() - began)


class Silent:
    """Nobody watches."""

    def begins(self, what: str, entries: int) -> None:
        """As Teller says."""

    def goes_on(self, entries: int, posts: int) -> None:
        """As Teller says."""

    def says(self, sentence: str) -> None:
        """As Teller says."""

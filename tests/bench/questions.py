"""(f) `find` and `why` over many posts: the questions that the commands ask, without the start of a process."""

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path

from moderation.scorer import ConstantScorer
from records.settings import Settings
from search.client import Search
from search.finder import facts_of, find, get_post
from search.indices import setup
from search.queries import Wanted
from tests.bench.filling import fill, ms, timed
from tests.bench.mix import posts, vocabulary
from tests.bench.table import Row

POSTS = 200_000


def find_and_why(settings: Settings) -> Iterator[Row]:
    """Fills fresh indices through the product's own fold, then asks."""
    other = settings.model_copy(update={"namespace": "f200k.", "data_dir": Path("unused")})
    filled, found, explained = asyncio.run(_fill_and_ask(other))
    yield Row("f", f"`find`, {POSTS:,} posts: p50, p95", ms(found), "p95 under 50 ms", "two words of the vocabulary")
    yield Row("f", f"`why`, {POSTS:,} posts: p50, p95", ms(explained), "p95 under 200 ms", "document and facts")
    yield Row("", "fold and index alone, no Kafka", f"{filled:,.0f} posts/s", "", "seen and verdict in one batch")


async def _fill_and_ask(settings: Settings) -> tuple[float, list[float], list[float]]:
    rng = random.Random(7)
    async with Search(settings) as search:
        await setup(search)
        began = time.perf_counter()
        await fill(settings, posts(POSTS, 6, "many"), ConstantScorer())
        filled = POSTS / (time.perf_counter() - began)
        await search.ask("POST", f"/{search.posts},{search.history}/_refresh")

        async def one_find() -> None:
            await find(search, Wanted(text=" ".join(rng.sample(vocabulary(), 2)), before=True))

        async def one_why() -> None:
            post_id = f"many:many-{rng.randrange(POSTS)}"
            assert await get_post(search, post_id)
            assert await facts_of(search, post_id)

        return filled, await timed(one_find), await timed(one_why)

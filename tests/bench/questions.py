"""(f) `find` and `why` over many posts: the questions that the commands ask, without the start of a process."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from moderation.judge import judge
from moderation.policy import load_policy
from moderation.scorer import ConstantScorer
from moderation.surroundings import Surroundings
from records.received import Received
from records.settings import Settings
from records.topics import Topic
from search.client import Search
from search.finder import facts_of, find, get_post
from search.indices import setup
from search.queries import Wanted
from stream.folding import Folding
from tests.bench.mix import posts
from tests.bench.table import Row, percentile
from tests.live.generator import WORDS

POSTS, BATCH, ASKED = 200_000, 2_000, 300


def find_and_why(settings: Settings) -> Iterator[Row]:
    """Fills fresh indices through the product's own fold, then asks."""
    other = settings.model_copy(update={"namespace": "f200k.", "data_dir": Path("unused")})
    filled, found, explained = asyncio.run(_fill_and_ask(other))
    yield Row("f", f"`find`, {POSTS:,} posts: p50, p95", _ms(found), "p95 under 50 ms", "two words of the vocabulary")
    yield Row("f", f"`why`, {POSTS:,} posts: p50, p95", _ms(explained), "p95 under 200 ms", "document and facts")
    yield Row("", "fold and index alone, no Kafka", f"{filled:,.0f} posts/s", "", "seen and verdict in one batch")


async def _fill_and_ask(settings: Settings) -> tuple[float, list[float], list[float]]:
    rng = random.Random(7)
    async with Search(settings) as search:
        await setup(search)
        filled = await _fill(settings)
        await search.ask("POST", f"/{search.posts},{search.history}/_refresh")

        async def one_find() -> None:
            await find(search, Wanted(text=" ".join(rng.sample(WORDS, 2))))

        async def one_why() -> None:
            post_id = f"many:many-{rng.randrange(POSTS)}"
            assert await get_post(search, post_id)
            assert await facts_of(search, post_id)

        return filled, await _timed(one_find), await _timed(one_why)


async def _fill(settings: Settings) -> float:
    folding = Folding(settings)
    began = time.perf_counter()
    waiting: list[Received] = []
    for offset, received in enumerate(_facts()):
        waiting.append(received)
        if len(waiting) == BATCH:
            await folding.into_views(waiting, _publishes_nothing)
            waiting = []
        assert offset < 2 * POSTS
    await folding.close()
    return POSTS / (time.perf_counter() - began)


def _facts() -> Iterator[Received]:
    policy, scorer, now = load_policy(None), ConstantScorer(), datetime.now(UTC)
    batch = []
    for post in posts(POSTS, 6, "many"):
        batch.append(post)
        if len(batch) == BATCH // 2:
            verdicts = judge(batch, policy, scorer, Surroundings({}, {}), now)
            for one, verdict in zip(batch, verdicts, strict=True):
                number = int(one.native_id.rpartition("-")[2])
                yield Received("posts", "bench-posts", 0, number, now, one)
                yield Received("verdicts", "bench-verdicts", 0, number, now, verdict)
            batch = []


async def _timed(ask: Callable[[], Awaitable[None]]) -> list[float]:
    took = []
    for number in range(ASKED + 20):
        began = time.perf_counter()
        await ask()
        if number >= 20:  # the first ones warm the server up
            took.append(time.perf_counter() - began)
    return took


def _ms(took: Sequence[float]) -> str:
    return f"{percentile(took, 0.5) * 1000:.0f}, {percentile(took, 0.95) * 1000:.0f} ms"


async def _publishes_nothing(topic: Topic, records: object) -> None:
    raise AssertionError("the fold publishes nothing here")

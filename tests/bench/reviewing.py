"""(m) The console among many posts: pages of a queue and of a case, and from a decision to what became of it."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator

from moderation.scorer import ConstantScorer
from records.settings import Settings
from search.client import Search
from search.indices import setup
from tests.bench.filling import fill, ms
from tests.bench.mix import posts_of, texts
from tests.bench.table import Row
from tests.live.pipeline import Pipeline
from tests.live.reviewer import Reviewer
from tests.live.staffed import staff

POSTS, FLAGGED_EVERY = 200_000, 10
PAGES, DECISIONS, WARM = 200, 200, 10
CARD = "my card is 4111 1111 1111 1111"


def review(settings: Settings, environment: dict[str, str]) -> Iterator[Row]:
    """Fills fresh indices through the product's own fold, of which one post in ten waits for a person; then reviews."""
    asyncio.run(_filled(settings, POSTS))
    with Pipeline(settings, environment, names=("judge", "fold", "console")) as pipeline:
        staff(settings, ("rae", "reviewer"))
        with Reviewer(pipeline.program("console").address, "rae") as rae:
            waiting = f"{POSTS:,} posts, {POSTS // FLAGGED_EVERY:,} wait"
            queue = timed_pages(lambda: rae.ask("GET", "/queue?queue=flagged"))
            yield Row(
                "m", f"page of a queue, {waiting}: p50, p95", ms(queue), "p95 under 150 ms", "50 cases and the count"
            )
            queues = timed_pages(lambda: rae.ask("GET", "/"))
            yield Row("m", "page of all queues: p50, p95", ms(queues), "", "the counts of all of them")
            following = timed_pages(lambda: rae.ask("GET", "/case?queue=flagged&prefetch=1"))
            yield Row(
                "m", "the next case, whole, before it is asked for: p50, p95", ms(following), "", "no lease, no record"
            )
            took = _decided(rae)
            remark = f"decided, folded, answered; the slowest {max(took) * 1000:.0f} ms"
            yield Row("m", "decision to visible: p50, p95", ms(took), "p95 under 1 s", remark)


async def _filled(settings: Settings, posts: int) -> None:
    said = (f"{text} {CARD}" if not number % FLAGGED_EVERY else text for number, text in enumerate(texts(posts, 8)))
    async with Search(settings) as search:
        await setup(search)
        await fill(settings, posts_of(said, 8, "many"), ConstantScorer())
        await search.ask("POST", f"/{search.posts},{search.history}/_refresh")


def timed_pages(ask: Callable[[], tuple[int, str]]) -> list[float]:
    """Seconds of each page; the first ones do not count."""
    took = []
    for number in range(PAGES + WARM):
        began = time.perf_counter()
        status, _ = ask()
        assert status == 200, status
        if number >= WARM:
            took.append(time.perf_counter() - began)
    return took


def _decided(rae: Reviewer) -> list[float]:
    rng = random.Random(5)
    while len(rae.answers) < DECISIONS + WARM:
        assert rae.review("flagged", rng)
    assert all(answer["accepted"] for _, answer in rae.answers), rae.answers
    return [seconds for seconds, _ in rae.answers[WARM:]]

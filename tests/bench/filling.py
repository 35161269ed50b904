"""Fills fresh indices through the product's own judge and fold, without Kafka; and times questions to them."""

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from moderation.judge import judge
from moderation.policy import load_policy
from moderation.scorer import Scorer
from moderation.surroundings import Surroundings
from records.posts import Post
from records.received import Received
from records.settings import Settings
from records.topics import Topic
from stream.folding import Folding
from tests.bench.table import percentile

BATCH, ASKED, WARM = 2_000, 300, 20


async def fill(settings: Settings, posts: Iterable[Post], scorer: Scorer) -> None:
    """Each post is seen and judged, and both are folded in one batch."""
    folding = Folding(settings)
    waiting: list[Received] = []
    for received in facts_about(posts, scorer):
        waiting.append(received)
        if len(waiting) == BATCH:
            await folding.into_views(waiting, _publishes_nothing)
            waiting = []
    await folding.into_views(waiting, _publishes_nothing)
    await folding.close()


async def timed(ask: Callable[[], Awaitable[None]], asked: int = ASKED) -> list[float]:
    """Seconds of each question; the first ones warm the server up and do not count."""
    took = []
    for number in range(asked + WARM):
        began = time.perf_counter()
        await ask()
        if number >= WARM:
            took.append(time.perf_counter() - began)
    return took


def ms(took: Sequence[float]) -> str:
    """p50 and p95."""
    return f"{percentile(took, 0.5) * 1000:.0f}, {percentile(took, 0.95) * 1000:.0f} ms"


def facts_about(posts: Iterable[Post], scorer: Scorer) -> Iterator[Received]:
    """A sighting of each post and its verdict."""
    policy, now, number = load_policy(None), datetime.now(UTC), 0
    waiting = iter(posts)
    while batch := list(islice(waiting, BATCH // 2)):
        verdicts = judge(batch, policy, scorer, Surroundings({}, {}), now)
        for post, verdict in zip(batch, verdicts, strict=True):
            yield Received("posts", "bench-posts", 0, number, now, post)
            yield Received("verdicts", "bench-verdicts", 0, number, now, verdict)
            number += 1


async def _publishes_nothing(topic: Topic, records: object) -> None:
    raise AssertionError("the fold publishes nothing here")

"""(n) The pages of a search and of the overview among very many posts, spread over ninety days."""

import asyncio
import random
from collections.abc import Iterable, Iterator
from datetime import timedelta

from console.web.period import OFFERED
from moderation.scorer import ConstantScorer
from records.posts import Post
from records.settings import Settings
from search.client import Search
from search.indices import setup
from tests.bench.filling import fill, ms
from tests.bench.mix import posts_of, texts
from tests.bench.reviewing import CARD, FLAGGED_EVERY, timed_pages
from tests.bench.searching import search
from tests.bench.table import Row
from tests.live.pipeline import Pipeline
from tests.live.reviewer import Reviewer
from tests.live.staffed import staff

SPREAD = timedelta(days=90)


def among(settings: Settings, environment: dict[str, str], posts: int) -> Iterator[Row]:
    """Fills fresh indices through the product's own fold; of ten posts one waits for a person."""
    asyncio.run(_filled(settings, posts))
    with Pipeline(settings, environment, names=("console",)) as pipeline:
        staff(settings, ("sue", "supervisor"))
        with Reviewer(pipeline.program("console").address, "sue") as sue:
            yield from search(sue, posts)
            yield from _overview(sue, posts)


def _overview(sue: Reviewer, posts: int) -> Iterator[Row]:
    for name, (title, _) in OFFERED.items():
        took = timed_pages(lambda name=name: sue.ask("GET", f"/overview?time={name}"))  # type: ignore[misc]
        measured = f"overview of {title}, {posts:,} posts: p50, p95"
        yield Row("n", measured, ms(took), "p95 under 400 ms", "figures by surface and source, and gaps")


async def _filled(settings: Settings, posts: int) -> None:
    said = (f"{text} {CARD}" if not number % FLAGGED_EVERY else text for number, text in enumerate(texts(posts, 9)))
    async with Search(settings) as search:
        await setup(search)
        await fill(settings, _spread(posts_of(said, 9, "many")), ConstantScorer())
        await search.ask("POST", f"/{search.posts},{search.history}/_refresh")


def _spread(posts: Iterable[Post]) -> Iterator[Post]:
    """The same, each posted at some time before it was seen."""
    rng = random.Random(9)
    for post in posts:
        said = post.model_dump(exclude={"record_id"})
        yield Post.model_validate(said | {"site_at": post.seen_at - rng.random() * SPREAD})

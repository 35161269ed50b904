"""(n) The page of a search among very many posts: words, counts beside them, and the address of a narrowed one."""

import asyncio
import random
from collections.abc import Iterator
from urllib.parse import urlencode

from records.settings import Settings
from tests.bench.filling import ms
from tests.bench.mix import vocabulary
from tests.bench.reviewing import filled, timed_pages
from tests.bench.table import Row
from tests.live.pipeline import Pipeline
from tests.live.reviewer import Reviewer
from tests.live.staffed import staff


def search(settings: Settings, environment: dict[str, str], posts: int) -> Iterator[Row]:
    """Fills fresh indices through the product's own fold; then searches."""
    asyncio.run(filled(settings, posts))
    rng, words = random.Random(9), vocabulary()
    with Pipeline(settings, environment, names=("console",)) as pipeline:
        staff(settings, ("rae", "reviewer"))
        with Reviewer(pipeline.program("console").address, "rae") as rae:

            def page(**said: str) -> tuple[int, str]:
                return rae.ask("GET", f"/search?{urlencode(said)}")

            def two() -> str:
                return " ".join(rng.sample(words, 2))

            asked = "p95 under 200 ms"
            of = f"{posts:,} posts: p50, p95"
            took = timed_pages(lambda: page(words=two()))
            yield Row("n", f"page of a search, {of}", ms(took), asked, "two words; 20 posts, facets, times")
            took = timed_pages(lambda: page(words=two(), label="personal_data", sort="newest"))
            yield Row("n", "the same, narrowed and sorted: p50, p95", ms(took), asked, "one in ten has the label")
            took = timed_pages(lambda: page(words=""))
            yield Row("n", "the page of everything: p50, p95", ms(took), "", "the newest 20, facets, times")

"""(n) The page of a search among very many posts: words, counts beside them, and the address of a narrowed one."""

import random
from collections.abc import Iterator
from urllib.parse import urlencode

from tests.bench.filling import ms
from tests.bench.mix import vocabulary
from tests.bench.reviewing import timed_pages
from tests.bench.table import Row
from tests.live.reviewer import Reviewer


def search(who: Reviewer, posts: int) -> Iterator[Row]:
    """By two words that are drawn, also narrowed, and everything."""
    rng, words = random.Random(9), vocabulary()

    def page(**said: str) -> tuple[int, str]:
        return who.ask("GET", f"/search?{urlencode(said)}")

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

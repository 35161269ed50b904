"""Texts with a length mix like real comments: median 22 tokens, 90th percentile 66, a tail to 512."""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from ingest.capture import capture_of
from ingest.mapping import natural
from ingest.posts import Reading
from records.posts import Post
from tests.live.generator import WORDS

MEDIAN_TOKENS, SIGMA, TOKENS_MAX, SPECIAL_TOKENS = 22, 0.857, 512, 2


def texts(count: int, seed: int) -> list[str]:
    """So many different texts; nearly every word is one token."""
    rng = random.Random(seed)
    return [f"{' '.join(rng.choices(WORDS, k=_words(rng)))} {number}" for number in range(count)]


def posts(count: int, seed: int, source: str = "bench") -> Iterator[Post]:
    """So many posts, seen now."""
    return posts_of(texts(count, seed), seed, source)


def posts_of(said: Iterable[str], seed: int, source: str) -> Iterator[Post]:
    """A post for each text, seen now."""
    reading = Reading(source, natural())
    rng = random.Random(seed)
    for number, text in enumerate(said):
        event = {
            "id": f"{source}-{number}",
            "surface": f"blog/{rng.randrange(20)}",
            "url": f"https://www.example.com/{source}/{number}",
            "author": {"id": f"u-{rng.randrange(5000)}", "name": f"Reader {rng.randrange(5000)}"},
            "text": text,
        }
        yield reading.post(event, capture_of(text.encode()), datetime.now(UTC))


def _words(rng: random.Random) -> int:
    tokens = min(TOKENS_MAX, rng.lognormvariate(0, SIGMA) * MEDIAN_TOKENS)
    return max(1, int(tokens) - SPECIAL_TOKENS - 1)

"""Ordinary sentences with a length mix like real comments: median 22 tokens, 90th percentile 66, a tail to 512.

Words drawn at random would not do: the model, which has never seen such, finds something in two of three of them.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from ingest.capture import capture_of
from ingest.mapping import natural
from ingest.posts import Reading
from records.posts import Post

ORDINARY = Path(__file__).parents[2] / "moderation" / "tags" / "background.txt"
TOKENS_OF_WORD = 1.27
SEARCHED_LETTERS_MIN = 5
MEDIAN_TOKENS, SIGMA, TOKENS_MAX, SPECIAL_TOKENS = 22, 0.857, 512, 2


def texts(count: int, seed: int) -> list[str]:
    """So many different texts."""
    rng, ordinary = random.Random(seed), _ordinary()
    return [f"{' '.join(_said(rng, ordinary, _words(rng)))} {number}" for number in range(count)]


@cache
def _ordinary() -> tuple[tuple[str, ...], ...]:
    """Ordinary posts, word by word."""
    lines = ORDINARY.read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split()) for line in lines if line and not line.startswith("#"))


def vocabulary() -> list[str]:
    """Words of five letters or more that the texts are made of."""
    words = {word.strip(".,!?").lower() for post in _ordinary() for word in post}
    return sorted(word for word in words if len(word) >= SEARCHED_LETTERS_MIN and word.isalpha())


def _said(rng: random.Random, ordinary: Sequence[Sequence[str]], words: int) -> Sequence[str]:
    """So many words of ordinary posts, one after the other."""
    said: list[str] = []
    while len(said) < words:
        said.extend(rng.choice(ordinary))
    return said[:words]


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
    return max(1, round((tokens - SPECIAL_TOKENS - 1) / TOKENS_OF_WORD))

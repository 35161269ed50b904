"""(h) Finding what a reader types again, and what means the same, among many posts with real texts.

The texts are read from where they lie beside the checkout, and never copied; without them the sample and made-up texts
take their place. The first posts carry the embeddings of the shipped model, all others random ones: a search by vector
looks at every one of them, and takes as long whatever they say.
"""

import asyncio
import gzip
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from moderation.scorer import Scored
from moderation.scorer.files import MODEL_FILE
from moderation.scorer.load import SHIPPED_FOLDER
from moderation.scorer.onnx import EMBEDDING_SCALE
from moderation.scorer.session import Session
from moderation.scorer.windows import Windows, read_as
from records.settings import Settings
from search.client import Search
from search.finder import find
from search.indices import setup
from search.likeness import SIMILARITY_MIN, Meaning, like
from search.queries import Wanted
from tests.bench import mix
from tests.bench.filling import fill, ms, timed
from tests.bench.retyping import DISGUISED_EVERY, disguised, fragments
from tests.bench.table import Row

POSTS, EMBEDDED = 200_000, 20_000
FRAGMENTS, NEIGHBOURS, QUERIES = 400, 10, 200
DIGEST = "e" * 64
ROOT = Path(__file__).parents[2]
SHARED, SAMPLE = ROOT.parent / "shared/data/train.jsonl.gz", ROOT / "deploy/local/sample/posts.jsonl"

Floats = NDArray[np.float32]


def nearness(settings: Settings) -> Iterator[Row]:
    """Fills fresh indices through the product's own fold, then asks."""
    other = settings.model_copy(update={"namespace": "h200k."})
    yield from asyncio.run(_fill_and_ask(other, _texts()))


async def _fill_and_ask(settings: Settings, texts: list[str]) -> list[Row]:
    rng = random.Random(7)
    floats = _embedded(texts[:EMBEDDED])
    posted = [disguised(text, rng) if n % DISGUISED_EVERY == 0 else text for n, text in enumerate(texts)]
    async with Search(settings) as search:
        await setup(search)
        await fill(settings, mix.posts_of(posted, 6, "near"), _Given(dict(zip(posted[:EMBEDDED], floats, strict=True))))
        await search.ask("POST", f"/{search.posts}/_refresh")
        return [*await _retyped(search, texts, rng), *await _alike(search, floats, rng)]


async def _retyped(search: Search, texts: list[str], rng: random.Random) -> list[Row]:
    asked, found = fragments(texts, FRAGMENTS + 20, rng), []
    waiting = iter(asked)

    async def one() -> None:
        place, fragment = next(waiting)
        hits = (await find(search, Wanted(text=fragment, size=5))).hits
        found.append(f"near:near-{place}" in {hit.document["post_id"] for hit in hits})

    took = await timed(one, FRAGMENTS)
    share = f"{100 * sum(found) / len(found):.1f} %"
    what = "8 words of a post with a typo: it is in the first five"
    kind = "real" if SHARED.exists() else "made-up"
    remark = f"{FRAGMENTS} of {POSTS:,} posts with {kind} texts, every tenth of them disguised"
    return [Row("h", what, share, "95 %", remark), Row("h", "the same: p50, p95", ms(took), "p95 under 50 ms")]


async def _alike(search: Search, floats: Floats, rng: random.Random) -> list[Row]:
    narrowed = {"anything": Wanted(size=NEIGHBOURS), "one surface": Wanted(size=NEIGHBOURS, surfaces=("blog/3",))}
    rows = []
    for name, wanted in narrowed.items():

        async def one(wanted: Wanted = wanted) -> None:
            await like(search, wanted, _meaning(floats[rng.randrange(len(floats))]))

        what = f"`find --like`, {POSTS:,} posts, {name}: p50, p95"
        rows.append(Row("h", what, ms(await timed(one)), "p95 under 100 ms"))
    recall = await _recall(search, floats, rng.sample(range(len(floats)), QUERIES))
    remark = f"{QUERIES} of {EMBEDDED:,} embeddings of the model, as bytes against floats"
    return [*rows, Row("h", "the ten nearest, of those that exact search finds", f"{recall:.3f}", "0.95", remark)]


async def _recall(search: Search, floats: Floats, places: list[int]) -> float:
    """Among the posts whose embeddings are real; the random ones are never near."""
    right = there = 0
    for place in places:
        cosines = floats @ floats[place]
        exact = {other for other in np.argsort(-cosines)[:NEIGHBOURS].tolist() if cosines[other] >= SIMILARITY_MIN}
        found = await like(search, Wanted(size=NEIGHBOURS), _meaning(floats[place]))
        there += len(exact)
        right += len(exact & {int(hit.document["native_id"].rpartition("-")[2]) for hit in found.hits})
    return right / there


class _Given:
    """A scorer that was told the embeddings; other texts get random ones."""

    model_digest: str | None = DIGEST
    labels: tuple[str, ...] = ()
    thresholds: Mapping[str, float] = MappingProxyType({})

    def __init__(self, known: Mapping[str, Floats]) -> None:
        self.known, self.random = known, np.random.default_rng(5)

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """In order."""
        return [Scored(embedding=_bytes(self._of(text))) for text in texts]

    def _of(self, text: str) -> Floats:
        if text in self.known:
            return self.known[text]
        vector = self.random.standard_normal(384, np.float32)
        return vector / np.linalg.norm(vector)


def _meaning(vector: Floats) -> Meaning:
    return Meaning(_bytes(vector), DIGEST)


def _bytes(vector: Floats) -> bytes:
    return np.rint(vector * EMBEDDING_SCALE).astype(np.int8).tobytes()


def _embedded(texts: list[str]) -> Floats:
    """As the scorer does it, before it rounds."""
    windows, session = Windows(SHIPPED_FOLDER), Session(SHIPPED_FOLDER / MODEL_FILE, 0)
    floats = np.zeros((len(texts), 384), np.float32)
    first = {window.text: window.ids for window in reversed(windows.of([read_as(text) for text in texts]))}
    floats[list(first)] = session.run(list(first.values()))[1]
    return floats


def _texts() -> list[str]:
    """So many different texts, in an order that is always the same."""
    if SHARED.exists():
        with gzip.open(SHARED, "rt", encoding="utf-8") as lines:
            found = [json.loads(line)["text"] for line in lines]
    else:
        lines = SAMPLE.read_text(encoding="utf-8").splitlines()
        found = [text for line in lines if (text := json.loads(line).get("text"))] + mix.texts(POSTS, 8)
    kept = list(dict.fromkeys(text for text in found if text.strip()))
    if SHARED.exists():
        random.Random(1).shuffle(kept)
    return kept[:POSTS]

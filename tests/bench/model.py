"""(c) The scorer alone, on the length mix."""

import time

from moderation.scorer import load_scorer
from tests.bench.mix import texts

TEXTS, BATCH = 4000, 256


def scorer_rate() -> float:
    """Posts a second of the shipped model, in batches like the judge's."""
    scorer = load_scorer()
    assert scorer.model_digest, "the model cannot be loaded"
    scorer.score(texts(BATCH, 11))
    made = texts(TEXTS, 12)
    began = time.perf_counter()
    for start in range(0, TEXTS, BATCH):
        scorer.score(made[start : start + BATCH])
    return TEXTS / (time.perf_counter() - began)

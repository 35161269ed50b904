"""Whether the embedding still finds paraphrases and near-duplicates as well as the original encoder's does."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.train import plan
from moderation.train.data import EXAMPLES, Rows

PAIRS = EXAMPLES / "pairs.jsonl"
DISTRACTORS = 5_000
DISTRACTOR_CHARS = (20, 400)
NEAREST = 10

Embedding = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to vectors of length 1, [texts, dimensions]."""


def nearness(held: Rows, ours: Embedding, original: Embedding) -> dict[str, Any]:
    """Share of the pairs of which one finds the other among its ten nearest, for both encoders and kind of pair."""
    pairs = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    texts = [text for text in held.texts if DISTRACTOR_CHARS[0] <= len(text) <= DISTRACTOR_CHARS[1]]
    chosen = np.random.default_rng(plan.SEED).choice(len(texts), DISTRACTORS, replace=False)
    others = [texts[place] for place in chosen]
    found = {name: _found(pairs, others, embed) for name, embed in (("ours", ours), ("original", original))}
    kinds = np.array([pair["kind"] for pair in pairs])
    return {
        "pairs": len(pairs),
        "distractors": DISTRACTORS,
        "all": {name: float(each.mean()) for name, each in found.items()},
        "kinds": {kind: _of_kind(kinds == kind, found) for kind in dict.fromkeys(kinds.tolist())},
    }


def _of_kind(of_kind: NDArray[np.bool_], found: dict[str, NDArray[np.bool_]]) -> dict[str, float]:
    return {"pairs": int(of_kind.sum())} | {name: float(each[of_kind].mean()) for name, each in found.items()}


def _found(pairs: Sequence[dict[str, str]], others: Sequence[str], embed: Embedding) -> NDArray[np.bool_]:
    asked = embed([pair["text"] for pair in pairs])
    there = embed([pair["near"] for pair in pairs] + list(others))
    near = asked @ there.T
    own = near[np.arange(len(pairs)), np.arange(len(pairs))]
    return np.asarray((near > own[:, None]).sum(1) < NEAREST, bool)

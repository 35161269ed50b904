"""Reads the training rows, tokenises them once, and splits them by the digest of their text."""

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from moderation.train import plan

TOKENISE_ROWS = 10_000

Tokenizer: TypeAlias = Any
"""A fast tokenizer of transformers, which ships no types."""


@dataclass(frozen=True)
class Rows:
    """Parallel columns: texts, set names, token ids, and per row and label a target and a weight (0: unknown)."""

    texts: Sequence[str]
    sets: Sequence[str]
    tokens: Sequence[NDArray[np.uint16]]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.texts)

    def pick(self, chosen: Sequence[int]) -> "Rows":
        """The rows at these places, in this order."""
        at = list(chosen)
        return Rows(
            [self.texts[i] for i in at],
            [self.sets[i] for i in at],
            [self.tokens[i] for i in at],
            self.targets[at],
            self.weights[at],
        )


def load(folder: Path, tokenizer: Tokenizer) -> tuple[Rows, Rows]:
    """Training rows and held-out rows of `train.jsonl.gz` in this folder."""
    raw = _raw(folder)
    texts = [row["text"] for row in raw]
    sets = [row["set"] for row in raw]
    targets, weights = _targets(raw)
    rows = Rows(texts, sets, tokenise(texts, tokenizer, plan.TOKENS_LONG_MAX), targets, weights)
    held = [_held_out(text) for text in texts]
    return rows.pick([i for i, out in enumerate(held) if not out]), rows.pick([i for i, out in enumerate(held) if out])


def sample(folder: Path, tokenizer: Tokenizer, count: int, tokens_max: int) -> list[NDArray[np.uint16]]:
    """Token ids of texts drawn from the rows that are not held out."""
    texts = [row["text"] for row in _raw(folder) if not _held_out(row["text"])]
    chosen = np.random.default_rng(plan.SEED).choice(len(texts), count, replace=False)
    return tokenise([texts[i] for i in chosen], tokenizer, tokens_max)


def digest(folder: Path) -> str:
    """SHA-256 of the training file."""
    return hashlib.sha256((folder / "train.jsonl.gz").read_bytes()).hexdigest()


def tokenise(texts: Sequence[str], tokenizer: Tokenizer, tokens_max: int) -> list[NDArray[np.uint16]]:
    """Token ids of each text, with the special tokens, cut at `tokens_max`."""
    out: list[NDArray[np.uint16]] = []
    for start in range(0, len(texts), TOKENISE_ROWS):
        part = list(texts[start : start + TOKENISE_ROWS])
        ids = tokenizer(part, truncation=True, max_length=tokens_max, return_attention_mask=False)["input_ids"]
        out.extend(np.asarray(row, dtype=np.uint16) for row in ids)
    return out


def _raw(folder: Path) -> list[dict[str, Any]]:
    with gzip.open(folder / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _held_out(text: str) -> bool:
    folded = " ".join(text.lower().split())
    return int.from_bytes(hashlib.sha256(folded.encode()).digest()[:4], "big") % 100 < plan.VALIDATION_PERCENT


def _targets(raw: Sequence[dict[str, Any]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    targets = np.zeros((len(raw), len(plan.LABELS)), np.float32)
    weights = np.zeros_like(targets)
    for i, row in enumerate(raw):
        for j, label in enumerate(plan.LABELS):
            known = row["labels"].get(label)
            if known is not None:
                targets[i, j] = known
                weights[i, j] = plan.ONE_SIDED_WEIGHT if row["set"] in plan.ONE_SIDED.get(label, ()) else 1.0
            elif row["set"] in plan.ASSUMED_ZERO.get(label, ()):
                weights[i, j] = plan.ASSUMED_ZERO_WEIGHT
    return targets, weights

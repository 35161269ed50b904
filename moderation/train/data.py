"""Reads the training rows and the project's own examples, tokenises them once, and keeps what is held out apart."""

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from moderation.scorer.files import file_digest
from moderation.scorer.spelling import spelled_out
from moderation.train import plan

EXAMPLES = Path(__file__).with_name("examples")
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
    """Training rows and held-out rows of `train.jsonl.gz` in this folder, each followed by the own examples."""
    raw = _raw(folder)
    held = [_held_out(row["text"]) for row in raw]
    trained = [row for row, out in zip(raw, held, strict=True) if not out] + examples("train")
    kept = [row for row, out in zip(raw, held, strict=True) if out] + examples("held_out")
    return _rows(trained, tokenizer), _rows(kept, tokenizer)


def examples(part: str) -> list[dict[str, Any]]:
    """The project's own examples, `train` or `held_out`, as rows that answer every label."""
    rows = []
    for file in sorted((EXAMPLES / part).glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            labels = {label: int(label in row["labels"]) for label in plan.LABELS}
            rows.append({"text": row["text"], "labels": labels, "set": f"own_{file.stem}"})
    return rows


def _rows(raw: list[dict[str, Any]], tokenizer: Tokenizer) -> Rows:
    texts = [row["text"] for row in raw]
    targets, weights = _targets(raw)
    tokens = tokenise(texts, tokenizer, plan.TOKENS_LONG_MAX)
    return Rows(texts, [row["set"] for row in raw], tokens, targets, weights)


def sample(folder: Path, tokenizer: Tokenizer, count: int, tokens_max: int) -> list[NDArray[np.uint16]]:
    """Token ids of texts drawn from the rows that are not held out."""
    texts = [row["text"] for row in _raw(folder) if not _held_out(row["text"])]
    chosen = np.random.default_rng(plan.SEED).choice(len(texts), count, replace=False)
    return tokenise([texts[i] for i in chosen], tokenizer, tokens_max)


def digest(folder: Path) -> str:
    """SHA-256 of the training file."""
    return file_digest(folder / "train.jsonl.gz")


def examples_digest() -> str:
    """SHA-256 over the project's own examples, file by file."""
    return _digest_of(sorted(EXAMPLES.rglob("*.jsonl")))


def code_digest() -> str:
    """SHA-256 over the code that trains, measures and spells out, file by file."""
    here = Path(__file__).parent
    scorer, plain = here.with_name("scorer"), here.parents[1] / "records"
    letters = [plain / "lookalikes.txt", plain / "plain.py"]
    return _digest_of([*sorted(here.rglob("*.py")), *sorted(scorer.glob("*.py")), *letters])


def _digest_of(files: Sequence[Path]) -> str:
    return hashlib.sha256("".join(f"{file.name} {file_digest(file)}\n" for file in files).encode()).hexdigest()


def tokenise(texts: Sequence[str], tokenizer: Tokenizer, tokens_max: int) -> list[NDArray[np.uint16]]:
    """Token ids of each text, spelled out, with the special tokens, cut at `tokens_max`."""
    out: list[NDArray[np.uint16]] = []
    for start in range(0, len(texts), TOKENISE_ROWS):
        part = [spelled_out(text).text for text in texts[start : start + TOKENISE_ROWS]]
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
            targets[i, j], weights[i, j] = _target(row, label)
    return targets, weights


def _target(row: dict[str, Any], label: str) -> tuple[float, float]:
    """What a row says of a label, and how much that counts."""
    known = row["labels"].get(label)
    if known is None:
        known = row["labels"].get(plan.NAMED_OTHERWISE.get(label, ""))
    if known is not None:
        return known, plan.ONE_SIDED_WEIGHT if row["set"] in plan.ONE_SIDED.get(label, ()) else 1.0
    civil = label not in plan.ASSUMED_OF_CIVIL or row["labels"].get("toxicity") in {0, None}
    return 0.0, plan.ASSUMED_ZERO_WEIGHT * (civil and row["set"] in plan.ASSUMED_ZERO.get(label, ()))

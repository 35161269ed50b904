"""What a person would see of the project's own examples: enough of both kinds, varied, and the held-out ones apart."""

import json
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from moderation.scorer import load_scorer

EXAMPLES = Path(__file__).parents[2] / "moderation" / "train" / "examples"
LABELS = "recommendation promissory testimonial complaint instruction_or_funds self_harm sexual".split()
FILES = [*LABELS, "abuse", "adverse_event", "mixed"]
EACH_MIN, HELD_OUT_EACH_MIN = 400, 100
WORDS_SHARED = 6
COSINE_MAX = 0.9
STARTS_ALIKE_SHARE_MAX = 0.02


@cache
def rows(part: str, name: str) -> list[tuple[str, frozenset[str]]]:
    """Texts and labels of one file."""
    lines = (EXAMPLES / part / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [(row["text"], frozenset(row["labels"])) for row in map(json.loads, lines)]


def words(text: str) -> list[str]:
    """Words as they are compared."""
    return re.findall(r"[\w']+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    """Every six words in a row."""
    said = words(text)
    return {tuple(said[start : start + WORDS_SHARED]) for start in range(len(said) - WORDS_SHARED + 1)}


@pytest.mark.parametrize(("part", "least"), [("train", EACH_MIN), ("held_out", HELD_OUT_EACH_MIN)])
@pytest.mark.parametrize("label", LABELS)
def test_there_are_enough_of_both_kinds(label: str, part: str, least: int) -> None:
    """Examples of the label, and as many texts that look like it."""
    counts = Counter(label in labels for _, labels in rows(part, label))
    assert min(counts[True], counts[False]) >= least


@pytest.mark.parametrize("part", ["train", "held_out"])
@pytest.mark.parametrize("name", FILES)
def test_examples_are_no_templates(name: str, part: str) -> None:
    """No text stands twice, and few begin with the same three words."""
    texts = [text for text, _ in rows(part, name)]
    starts = Counter(tuple(words(text)[:3]) for text in texts)
    assert len({" ".join(words(text)) or text for text in texts}) == len(texts)
    assert starts.most_common(1)[0][1] <= max(4, STARTS_ALIKE_SHARE_MAX * len(texts))


@pytest.mark.parametrize("part", ["train", "held_out"])
def test_labels_agree_with_one_another(part: str) -> None:
    """A threat, hate or an insult is toxic too, as the definitions say."""
    for name in FILES:
        for text, labels in rows(part, name):
            if labels & {"threat", "identity_hate", "insult", "severe_toxicity"}:
                assert "toxicity" in labels, text


def test_held_out_texts_share_no_six_words_with_training_texts() -> None:
    """What measures the model was not copied from what it learned."""
    learned = defaultdict(list)
    for name in FILES:
        for text, _ in rows("train", name):
            for run in runs(text):
                learned[run].append(text)
    shared = {
        text: learned[run]
        for name in FILES
        for text, _ in rows("held_out", name)
        for run in runs(text) & learned.keys()
    }
    assert shared == {}


def test_held_out_texts_mean_something_else_than_training_texts() -> None:
    """No held-out text lies above a cosine of 0.9 of a training text."""
    scorer = load_scorer(threads=2)

    def embeddings(part: str) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        texts = [text for name in FILES for text, _ in rows(part, name)]
        vectors = np.array(
            [np.frombuffer(one.embedding or bytes(384), np.int8) for one in scorer.score(texts)], np.float32
        )
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

    nearest = (embeddings("held_out") @ embeddings("train").T).max(1)
    held = [text for name in FILES for text, _ in rows("held_out", name)]
    assert {text: float(near) for text, near in zip(held, nearest, strict=True) if near > COSINE_MAX} == {}


def test_pairs_are_enough_and_differ() -> None:
    """At least three hundred pairs of texts that mean the same, none of them written the same."""
    pairs = [json.loads(line) for line in (EXAMPLES / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(pairs) >= 300
    assert {pair["kind"] for pair in pairs} == {"paraphrase", "near-duplicate"}
    assert all(words(pair["text"]) != words(pair["near"]) for pair in pairs)

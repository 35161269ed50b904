"""How well abuse is still found when its authors disguise it, read as it stands and spelled out."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.scorer.spelling import spelled_out
from moderation.train import plan
from moderation.train.data import Rows
from moderation.train.figures.labels import auc
from moderation.train.points import places

TEXTS, CHARS_MAX = 800, 300
WORDS_SHARE = 0.5
"""Part of the words of four letters or more that are disguised."""
LETTERS_MIN = 4
_HOMOGLYPHS = dict(zip("aceiopsxy", "\u0430\u0441\u0435\u0456\u043e\u0440\u0455\u0445\u0443", strict=True))
_LEET = dict(zip("aeiost", "4310$7", strict=True))


def _every(signs: Mapping[str, str]) -> Callable[[str, Random], str]:
    return lambda word, _: word[0] + "".join(signs.get(letter, letter) for letter in word[1:-1]) + word[-1]


def _zero_width(word: str, chance: Random) -> str:
    at = chance.randrange(1, len(word))
    return f"{word[:at]}\u200b{word[at:]}"


DISGUISES: Mapping[str, Callable[[str, Random], str]] = MappingProxyType(
    {
        "homoglyphs": _every(_HOMOGLYPHS),
        "zero-width": _zero_width,
        "l33t": _every(_LEET),
        "spacing": lambda word, _: " ".join(word),
        "stretching": lambda word, _: word[:2] + word[1] * 4 + word[2:],
        "full-width": lambda word, _: "".join(
            chr(ord(letter) + 0xFEE0) if letter.isascii() else letter for letter in word
        ),
        "emoji between": lambda word, _: f"\U0001f92c{word}\U0001f595",
    }
)

Scoring = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts, exactly as they are, to logits."""


def evasion(rows: Rows, score: Scoring) -> dict[str, dict[str, float]]:
    """By disguise (`none` first): ROC-AUC for toxicity of comments read as they stand, and spelled out."""
    column = plan.LABELS.index("toxicity")
    at = [int(place) for place in places(rows, (plan.JIGSAW,)) if len(rows.texts[place]) <= CHARS_MAX]
    part = rows.pick(np.random.default_rng(plan.SEED).permutation(at)[:TEXTS].tolist())
    found = {}
    for name, disguise in {"none": lambda word, _: word, **DISGUISES}.items():
        texts = [disguised(text, disguise, Random(place)) for place, text in enumerate(part.texts)]
        spelled = [spelled_out(text).text for text in texts]
        areas = [auc(score(one)[:, column], part, column) for one in (texts, spelled)]
        found[name] = dict(zip(("as_it_stands", "spelled_out"), areas, strict=True))
    return found


def disguised(text: str, disguise: Callable[[str, Random], str], chance: Random) -> str:
    """The text with some of its longer words disguised."""
    words: list[Any] = text.split(" ")
    return " ".join(
        disguise(word, chance) if _is_long(word) and chance.random() < WORDS_SHARE else word for word in words
    )


def _is_long(word: str) -> bool:
    return len(word) >= LETTERS_MIN and word.isascii() and word.isalpha()

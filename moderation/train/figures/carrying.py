"""Whether the stretch that an explanation names carries the score: does it fall more without it than without others?"""

from random import Random

import numpy as np

from moderation.scorer.onnx import OnnxScorer
from moderation.scorer.protocol import Span
from moderation.train import plan
from moderation.train.data import Rows

TEXTS_MAX = 400
WORDS_MIN = 8
SHARE_MAX = 0.5
"""Longest stretch, as a part of its text: of a longer one there is no other to compare with."""


def carrying(rows: Rows, scorer: OnnxScorer) -> dict[str, float]:
    """Over findings on held-out texts: how much the score falls without the stretch, and without a random one."""
    asked = _asked(rows, scorer)
    named = scorer.explain([(text, [label]) for text, label in asked])
    chance = Random(plan.SEED)
    taken = [_taken(text, label, spans.get(label), chance) for (text, label), spans in zip(asked, named, strict=True)]
    whole, masked, other, labels, shares = zip(*(one for one in taken if one), strict=True)
    before, without, without_other = (
        np.array([said.scores[label] for said, label in zip(scorer.score(texts), labels, strict=True)])
        for texts in (whole, masked, other)
    )
    return {
        "texts": len(whole),
        "falls": float((before - without).mean()),
        "falls_without_another": float((before - without_other).mean()),
        "more": float((without < without_other).mean()),
        "span_share": float(np.mean(shares)),
    }


def _taken(text: str, label: str, span: Span | None, chance: Random) -> tuple[str, str, str, str, float] | None:
    """The text, without the stretch, without another of as many words beside it, the label, the stretch's share."""
    if span is None or span[1] - span[0] > SHARE_MAX * len(text):
        return None
    before, within, behind = (part.split() for part in (text[: span[0]], text[slice(*span)], text[span[1] :]))
    sides = [side for side in (before, behind) if len(side) >= len(within)]
    if not sides:
        return None
    side = chance.choice(sides)
    start = chance.randrange(len(side) - len(within) + 1)
    rest = side[:start] + side[start + len(within) :]
    other = [*(rest if side is before else before), *within, *(rest if side is behind else behind)]
    return text, " ".join(before + behind), " ".join(other), label, (span[1] - span[0]) / len(text)


def _asked(rows: Rows, scorer: OnnxScorer) -> list[tuple[str, str]]:
    """Texts that the model rightly flags, with the label."""
    texts = [(place, text) for place, text in enumerate(rows.texts) if len(text.split()) >= WORDS_MIN]
    asked = []
    for (place, text), said in zip(texts, scorer.score([text for _, text in texts]), strict=True):
        for column, label in enumerate(plan.LABELS):
            if rows.targets[place, column] > 0 and said.scores.get(label, 0.0) >= scorer.thresholds.get(label, np.inf):
                asked.append((text, label))
    Random(plan.SEED).shuffle(asked)
    return asked[:TEXTS_MAX]

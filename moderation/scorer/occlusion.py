"""Finds the words of a text that carry a label: stretches that have the score alone, and that it misses left out.

Occlusion as in Zeiler and Fergus 2014 (arXiv 1311.2901), on words in place of pixels. Stretches alone are short, so
that scoring all of them costs little more than the text; only the few that score highest are left out in turn.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from moderation.scorer.protocol import Span

STRETCHES_MAX = 8
"""Stretches that a text is cut into; those of a long text have several words."""
CANDIDATES = 3
"""Stretches that are left out in turn: what a finding costs is about so many passes over its text, and one more."""
NEIGHBOUR_SHARE_MIN = 0.5
"""A stretch beside the one found belongs to it from this part of its own logit, above the median, on."""
SURE = 1e-6

Scores = Mapping[str, float]
Scoring = Callable[[Sequence[str]], Sequence[Scores]]
"""Texts to their scores by label, in order."""
Asked = tuple[str, tuple[str, ...]]
_Question = tuple[str, str]
"""A text and a label."""


def occluded(asked: Sequence[Asked], score: Scoring) -> list[Mapping[str, Span]]:
    """For each text and its labels, by label the words that carry it; none where the text is a single word.

    Two batched passes for all of it; the same question twice is asked once.
    """
    stretches = {text: each for text, _ in asked if len(each := _stretches(text)) > 1}
    questions = list(dict.fromkeys((text, label) for text, labels in asked for label in labels if text in stretches))
    alone = _alone(questions, stretches, score)
    best = _missed_most(questions, stretches, alone, score)
    found = {question: _run(stretches[question[0]], alone[question], best[question]) for question in questions}
    return [
        MappingProxyType({label: found[text, label] for label in labels if (text, label) in found})
        for text, labels in asked
    ]


def _alone(
    questions: Sequence[_Question], stretches: Mapping[str, Sequence[Span]], score: Scoring
) -> dict[_Question, NDArray[np.float64]]:
    """For each question, the logit of each stretch alone, above their median."""
    said = iter(score([text[start:end] for text, each in stretches.items() for start, end in each]))
    of_text = {text: [next(said) for _ in each] for text, each in stretches.items()}
    logits = {(text, label): np.array([_logit(one, label) for one in of_text[text]]) for text, label in questions}
    return {question: values - np.median(values) for question, values in logits.items()}


def _missed_most(
    questions: Sequence[_Question],
    stretches: Mapping[str, Sequence[Span]],
    alone: Mapping[_Question, NDArray[np.float64]],
    score: Scoring,
) -> dict[_Question, int]:
    """For each question, which of the stretches that score highest alone the text misses most."""
    candidates = {question: np.argsort(-alone[question])[:CANDIDATES].tolist() for question in questions}
    left = {
        (text, place): _without(text, stretches[text][place])
        for (text, _), each in candidates.items()
        for place in each
    }
    said = dict(zip(left, score(list(left.values())), strict=True))
    return {
        (text, label): min(each, key=lambda place: said[text, place].get(label, 0.0))
        for (text, label), each in candidates.items()
    }


def _without(text: str, span: Span) -> str:
    return text[: span[0]] + text[span[1] :]


def _run(stretches: Sequence[Span], alone: NDArray[np.float64], best: int) -> Span:
    """The stretch with its neighbours that carry enough."""
    enough = NEIGHBOUR_SHARE_MIN * alone[best]
    joins = alone >= enough if alone[best] > 0 else np.arange(len(alone)) == best
    first = last = best
    while first > 0 and joins[first - 1]:
        first -= 1
    while last + 1 < len(alone) and joins[last + 1]:
        last += 1
    return stretches[first][0], stretches[last][1]


def _logit(scores: Scores, label: str) -> float:
    share = min(max(scores.get(label, 0.0), SURE), 1 - SURE)
    return float(np.log(share / (1 - share)))


def _stretches(text: str) -> list[Span]:
    """At most `STRETCHES_MAX` stretches of whole words that together are the text."""
    words = list(_words(text))
    each = max(1, -(-len(words) // STRETCHES_MAX))
    groups = [words[first : first + each] for first in range(0, len(words), each)]
    return [(group[0][0], group[-1][1]) for group in groups]


def _words(text: str) -> Iterator[Span]:
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        yield start, at

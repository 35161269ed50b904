"""What simpler models reach, trained on the same rows: words (TF-IDF), a lexicon, and the original encoder's embedding.

Each is fitted on the training rows of the very sets that a label is measured on, which is where it is best.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.train import plan
from moderation.train.data import Rows
from moderation.train.figures.labels import auc, precision_auc
from moderation.train.points import SOURCES, natural_weights, places

LEXICON_WORDS = 300
WORDS_SEEN_MIN = 3
SMOOTHING = 1.0

Matrix = Any
"""A sparse or dense matrix, [texts, features]."""


def baselines(trained: Rows, held: Rows, embed: Callable[[Sequence[str]], NDArray[np.float32]]) -> dict[str, Any]:
    """By label and baseline: ROC-AUC and PR-AUC; `embed` gives the original encoder's embedding of texts."""
    found: dict[str, dict[str, dict[str, float]]] = {label: {} for label in plan.LABELS}
    for sets in dict.fromkeys(SOURCES.values()):
        alike = [label for label in plan.LABELS if SOURCES[label] == sets]
        there, here = places(trained, sets), places(held, sets)
        part, rest = trained.pick(there.tolist()), held.pick(here.tolist())
        words, others = _words(part.texts, rest.texts)
        meaning = embed(part.texts), embed(rest.texts)
        for label in alike:
            column = plan.LABELS.index(label)
            found[label] = {
                "lexicon": _figures(_lexicon(words, others, part, column), rest, column),
                "words": _figures(_regression(words, others, part, column), rest, column),
                "frozen": _figures(_regression(*meaning, part, column), rest, column),
            }
    return found


def _figures(score: NDArray[np.float32], rows: Rows, column: int) -> dict[str, float]:
    return {"auc": auc(score, rows, column), "precision_auc": precision_auc(score, rows, column)}


def _words(texts: Sequence[str], others: Sequence[str]) -> tuple[Matrix, Matrix]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=WORDS_SEEN_MIN, sublinear_tf=True, strip_accents="unicode")
    return vectors.fit_transform(texts), vectors.transform(others)


def _regression(features: Matrix, others: Matrix, rows: Rows, column: int) -> NDArray[np.float32]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=4.0, solver="liblinear")
    model.fit(features, rows.targets[:, column], sample_weight=natural_weights(rows))
    return np.asarray(model.decision_function(others), np.float32)


def _lexicon(features: Matrix, others: Matrix, rows: Rows, column: int) -> NDArray[np.float32]:
    """The heaviest of the words that tell most for the label by their log-odds; a text without one has 0."""
    present = (features > 0).astype(np.float32)
    positive = rows.targets[:, column] > 0
    with_label = np.asarray(present[positive].sum(0)).ravel() + SMOOTHING
    without = np.asarray(present[~positive].sum(0)).ravel() + SMOOTHING
    odds = np.log(with_label / positive.sum()) - np.log(without / (~positive).sum())
    listed = np.argsort(-odds * np.sqrt(with_label))[:LEXICON_WORDS]
    shown = (others[:, listed] > 0).multiply(np.maximum(odds[listed], 0))
    return np.asarray(shown.max(1).todense(), np.float32).ravel()

"""Turns logits into probabilities and finds each label's threshold at a stated operating point."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.train import plan
from moderation.train.data import Rows

PRECISION_MIN = 0.9
PRECISIONS = {
    **dict.fromkeys(plan.LABELS, PRECISION_MIN),
    "severe_toxicity": 0.6,
    "identity_hate": 0.6,
    "threat": 0.3,
}
"""Label -> precision asked for: lower where positives are few, lowest for threats, which must not be missed."""
HARMLESS_FLAGGED_MAX = 0.005
"""Share of the harmless texts that one label may flag."""
HARMLESS = ("uci_review_sentences", "banking77", "clinc150")
SOURCES = {
    **dict.fromkeys(plan.ABUSE, (plan.JIGSAW,)),
    "spam": ("sms_spam", "youtube_spam"),
    "adverse_event": ("psytar_adr",),
}
"""Label -> sets on which it is calibrated and measured."""
OPERATING_POINT = (
    f"the lowest score with a precision of at least {PRECISION_MIN:.0%} on the label's sets ("
    + ", ".join(f"{label} {wanted:.0%}" for label, wanted in PRECISIONS.items() if wanted < PRECISION_MIN)
    + f": few positives) at which the label flags at most {HARMLESS_FLAGGED_MAX:.1%} of harmless reviews and of "
    "harmless customer queries"
)


@dataclass(frozen=True)
class Points:
    """By label: slope and offset of the logit, and the threshold on the probability."""

    calibration: Mapping[str, tuple[float, float]]
    thresholds: Mapping[str, float]

    def probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated scores, [texts, labels]."""
        slopes, offsets = np.array([self.calibration[label] for label in plan.LABELS], np.float32).T
        return np.asarray(1 / (1 + np.exp(-(logits * slopes + offsets))), np.float32)


def natural_weights(rows: Rows) -> NDArray[np.float64]:
    """What each row counts for figures at the natural rate."""
    clean = rows.targets[:, 0] == 0
    return np.array(
        [plan.JIGSAW_CLEAN_WEIGHT if name == plan.JIGSAW and clean[i] else 1.0 for i, name in enumerate(rows.sets)]
    )


def places(rows: Rows, sets: tuple[str, ...]) -> NDArray[np.intp]:
    """The rows of these sets."""
    return np.flatnonzero([name in sets for name in rows.sets])


def fit_points(logits: NDArray[np.float32], rows: Rows) -> Points:
    """Calibration and thresholds from these held-out rows."""
    calibration = {label: _platt(logits[:, j], rows, label, j) for j, label in enumerate(plan.LABELS)}
    scores = Points(calibration, {}).probabilities(logits)
    return Points(calibration, {label: _threshold(scores[:, j], rows, label) for j, label in enumerate(plan.LABELS)})


def _platt(logit: NDArray[np.float32], rows: Rows, label: str, column: int) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    at = places(rows, SOURCES[label])
    model = LogisticRegression(C=1e3)
    model.fit(logit[at, None], rows.targets[at, column], sample_weight=natural_weights(rows)[at])
    return round(float(model.coef_[0, 0]), 5), round(float(model.intercept_[0]), 5)


def _threshold(score: NDArray[np.float32], rows: Rows, label: str) -> float:
    column, at = plan.LABELS.index(label), places(rows, SOURCES[label])
    targets, weights = rows.targets[at, column], natural_weights(rows)[at]
    order = np.argsort(-score[at])
    right = np.cumsum((targets * weights)[order])
    precise = np.flatnonzero(right / np.cumsum(weights[order]) >= PRECISIONS[label])
    lowest = float(score[at][order][precise[-1]]) if len(precise) else 1.0
    quiet = [float(np.quantile(score[places(rows, (name,))], 1 - HARMLESS_FLAGGED_MAX)) for name in HARMLESS]
    return round(float(np.clip(max(lowest, *quiet), 0.05, 0.99)), 4)

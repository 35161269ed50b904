"""Turns logits into probabilities and finds each label's threshold at a stated operating point."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

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
    "self_harm": 0.8,
    "testimonial": 0.8,
    "complaint": 0.8,
}
"""Label -> precision asked for: lower where positives are few, or where missing one is worst."""
SOURCES = {
    **dict.fromkeys(plan.ABUSE, (plan.JIGSAW,)),
    "spam": ("sms_spam", "youtube_spam"),
    "adverse_event": ("psytar_adr",),
    **{label: (f"own_{label}", "own_mixed") for label in plan.OWN},
}
"""Label -> sets on which it is calibrated and measured; of the own ones, those that were written with it in mind."""
HARMLESS = MappingProxyType({"uci_review_sentences": 0.003, "banking77": 0.0004, "clinc150": 0.001})
"""Set of harmless texts -> share of them that one label may flag."""
HARMLESS_MARGIN = 0.03
"""How far above the scores of these texts a threshold stays, for those that were not held out."""
NOT_HARMLESS = MappingProxyType(
    {
        "uci_review_sentences": ("testimonial", "complaint"),
        "banking77": ("complaint", "instruction_or_funds"),
        "clinc150": ("complaint", "instruction_or_funds"),
    }
)
"""Set of harmless texts -> labels that rightly stand on some of them: a review praises or complains."""
OPERATING_POINT = (
    f"the lowest score with a precision of at least {PRECISION_MIN:.0%} on the label's sets ("
    + ", ".join(f"{label} {wanted:.0%}" for label, wanted in PRECISIONS.items() if wanted < PRECISION_MIN)
    + ") at which the label flags at most "
    + ", ".join(f"{most:.2%} of {name}" for name, most in HARMLESS.items())
    + f", where it has no place, and {HARMLESS_MARGIN} above that"
)
THRESHOLD_MIN, THRESHOLD_MAX, STEP = 0.05, 0.9999, 0.0001


@dataclass(frozen=True)
class Points:
    """By label: slope and offset of the logit, and the threshold on the probability."""

    calibration: Mapping[str, tuple[float, float]]
    thresholds: Mapping[str, float]

    def probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated scores, [texts, labels]."""
        slopes, offsets = np.array([self.calibration[label] for label in plan.LABELS], np.float32).T
        return np.asarray(1 / (1 + np.exp(-(logits * slopes + offsets))), np.float32)

    def flagged(self, logits: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which labels each text would be flagged with, [texts, labels]."""
        limits = np.array([self.thresholds.get(label, np.inf) for label in plan.LABELS])
        return np.asarray(self.probabilities(logits) >= limits, bool)


def natural_weights(rows: Rows) -> NDArray[np.float64]:
    """What each row counts for figures at the natural rate."""
    clean = rows.targets[:, 0] == 0
    return np.array(
        [plan.JIGSAW_CLEAN_WEIGHT if name == plan.JIGSAW and clean[i] else 1.0 for i, name in enumerate(rows.sets)]
    )


def places(rows: Rows, sets: tuple[str, ...]) -> NDArray[np.intp]:
    """The rows of these sets."""
    return np.flatnonzero([name in sets for name in rows.sets])


def misplaced(name: str) -> NDArray[np.bool_]:
    """Which labels have no place on this set of harmless texts."""
    return np.array([label not in NOT_HARMLESS[name] for label in plan.LABELS])


def fit_points(logits: NDArray[np.float32], rows: Rows) -> Points:
    """Calibration and thresholds from these held-out rows."""
    calibration = {label: _platt(logits[:, j], rows, label, j) for j, label in enumerate(plan.LABELS)}
    scores = Points(calibration, {}).probabilities(logits)
    thresholds = {label: _threshold(scores[:, j], rows, label) for j, label in enumerate(plan.LABELS)}
    return Points(calibration, {label: threshold for label, threshold in thresholds.items() if threshold is not None})


def _platt(logit: NDArray[np.float32], rows: Rows, label: str, column: int) -> tuple[float, float]:
    """Slope and offset by logistic regression (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    at = places(rows, SOURCES[label])
    model = LogisticRegression(C=1e3)
    model.fit(logit[at, None], rows.targets[at, column], sample_weight=natural_weights(rows)[at])
    return round(float(model.coef_[0, 0]), 5), round(float(model.intercept_[0]), 5)


def _threshold(score: NDArray[np.float32], rows: Rows, label: str) -> float | None:
    """None where the precision is never reached."""
    column, at = plan.LABELS.index(label), places(rows, SOURCES[label])
    targets, weights = rows.targets[at, column], natural_weights(rows)[at]
    order = np.argsort(-score[at])
    right = np.cumsum((targets * weights)[order])
    precise = np.flatnonzero(right / np.cumsum(weights[order]) >= PRECISIONS[label])
    if not len(precise):
        return None
    lowest = float(score[at][order][precise[-1]])
    quiet = [
        _above_all_but(score[places(rows, (name,))], most) for name, most in HARMLESS.items() if misplaced(name)[column]
    ]
    return float(np.clip(max([np.floor(lowest / STEP) * STEP, *quiet]), THRESHOLD_MIN, THRESHOLD_MAX).round(4))


def _above_all_but(score: NDArray[np.float32], most: float) -> float:
    """The lowest threshold that no more than this share of the scores reaches; of few scores, none does."""
    return float((np.floor(np.sort(score)[-1 - int(most * len(score))] / STEP) + 1) * STEP) + HARMLESS_MARGIN

"""The figures of the card: discrimination, calibration and flagged shares on held-out rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.train import plan
from moderation.train.data import Rows
from moderation.train.points import HARMLESS, SOURCES, fit_points, natural_weights, places

RESAMPLES = 200
BINS = 10
OTHER_SETS = (
    ("hatexplain", "toxicity"),
    ("paradetox", "toxicity"),
    ("convabuse", "toxicity"),
    ("hatexplain", "identity_hate"),
    ("hatemoji_build", "identity_hate"),
    ("stormfront_gibert", "identity_hate"),
    ("implicit_hate_elsherief", "identity_hate"),
    ("davidson_hate_offensive", "obscene"),
    ("spamassassin", "spam"),
    ("phee", "adverse_event"),
)


def figures(logits: NDArray[np.float32], rows: Rows) -> dict[str, Any]:
    """All of them; what depends on thresholds is cross-fitted: set on one half, measured on the other."""
    scores, flagged = _cross_fitted(logits, rows)
    labels = {
        label: _label(logits[:, j], scores[:, j], flagged[:, j], rows, label) for j, label in enumerate(plan.LABELS)
    }
    return {
        "labels": labels,
        "jigsaw_auc_mean": float(np.mean([labels[label]["auc"] for label in plan.ABUSE])),
        "harmless": {name: _shares(flagged[places(rows, (name,))]) for name in (*HARMLESS, "goemotions")},
        "other": [_other(logits, rows, name, label) for name, label in OTHER_SETS],
    }


def auc(logit: NDArray[np.float32], rows: Rows, column: int, at: NDArray[np.intp] | None = None) -> float:
    """Area under the ROC curve at the natural rate, over the rows that annotate the label."""
    from sklearn.metrics import roc_auc_score

    known = np.flatnonzero(rows.weights[:, column] > 0) if at is None else at
    targets = rows.targets[known, column]
    if targets.min() == targets.max():
        return float("nan")
    return float(roc_auc_score(targets, logit[known], sample_weight=natural_weights(rows)[known]))


def _cross_fitted(logits: NDArray[np.float32], rows: Rows) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    scores, flagged = np.zeros_like(logits), np.zeros(logits.shape, bool)
    half = np.random.default_rng(plan.SEED).permutation(len(rows)) % 2
    for side in (0, 1):
        chosen, others = np.flatnonzero(half == side), np.flatnonzero(half != side)
        points = fit_points(logits[others], rows.pick(others.tolist()))
        scores[chosen] = points.probabilities(logits[chosen])
        flagged[chosen] = scores[chosen] >= np.array([points.thresholds[label] for label in plan.LABELS])
    return scores, flagged


def _label(
    logit: NDArray[np.float32], score: NDArray[np.float32], flagged: NDArray[np.bool_], rows: Rows, label: str
) -> dict[str, Any]:
    column, at = plan.LABELS.index(label), places(rows, SOURCES[label])
    targets, weights = rows.targets[at, column], natural_weights(rows)[at]
    hits = (weights * flagged[at] * targets).sum()
    chance = np.random.default_rng(plan.SEED)
    drawn = [auc(logit, rows, column, chance.choice(at, len(at))) for _ in range(RESAMPLES)]
    return {
        "sets": list(SOURCES[label]),
        "rows": len(at),
        "positives": int(targets.sum()),
        "auc": auc(logit, rows, column, at),
        "auc_95": [float(np.nanquantile(drawn, 0.025)), float(np.nanquantile(drawn, 0.975))],
        "precision": float(hits / max((weights * flagged[at]).sum(), 1e-9)),
        "recall": float(hits / (weights * targets).sum()),
        "calibration_error": _calibration_error(score[at], targets, weights),
    }


def _calibration_error(score: NDArray[np.float32], targets: NDArray[np.float32], weights: NDArray[np.float64]) -> float:
    """Expected calibration error over ten bins of equal width."""
    bins = np.minimum((score * BINS).astype(int), BINS - 1)
    gaps = [abs((weights * (score - targets))[bins == number].sum()) for number in range(BINS)]
    return float(sum(gaps) / weights.sum())


def _shares(flagged: NDArray[np.bool_]) -> dict[str, float]:
    return {"rows": len(flagged), "flagged": float(flagged.any(1).mean())}


def _other(logits: NDArray[np.float32], rows: Rows, name: str, label: str) -> dict[str, Any]:
    column = plan.LABELS.index(label)
    at = places(rows, (name,))
    at = at[rows.weights[at, column] > 0]
    return {"set": name, "label": label, "rows": len(at), "auc": auc(logits[:, column], rows, column, at)}

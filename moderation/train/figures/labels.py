"""Discrimination, calibration and flagged shares, label by label."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.train import plan
from moderation.train.data import Rows
from moderation.train.points import HARMLESS, SOURCES, fit_points, misplaced, natural_weights, places

RESAMPLES, RESAMPLES_OF_FLAGS = 200, 2000
BINS = 10
BOTH = 2
OTHER_SETS = (
    ("hatexplain", "toxicity"),
    ("paradetox", "toxicity"),
    ("convabuse", "toxicity"),
    ("own_abuse", "toxicity"),
    ("hatexplain", "identity_hate"),
    ("hatemoji_build", "identity_hate"),
    ("stormfront_gibert", "identity_hate"),
    ("implicit_hate_elsherief", "identity_hate"),
    ("own_abuse", "identity_hate"),
    ("own_abuse", "threat"),
    ("davidson_hate_offensive", "obscene"),
    ("spamassassin", "spam"),
    ("phee", "adverse_event"),
    ("own_adverse_event", "adverse_event"),
    *(("own_mixed", label) for label in ("toxicity", "spam", "adverse_event", *plan.OWN)),
)

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


def labels(logits: Floats, rows: Rows) -> dict[str, Any]:
    """All of them; what depends on thresholds is cross-fitted: set on one half, measured on the other."""
    scores, flagged = cross_fitted(logits, rows)
    found = {
        label: _label(logits[:, j], scores[:, j], flagged[:, j], rows, label) for j, label in enumerate(plan.LABELS)
    }
    return {
        "labels": found,
        "jigsaw_auc_mean": float(np.mean([found[label]["auc"] for label in plan.ABUSE])),
        "harmless": {name: _harmless(flagged[places(rows, (name,))], name) for name in HARMLESS},
        "other": [_other(logits, rows, name, label) for name, label in OTHER_SETS],
    }


def cross_fitted(logits: Floats, rows: Rows) -> tuple[Floats, Flags]:
    """Calibrated scores and flags of each row, by points that were fitted without it."""
    scores, flagged = np.zeros_like(logits), np.zeros(logits.shape, bool)
    half = np.random.default_rng(plan.SEED).permutation(len(rows)) % 2
    for side in (0, 1):
        chosen, others = np.flatnonzero(half == side), np.flatnonzero(half != side)
        points = fit_points(logits[others], rows.pick(others.tolist()))
        scores[chosen] = points.probabilities(logits[chosen])
        flagged[chosen] = points.flagged(logits[chosen])
    return scores, flagged


def auc(logit: Floats, rows: Rows, column: int, at: Places | None = None) -> float:
    """Area under the ROC curve at the natural rate, over the rows that annotate the label."""
    from sklearn.metrics import roc_auc_score

    return _area(roc_auc_score, logit, rows, column, at)


def precision_auc(logit: Floats, rows: Rows, column: int, at: Places | None = None) -> float:
    """Area under the curve of precision and recall (average precision) at the natural rate."""
    from sklearn.metrics import average_precision_score

    return _area(average_precision_score, logit, rows, column, at)


def interval(measured: Callable[[Places], float], at: Places, resamples: int = RESAMPLES) -> list[float]:
    """95 % of what is measured on rows drawn again from these, with replacement."""
    chance = np.random.default_rng(plan.SEED)
    drawn = [measured(chance.choice(at, len(at))) for _ in range(resamples)]
    return [float(np.nanquantile(drawn, 0.025)), float(np.nanquantile(drawn, 0.975))]


def precision_and_recall(flagged: Flags, targets: Floats, weights: NDArray[np.float64]) -> tuple[float, float]:
    """Both, at these weights; not a number where nothing is flagged, or nothing is there to be found."""
    right = (weights * flagged * targets).sum()
    told, there = (weights * flagged).sum(), (weights * targets).sum()
    return float(right / told) if told else float("nan"), float(right / there) if there else float("nan")


def _area(measure: Callable[..., float], logit: Floats, rows: Rows, column: int, at: Places | None) -> float:
    known = np.flatnonzero(rows.weights[:, column] > 0) if at is None else at
    targets = rows.targets[known, column]
    if len(np.unique(targets)) < BOTH:
        return float("nan")
    return float(measure(targets, logit[known], sample_weight=natural_weights(rows)[known]))


def _label(logit: Floats, score: Floats, flagged: Flags, rows: Rows, label: str) -> dict[str, Any]:
    column, at = plan.LABELS.index(label), places(rows, SOURCES[label])
    targets, weights = rows.targets[:, column], natural_weights(rows)

    def of_flags(drawn: Places, which: int) -> float:
        return precision_and_recall(flagged[drawn], targets[drawn], weights[drawn])[which]

    precision, recall = precision_and_recall(flagged[at], targets[at], weights[at])
    return {
        "sets": list(SOURCES[label]),
        "rows": len(at),
        "positives": int(targets[at].sum()),
        "auc": auc(logit, rows, column, at),
        "auc_95": interval(lambda drawn: auc(logit, rows, column, drawn), at),
        "precision_auc": precision_auc(logit, rows, column, at),
        "precision_auc_95": interval(lambda drawn: precision_auc(logit, rows, column, drawn), at),
        "precision": precision,
        "precision_95": interval(lambda drawn: of_flags(drawn, 0), at, RESAMPLES_OF_FLAGS),
        "recall": recall,
        "recall_95": interval(lambda drawn: of_flags(drawn, 1), at, RESAMPLES_OF_FLAGS),
        **_calibration(score[at], targets[at], weights[at]),
    }


def _calibration(score: Floats, targets: Floats, weights: NDArray[np.float64]) -> dict[str, Any]:
    """Expected calibration error over ten bins of equal width, and the bins: mean score, share of positives, weight."""
    number = np.minimum((score * BINS).astype(int), BINS - 1)
    counts = [float(weights[number == each].sum()) for each in range(BINS)]
    means = [
        [float(np.average(values[number == each], weights=weights[number == each])) for values in (score, targets)]
        for each in range(BINS)
        if counts[each]
    ]
    filled = [count for count in counts if count]
    gaps = [abs(mean - share) * count for (mean, share), count in zip(means, filled, strict=True)]
    bins = [[mean, share, count] for (mean, share), count in zip(means, filled, strict=True)]
    return {"calibration_error": float(sum(gaps) / sum(counts)), "bins": bins}


def _harmless(flagged: Flags, name: str) -> dict[str, float]:
    wrong = flagged[:, misplaced(name)].any(1)
    return {"rows": len(flagged), "flagged": float(wrong.mean()), "by_any": float(flagged.any(1).mean())}


def _other(logits: Floats, rows: Rows, name: str, label: str) -> dict[str, Any]:
    column = plan.LABELS.index(label)
    at = places(rows, (name,))
    at = at[rows.weights[at, column] > 0]
    positives = int(rows.targets[at, column].sum())
    return {
        "set": name,
        "label": label,
        "rows": len(at),
        "positives": positives,
        "auc": auc(logits[:, column], rows, column, at),
    }

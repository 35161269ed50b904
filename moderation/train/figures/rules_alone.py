"""What the rules of the shipped policy find without a model, on the project's own held-out examples."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.judge import judge
from moderation.policy import load_policy
from moderation.scorer.unscored import UnscoredScorer
from moderation.surroundings import Surroundings
from moderation.train import plan
from moderation.train.data import Rows
from moderation.train.figures.labels import RESAMPLES_OF_FLAGS, interval, precision_and_recall
from moderation.train.points import SOURCES, places
from records.digests import post_id_of
from records.posts import Collector, Post, revision_of

SOURCE = "card"


def rules_alone(rows: Rows) -> dict[str, dict[str, Any]]:
    """By label of the own examples: precision and recall of the rules, with intervals."""
    part = rows.pick(places(rows, plan.OWN_SETS).tolist())
    flagged = _flagged(part.texts)
    columns = {label: plan.LABELS.index(label) for label in plan.OWN}
    return {label: _figures(flagged[:, j], part, j, places(part, SOURCES[label])) for label, j in columns.items()}


def _figures(flagged: NDArray[np.bool_], rows: Rows, column: int, at: NDArray[np.intp]) -> dict[str, Any]:
    targets, weights = rows.targets[:, column], np.ones(len(rows))
    precision, recall = precision_and_recall(flagged[at], targets[at], weights[at])

    def drawn(which: int) -> list[float]:
        return interval(
            lambda some: precision_and_recall(flagged[some], targets[some], weights[some])[which],
            at,
            RESAMPLES_OF_FLAGS,
        )

    return {"precision": precision, "precision_95": drawn(0), "recall": recall, "recall_95": drawn(1)}


def _flagged(texts: Sequence[str]) -> NDArray[np.bool_]:
    now = datetime.now(UTC)
    posts = [_post(number, text, now) for number, text in enumerate(texts)]
    flagged = np.zeros((len(texts), len(plan.LABELS)), bool)
    verdicts = judge(posts, load_policy(), UnscoredScorer("only the rules are asked"), Surroundings(), now)
    for place, verdict in enumerate(verdicts):
        for label in {finding.label for finding in verdict.findings} & set(plan.LABELS):
            flagged[place, plan.LABELS.index(label)] = True
    return flagged


def _post(number: int, text: str, now: datetime) -> Post:
    return Post(
        kind="seen",
        post_id=post_id_of(SOURCE, str(number)),
        source=SOURCE,
        native_id=str(number),
        text=text,
        revision_id=revision_of(text, ()),
        seen_at=now,
        collector=Collector(source=SOURCE, version="1", config_digest="0" * 64),
    )

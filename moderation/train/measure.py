"""Measures the exported model on the held-out rows and writes its settings and its card."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.scorer.files import MODEL_FILE
from moderation.scorer.onnx import OnnxScorer
from moderation.scorer.session import Session
from moderation.scorer.spelling import SpelledOut
from moderation.scorer.windows import Windows, encodable, read_as
from moderation.train import card, data, fit, plan
from moderation.train.data import Rows
from moderation.train.export import FLOAT_FILE, write_graphs, write_settings
from moderation.train.figures.baselines import baselines
from moderation.train.figures.carrying import carrying
from moderation.train.figures.evasion import evasion
from moderation.train.figures.identity import identity
from moderation.train.figures.labels import auc, labels
from moderation.train.figures.nearness import nearness
from moderation.train.figures.reliability import reliability
from moderation.train.figures.rules_alone import rules_alone
from moderation.train.network import Network, base_tokenizer
from moderation.train.points import HARMLESS, OPERATING_POINT, SOURCES, Points, fit_points, places
from moderation.train.probes import IDENTITY_MENTIONS

FIGURES_FILE, ORIGINAL_FILE = "figures.json", "original.onnx"

Floats = NDArray[np.float32]


class Measured:
    """A graph with the tokenizer in a folder: what it says of texts, read in windows as the scorer reads them."""

    def __init__(self, graph: Path, folder: Path) -> None:
        self._session, self._windows = Session(graph, 0), Windows(folder)

    def run(self, texts: Sequence[str], *, spelled: bool = True) -> tuple[Floats, Floats]:
        """Logits (the highest of a text's windows) and embeddings (of its first); as they stand unless `spelled`."""
        read = [read_as(text) if spelled else SpelledOut(encodable(text)) for text in texts]
        windows = self._windows.of(read)
        found, vectors = self._session.run([window.ids for window in windows])
        logits = np.full((len(texts), found.shape[1]), -np.inf, np.float32)
        embeddings = np.zeros((len(texts), vectors.shape[1]), np.float32)
        for place in range(len(windows) - 1, -1, -1):
            text = windows[place].text
            logits[text] = np.maximum(logits[text], found[place])
            embeddings[text] = vectors[place]
        logits[np.isinf(logits)] = found.min() if len(found) else 0.0  # no token to read
        return logits, embeddings

    def embed(self, texts: Sequence[str]) -> Floats:
        """The embeddings alone."""
        return self.run(texts)[1]


def measure(data_folder: Path, work: Path, model: Path) -> None:
    """Everything the card says, from the held-out rows only."""
    trained, whole = data.load(data_folder, base_tokenizer())
    rows = whole.pick(_measured(whole))
    ours = Measured(model / MODEL_FILE, model)
    logits, embeddings = ours.run(rows.texts)
    points = fit_points(logits, rows)
    by_label = labels(logits, rows)
    settings = _settings(_useful(points, by_label["labels"]), fit.load(work)[1], data_folder)
    write_settings(model, settings)
    write_graphs(Network().eval(), data_folder, work / "original.float.onnx", work / ORIGINAL_FILE)
    original = Measured(work / ORIGINAL_FILE, model)
    found = {
        **by_label,
        "baselines": baselines(trained, rows, original.embed),
        "int8": _against_float(Measured(work / FLOAT_FILE, model), rows, (logits, embeddings)),
        "original_cosine": float((embeddings * original.embed(rows.texts)).sum(1).mean()),
        "nearness": nearness(whole, ours.embed, original.embed),
        "identity": identity(logits, rows),
        "mentions": _mentions(ours, points),
        "evasion": evasion(rows, lambda texts: ours.run(texts, spelled=False)[0]),
        "rules_alone": rules_alone(rows),
        "carrying": carrying(rows.pick(places(rows, (plan.JIGSAW, *plan.OWN_SETS)).tolist()), OnnxScorer(model)),
        "held_out": len(whole),
        "trained": len(trained),
    }
    (work / FIGURES_FILE).write_text(json.dumps(found, indent=1), encoding="utf-8")
    (model / "reliability.svg").write_text(reliability(found["labels"]), encoding="utf-8")
    card.write(model, settings, found)


def _useful(points: Points, found: dict[str, Any]) -> Points:
    """The points without thresholds for own labels whose figures are too uncertain: rules alone find these."""
    poor = {
        label
        for label in plan.OWN
        if found[label]["precision_95"][0] < plan.PRECISION_LOW_MIN
        or found[label]["recall_95"][0] < plan.RECALL_LOW_MIN
    }
    kept = {label: threshold for label, threshold in points.thresholds.items() if label not in poor}
    return Points(points.calibration, kept)


def _settings(points: Points, progress: fit.Progress, data_folder: Path) -> dict[str, Any]:
    return {
        "calibration": {label: list(pair) for label, pair in points.calibration.items()},
        "thresholds": dict(points.thresholds),
        "operating_point": OPERATING_POINT,
        "languages": ["en"],
        "texts_seen": progress.texts,
        "steps": progress.steps,
        "minutes": round(progress.seconds / 60),
        "data_sha256": data.digest(data_folder),
        "examples_sha256": data.examples_digest(),
        "code_sha256": data.code_digest(),
    }


def _measured(rows: Rows) -> list[int]:
    """All held-out rows of the sets that thresholds are set on and of the own ones, and the first of each other set."""
    main = {*HARMLESS, *plan.OWN_SETS, *(name for sets in SOURCES.values() for name in sets)}
    seen: Counter[str] = Counter()
    chosen = []
    for place, name in enumerate(rows.sets):
        seen[name] += 1
        if name in main or seen[name] <= plan.SIDE_ROWS_MAX:
            chosen.append(place)
    return chosen


def _against_float(in_float: Measured, rows: Rows, int8: tuple[Floats, Floats]) -> dict[str, float]:
    at = np.random.default_rng(plan.SEED).permutation(places(rows, (plan.JIGSAW,)))[: plan.COMPARED_TEXTS]
    logits, embeddings = in_float.run([rows.texts[i] for i in at])
    part = rows.pick(at.tolist())
    lost = [auc(logits[:, j], part, j) - auc(int8[0][at, j], part, j) for j in range(len(plan.ABUSE))]
    cosines = (embeddings * int8[1][at]).sum(1)
    return {
        "auc_lost_mean": float(np.mean(lost)),
        "auc_lost_max": float(np.max(lost)),
        "cosine_mean": float(cosines.mean()),
        "cosine_first_percentile": float(np.quantile(cosines, 0.01)),
    }


def _mentions(ours: Measured, points: Points) -> dict[str, int]:
    """How many of the neutral sentences that mention a group are flagged by any abuse label."""
    flagged = points.flagged(ours.run(IDENTITY_MENTIONS)[0])[:, : len(plan.ABUSE)].any(1)
    return {"texts": len(IDENTITY_MENTIONS), "flagged": int(flagged.sum())}

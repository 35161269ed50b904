"""Measures the exported model on the held-out rows and writes its settings and its card."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.scorer.batches import by_length, pad
from moderation.scorer.files import MODEL_FILE
from moderation.scorer.onnx import open_session, open_tokenizer
from moderation.train import card, data, fit, plan
from moderation.train.data import Rows
from moderation.train.export import FLOAT_FILE, write_settings
from moderation.train.figures import figures
from moderation.train.network import base_encoder, base_tokenizer, mean_of
from moderation.train.points import HARMLESS, OPERATING_POINT, SOURCES, Points, fit_points, places
from moderation.train.probes import IDENTITY_MENTIONS

THREADS = 2
LOGITS_FILE = "held_out.npz"

Outputs = tuple[NDArray[np.float32], NDArray[np.float32]]


def measure(data_folder: Path, work: Path, model: Path) -> None:
    """Everything the card says, from the held-out rows only."""
    _, whole = data.load(data_folder, base_tokenizer())
    rows = whole.pick(_measured(whole))
    progress = fit.progress(work)
    started = time.monotonic()
    logits, embeddings = run(model / MODEL_FILE, model, rows.texts)
    np.savez(work / LOGITS_FILE, logits=logits)
    speed = len(rows) / (time.monotonic() - started)
    points = fit_points(logits, rows)
    found = {
        **figures(logits, rows),
        "int8": _against_float(work, model, rows, (logits, embeddings)),
        "original_cosine": _against_original(rows, embeddings),
        "mentions": _mentions(model, points),
        "texts_per_second": round(speed),
    }
    settings: dict[str, Any] = {
        "calibration": {label: list(pair) for label, pair in points.calibration.items()},
        "thresholds": dict(points.thresholds),
        "operating_point": OPERATING_POINT,
        "languages": ["en"],
        "texts_seen": progress.texts,
        "data_sha256": data.digest(data_folder),
    }
    write_settings(model, settings)
    (work / "figures.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    card.write(model, settings, found, progress, len(whole))


def _measured(rows: Rows) -> list[int]:
    """All held-out rows of the sets that thresholds are set on, and the first of each other set."""
    main = {*HARMLESS, *(name for sets in SOURCES.values() for name in sets)}
    seen: Counter[str] = Counter()
    chosen = []
    for place, name in enumerate(rows.sets):
        seen[name] += 1
        if name in main or seen[name] <= plan.SIDE_ROWS_MAX:
            chosen.append(place)
    return chosen


def run(graph: Path, folder: Path, texts: Sequence[str]) -> Outputs:
    """Logits and embeddings of a graph, for each text."""
    tokenizer, session = open_tokenizer(folder), open_session(graph, THREADS)
    tokens = [one.ids for one in tokenizer.encode_batch_fast(list(texts))]
    logits = np.zeros((len(tokens), len(plan.LABELS)), np.float32)
    embeddings = np.zeros((len(tokens), 384), np.float32)
    for batch in by_length(tokens):
        ids, mask = pad([tokens[i] for i in batch])
        logits[batch], embeddings[batch] = session.run(
            ("scores", "embedding"), {"input_ids": ids, "attention_mask": mask}
        )
    return logits, embeddings


def _against_float(work: Path, model: Path, rows: Rows, int8: Outputs) -> dict[str, float]:
    from moderation.train.figures import auc

    at = places(rows, (plan.JIGSAW,))[: plan.COMPARED_TEXTS]
    logits, embeddings = run(work / FLOAT_FILE, model, [rows.texts[i] for i in at])
    part = rows.pick(at.tolist())
    lost = [auc(logits[:, j], part, j) - auc(int8[0][at, j], part, j) for j in range(len(plan.ABUSE))]
    cosines = (embeddings * int8[1][at]).sum(1)
    return {
        "auc_lost_mean": float(np.mean(lost)),
        "auc_lost_max": float(np.max(lost)),
        "cosine_mean": float(cosines.mean()),
        "cosine_first_percentile": float(np.quantile(cosines, 0.01)),
    }


def _against_original(rows: Rows, embeddings: NDArray[np.float32]) -> float:
    """Mean cosine between the shipped embedding and the original encoder's in float."""
    import torch

    encoder, cosines = base_encoder(), []
    with torch.no_grad():
        for i in range(0, len(rows), len(rows) // plan.ORIGINAL_TEXTS):
            ids = torch.from_numpy(rows.tokens[i].astype(np.int64))[None]
            mean = mean_of(encoder(input_ids=ids).last_hidden_state, torch.ones_like(ids))[0].numpy()
            cosines.append(float(mean @ embeddings[i] / np.linalg.norm(mean)))
    return float(np.mean(cosines))


def _mentions(model: Path, points: Points) -> dict[str, Any]:
    """How many of the neutral sentences that mention a group are flagged by any abuse label."""
    scores = points.probabilities(run(model / MODEL_FILE, model, IDENTITY_MENTIONS)[0])
    limits = np.array([points.thresholds[label] for label in plan.ABUSE])
    flagged = (scores[:, : len(plan.ABUSE)] >= limits).any(1)
    return {"texts": len(IDENTITY_MENTIONS), "flagged": int(flagged.sum())}

"""Exports the network to int8 ONNX with its tokenizer files: what the product ships."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.scorer.files import MODEL_FILE, SETTINGS_FILE, TOKENIZER_FILES, file_digest
from moderation.scorer.windows import WINDOW_TOKENS_MAX
from moderation.train import data, fit, graph, int8, network, plan
from moderation.train.ranges import measure_ranges

FLOAT_FILE = "float.onnx"
LAYERS = 6
RANGE_TEXTS = 500
"""Texts on which the ranges of the int8 graph are measured."""


def export(data_folder: Path, work: Path, model: Path, *, frozen: bool) -> None:
    """Writes the int8 graph, tokenizer and settings into `model`, and the float graph into `work` to compare with."""
    net, texts = (network.Network(), 0) if frozen else _trained(work)
    model.mkdir(parents=True, exist_ok=True)
    write_graphs(net, data_folder, work / FLOAT_FILE, model / MODEL_FILE)
    _write_tokenizer(model)
    identity = {label: [1.0, 0.0] for label in plan.LABELS}
    half = dict.fromkeys(plan.LABELS, 0.5)
    write_settings(model, {"calibration": identity, "thresholds": half, "texts_seen": texts, "measured": None})
    print(f"exported {model / MODEL_FILE}: {(model / MODEL_FILE).stat().st_size / 1e6:.1f} MB")


def write_settings(model: Path, measured: dict[str, Any]) -> None:
    """Writes model.json: labels, calibration and thresholds, beside the digests of the files they belong to."""
    files = {name: file_digest(model / name) for name in (MODEL_FILE, *TOKENIZER_FILES)}
    settings = {"v": 1, "base": plan.BASE, "labels": list(plan.LABELS), **measured, "files": files}
    (model / SETTINGS_FILE).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def _write_tokenizer(model: Path) -> None:
    """Copies the tokenizer, without the padding and truncation that the original file asks for."""
    for name in TOKENIZER_FILES:
        settings = json.loads((network.base_folder() / name).read_text(encoding="utf-8"))
        settings.pop("padding", None)
        settings.pop("truncation", None)
        (model / name).write_text(json.dumps(settings, ensure_ascii=False) + "\n", encoding="utf-8")


def _trained(work: Path) -> tuple[network.Network, int]:
    net, progress = fit.load(work)
    return net, progress.texts


def _array(value: network.Tensor) -> NDArray[np.float32]:
    return np.asarray(value.detach().float().numpy(), dtype=np.float32)


def write_graphs(net: network.Network, data_folder: Path, float_file: Path, int8_file: Path) -> None:
    """The network as a graph in float, and in int8 with the ranges that sample texts show."""
    import onnx

    weights = {name: _array(value) for name, value in net.state_dict().items()}
    as_float = graph.Graph()
    model = graph.build(as_float, weights, LAYERS, len(plan.LABELS))
    onnx.save(model, float_file)
    texts = data.sample(data_folder, network.base_tokenizer(), RANGE_TEXTS, WINDOW_TOKENS_MAX)
    ranges = measure_ranges(model, as_float.sources, texts)
    onnx.save(graph.build(int8.Int8Graph(ranges), weights, LAYERS, len(plan.LABELS)), int8_file)

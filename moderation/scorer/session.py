"""Runs the graph on all cores, each micro-batch on a thread of its own, so that no operator waits for another core."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.scorer.batches import by_length, pad
from moderation.scorer.settings import ModelUnusable

OUTPUTS = ("scores", "embedding")

Array = NDArray[np.float32]


class Session:
    """The graph in this file; `threads` micro-batches at once, 0 takes one per core. Raises ModelUnusable."""

    def __init__(self, path: Path, threads: int) -> None:
        self._session = _open(path)
        self.shapes = {output.name: _last(output.shape) for output in self._session.get_outputs()}
        self._threads = threads or cores()
        self._pool = ThreadPoolExecutor(self._threads, "scorer") if self._threads > 1 else None

    def run(self, rows: Sequence[Sequence[int]]) -> tuple[Array, Array]:
        """Logits [rows, labels] and embeddings [rows, dimensions] of rows of token ids."""
        logits = np.zeros((len(rows), self.shapes["scores"]), np.float32)
        embeddings = np.zeros((len(rows), self.shapes["embedding"]), np.float32)
        batches = list(by_length(rows))[::-1]  # the long ones first, so that no thread is left with one at the end
        for batch, answer in zip(batches, self._each(rows, batches), strict=True):
            logits[batch], embeddings[batch] = answer
        return logits, embeddings

    def _each(self, rows: Sequence[Sequence[int]], batches: Sequence[Sequence[int]]) -> list[list[Array]]:
        def answer(batch: Sequence[int]) -> list[Array]:
            ids, mask = pad([rows[i] for i in batch])
            given: list[Array] = self._session.run(OUTPUTS, {"input_ids": ids, "attention_mask": mask})
            return given

        if self._pool is None or len(batches) == 1:
            return [answer(batch) for batch in batches]
        return list(self._pool.map(answer, batches))


def cores() -> int:
    """Cores that this process may use; where the system does not tell, those of the machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _last(shape: list[Any]) -> Any:  # noqa: ANN401  a number, a name, or nothing
    return shape[-1] if shape else None


def _open(path: Path) -> Any:  # noqa: ANN401  onnxruntime.InferenceSession, which ships no types
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as failures

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Beyond the basic level it would fuse what the graph keeps apart on purpose, into slower operators.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.enable_mem_pattern = False  # shapes differ from batch to batch
    options.log_severity_level = 3
    broken = (failures.Fail, failures.InvalidProtobuf, failures.InvalidGraph, failures.InvalidArgument)
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (*broken, failures.NoSuchFile, failures.NotImplemented, failures.RuntimeException) as failed:
        raise ModelUnusable(f"onnxruntime does not accept {path.name}: {failed}") from failed

"""Measures, on sample texts, the range of every input channel of every product of the float graph."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from moderation.train.graph import Model
from moderation.train.int8 import Range


def measure_ranges(model: Model, sources: Mapping[str, str], tokens: Sequence[NDArray[np.uint16]]) -> dict[str, Range]:
    """Ranges by name of the product; `sources` says which tensor it reads. One text a time, so without padding."""
    import onnx
    import onnxruntime

    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    tensors = sorted(set(sources.values()))
    shown.graph.output.extend(onnx.helper.make_empty_tensor_value_info(tensor) for tensor in tensors)
    session = onnxruntime.InferenceSession(shown.SerializeToString(), providers=["CPUExecutionProvider"])
    seen: dict[str, Range] = {}
    for row in tokens:
        ids = row.astype(np.int64)[None]
        values = session.run(tensors, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        for tensor, value in zip(tensors, values, strict=True):
            low, high = seen.get(tensor, (value[0][0], value[0][0]))
            seen[tensor] = np.minimum(low, value[0].min(0)), np.maximum(high, value[0].max(0))
    return {name: seen[tensor] for name, tensor in sources.items()}

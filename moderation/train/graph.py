"""Writes the network as an ONNX graph of fused operators, node by node, so that the shipped graph is no accident."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

OPSET = 17
HEADS = 12
EPSILON = 1e-12
MASKED = -1e4
FUSED = "com.microsoft"
INT8_MAX = 127

Model: TypeAlias = Any
"""onnx.ModelProto, which ships no types."""
Weights = Mapping[str, NDArray[np.float32]]


class Graph:
    """Collects nodes and constants; every method returns the name of what it made."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.sources: dict[str, str] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """A constant tensor."""
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def add(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: float | list[int]) -> str:
        """One node with one output."""
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def dense(self, name: str, source: str, weight: NDArray[np.float32]) -> str:
        """A product with PyTorch's [out, in] weight; the bias is left to the node that follows."""
        self.sources[name] = source
        return self.add("MatMul", [source, self.constant(f"{name}.weight", weight.T)], name)

    def attention(self, name: str, source: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """Self-attention under the mask; queries, keys and values are one product with [3 out, in]."""
        self.sources[name] = source
        inputs = [source, self.constant(f"{name}.weight", weight.T), self.constant(f"{name}.bias", bias), "mask_int"]
        return self.add("Attention", inputs, name, domain=FUSED, num_heads=HEADS)


def build(graph: Graph, weights: Weights, layers: int, labels: int) -> Model:
    """The whole model: `input_ids`, `attention_mask` in; `scores` (logits) and `embedding` out."""
    from onnx import TensorProto, helper

    graph.add("Cast", ["attention_mask"], "mask_int", to=TensorProto.INT32)
    graph.add("Cast", ["attention_mask"], "mask_flat", to=TensorProto.FLOAT)
    graph.add("Unsqueeze", ["mask_flat", graph.constant("last_axis", np.array([-1]))], "mask")
    hidden = _embeddings(graph, weights)
    for number in range(layers):
        hidden = _layer(graph, weights, number, hidden)
    _outputs(graph, weights, hidden)
    axes = ["batch", "tokens"]
    made = helper.make_graph(
        graph.nodes,
        "lifeguard",
        [helper.make_tensor_value_info(name, TensorProto.INT64, axes) for name in ("input_ids", "attention_mask")],
        [
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", labels]),
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", _width(weights)]),
        ],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=8)


def _width(weights: Weights) -> int:
    return int(weights["encoder.embeddings.word_embeddings.weight"].shape[1])


def _embeddings(graph: Graph, weights: Weights) -> str:
    from onnx import TensorProto

    table = weights["encoder.embeddings.word_embeddings.weight"]
    scale = np.abs(table).max(1, keepdims=True) / INT8_MAX
    graph.add("Gather", [graph.constant("words", np.rint(table / scale).astype(np.int8)), "input_ids"], "words_at")
    graph.add("Cast", ["words_at"], "words_float", to=TensorProto.FLOAT)
    graph.add("Gather", [graph.constant("words_scale", scale.astype(np.float32)), "input_ids"], "words_scale_at")
    graph.add("Mul", ["words_float", "words_scale_at"], "words_value")
    places = (
        weights["encoder.embeddings.position_embeddings.weight"]
        + weights["encoder.embeddings.token_type_embeddings.weight"][0]
    )
    graph.add("Shape", ["input_ids"], "tokens_count", start=1)
    ends = [graph.constant("zero", np.array([0])), "tokens_count"]
    graph.add("Slice", [graph.constant("places", places), *ends], "places_at")
    graph.add("Add", ["words_value", "places_at"], "embedded")
    norm = "encoder.embeddings.LayerNorm"
    scales = [graph.constant(f"{norm}.{part}", weights[f"{norm}.{part}"]) for part in ("weight", "bias")]
    return graph.add("LayerNormalization", ["embedded", *scales], "normed", axis=-1, epsilon=EPSILON)


def _layer(graph: Graph, weights: Weights, number: int, hidden: str) -> str:
    at = f"encoder.encoder.layer.{number}"
    parts = [f"{at}.attention.self.{part}" for part in ("query", "key", "value")]
    joined = np.concatenate([weights[f"{part}.weight"] for part in parts])
    bias = np.concatenate([weights[f"{part}.bias"] for part in parts])
    seen = graph.attention(f"{at}.attention", hidden, joined, bias)
    out = graph.dense(f"{at}.attended", seen, weights[f"{at}.attention.output.dense.weight"])
    hidden = _skip(graph, weights, f"{at}.attention.output", out, hidden)
    wide = graph.dense(f"{at}.wide", hidden, weights[f"{at}.intermediate.dense.weight"])
    wide_bias = graph.constant(f"{at}.wide.bias", weights[f"{at}.intermediate.dense.bias"])
    bent = graph.add("BiasGelu", [wide, wide_bias], f"{at}.bent", domain=FUSED)
    narrow = graph.dense(f"{at}.narrow", bent, weights[f"{at}.output.dense.weight"])
    return _skip(graph, weights, f"{at}.output", narrow, hidden)


def _skip(graph: Graph, weights: Weights, at: str, new: str, old: str) -> str:
    names = ("LayerNorm.weight", "LayerNorm.bias", "dense.bias")
    constants = [graph.constant(f"{at}.{name}", weights[f"{at}.{name}"]) for name in names]
    inputs = [new, old, *constants]
    return graph.add("SkipLayerNormalization", inputs, f"{at}.sum", domain=FUSED, epsilon=EPSILON)


def _outputs(graph: Graph, weights: Weights, hidden: str) -> None:
    axis = graph.constant("token_axis", np.array([1]))
    graph.add("Mul", [hidden, "mask"], "seen")
    graph.add("ReduceSum", ["seen", axis], "total", keepdims=0)
    graph.add("ReduceSum", ["mask", axis], "count", keepdims=0)
    graph.add("Div", ["total", "count"], "mean")
    graph.add("LpNormalization", ["mean"], "embedding", axis=-1, p=2)
    graph.add("Sub", [graph.constant("one", np.array(1.0, np.float32)), "mask"], "padded")
    graph.add("Mul", ["padded", graph.constant("masked", np.array(MASKED, np.float32))], "sunk")
    graph.add("Add", [hidden, "sunk"], "visible")
    graph.add("ReduceMax", ["visible"], "highest", axes=[1], keepdims=0)
    graph.add("Gather", [hidden, graph.constant("first", np.array(0))], "opening", axis=1)
    graph.add("Concat", ["mean", "opening", "highest"], "pooled", axis=-1)
    head = [
        graph.constant("head.weight.t", weights["head.weight"].T),
        graph.constant("head.bias", weights["head.bias"]),
    ]
    graph.add("Gemm", ["pooled", *head], "scores")

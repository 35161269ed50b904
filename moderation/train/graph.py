"""Writes the network as an ONNX graph, node by node, of the operators that onnxruntime runs fastest on a CPU.

Its fused attention and skip-and-normalise operators take 2.6 and 3.8 times as long as the plain ones written here.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

OPSET = 17
HEADS = 12
EPSILON = 1e-12
MASKED = -1e4
"""Added to what is padding, before a maximum or a softmax."""
FUSED = "com.microsoft"
INT8_MAX = 127

Model: TypeAlias = Any
"""onnx.ModelProto, which ships no types."""
Weights = Mapping[str, NDArray[np.float32]]
Product = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Weight [out, in] and bias [out]."""


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

    def dense(self, source: str, products: Mapping[str, Product]) -> list[str]:
        """By name, products of one source with PyTorch's [out, in] weight, plus bias."""
        return [self._dense(name, source, *product) for name, product in products.items()]

    def _dense(self, name: str, source: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        self.sources[name] = source
        self.add("MatMul", [source, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
        return self.add("Add", [f"{name}.product", self.constant(f"{name}.bias", bias)], name)


def build(graph: Graph, weights: Weights, layers: int, labels: int) -> Model:
    """The whole model: `input_ids`, `attention_mask` in; `scores` (logits) and `embedding` out."""
    from onnx import TensorProto, helper

    graph.add("Cast", ["attention_mask"], "mask_flat", to=TensorProto.FLOAT)
    graph.add("Unsqueeze", ["mask_flat", graph.constant("last_axis", np.array([-1]))], "mask")
    graph.add("Sub", [graph.constant("one", np.array(1.0, np.float32)), "mask_flat"], "padded")
    graph.add("Mul", ["padded", graph.constant("masked", np.array(MASKED, np.float32))], "sunk")
    graph.add("Unsqueeze", ["sunk", graph.constant("head_axes", np.array([1, 2]))], "sunk_keys")
    graph.add("Unsqueeze", ["sunk", "last_axis"], "sunk_tokens")
    graph.constant("into_heads", np.array([0, 0, HEADS, _width(weights) // HEADS]))
    graph.constant("out_of_heads", np.array([0, 0, _width(weights)]))
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
    return _normalised(graph, weights, "encoder.embeddings.LayerNorm", "embedded")


def _layer(graph: Graph, weights: Weights, number: int, hidden: str) -> str:
    at = f"encoder.encoder.layer.{number}"
    seen = _attention(graph, weights, f"{at}.attention.self", hidden)
    hidden = _skip(graph, weights, f"{at}.attention.output", seen, hidden)
    (wide,) = graph.dense(hidden, {f"{at}.wide": _product(weights, f"{at}.intermediate.dense")})
    bent = graph.add("Gelu", [wide], f"{at}.bent", domain=FUSED)
    return _skip(graph, weights, f"{at}.output", bent, hidden)


def _attention(graph: Graph, weights: Weights, at: str, hidden: str) -> str:
    """Self-attention under the mask; what queries are divided by is part of their weights."""
    query, key, value = (_product(weights, f"{at}.{part}") for part in ("query", "key", "value"))
    scale = np.float32((_width(weights) / HEADS) ** -0.5)
    products = {f"{at}.query": (query[0] * scale, query[1] * scale), f"{at}.key": key, f"{at}.value": value}
    places = ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])
    queries, keys, values = (
        graph.add(
            "Transpose", [graph.add("Reshape", [part, "into_heads"], f"{part}.split")], f"{part}.heads", perm=perm
        )
        for part, perm in zip(graph.dense(hidden, products), places, strict=True)
    )
    near = graph.add("Add", [graph.add("MatMul", [queries, keys], f"{at}.dots"), "sunk_keys"], f"{at}.near")
    shares = graph.add("Softmax", [near], f"{at}.shares", axis=-1)
    mixed = graph.add("MatMul", [shares, values], f"{at}.mixed")
    joined = graph.add("Transpose", [mixed], f"{at}.joined", perm=[0, 2, 1, 3])
    return graph.add("Reshape", [joined, "out_of_heads"], f"{at}.seen")


def _product(weights: Weights, at: str) -> Product:
    return weights[f"{at}.weight"], weights[f"{at}.bias"]


def _skip(graph: Graph, weights: Weights, at: str, source: str, old: str) -> str:
    """A product of the source, added to what was there before, normalised."""
    (new,) = graph.dense(source, {f"{at}.new": _product(weights, f"{at}.dense")})
    both = graph.add("Add", [new, old], f"{at}.both")
    return _normalised(graph, weights, f"{at}.LayerNorm", both)


def _normalised(graph: Graph, weights: Weights, at: str, source: str) -> str:
    constants = [graph.constant(f"{at}.{part}", weights[f"{at}.{part}"]) for part in ("weight", "bias")]
    return graph.add("LayerNormalization", [source, *constants], f"{at}.sum", axis=-1, epsilon=EPSILON)


def _outputs(graph: Graph, weights: Weights, hidden: str) -> None:
    axis = graph.constant("token_axis", np.array([1]))
    graph.add("Mul", [hidden, "mask"], "seen")
    graph.add("ReduceSum", ["seen", axis], "total", keepdims=0)
    graph.add("ReduceSum", ["mask", axis], "count", keepdims=0)
    graph.add("Div", ["total", "count"], "mean")
    graph.add("LpNormalization", ["mean"], "embedding", axis=-1, p=2)
    graph.add("Add", [hidden, "sunk_tokens"], "visible")
    graph.add("ReduceMax", ["visible"], "highest", axes=[1], keepdims=0)
    graph.add("Gather", [hidden, graph.constant("first", np.array(0))], "opening", axis=1)
    graph.add("Concat", ["mean", "opening", "highest"], "pooled", axis=-1)
    head = [
        graph.constant("head.weight.t", weights["head.weight"].T),
        graph.constant("head.bias", weights["head.bias"]),
    ]
    graph.add("Gemm", ["pooled", *head], "scores")

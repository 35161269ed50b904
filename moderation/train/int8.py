"""The same graph with products in int8, quantised with fixed ranges: a text's scores do not depend on its batch."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from moderation.train.graph import FUSED, HEADS, Graph

Range = tuple[NDArray[np.float32], NDArray[np.float32]]

WEIGHT_MAX = 63
"""Weights have seven bits: products of eight saturate on processors without VNNI, and scores would depend on them."""
UINT8_MAX = 255
SMOOTHING = 0.85
"""How much of an input channel's range moves into the weights (SmoothQuant, arXiv 2211.10438, alpha)."""
SMALLEST = 1e-5


class Int8Graph(Graph):
    """Products whose input is scaled per channel, then quantised by one fixed scale; weights per output column.

    `ranges` holds, by name of the product, the lowest and highest value of each input channel on sample texts.
    """

    def __init__(self, ranges: Mapping[str, Range]) -> None:
        super().__init__()
        self._ranges = ranges

    def dense(self, name: str, source: str, weight: NDArray[np.float32]) -> str:
        """As in float: a product without its bias."""
        values, table, scale, scales, zero = self._quantised(name, source, weight)
        return self.add("MatMulIntegerToFloat", [values, table, scale, scales, zero], name, domain=FUSED)

    def attention(self, name: str, source: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """As in float; the products between queries, keys and values stay in float."""
        values, table, scale, scales, zero = self._quantised(name, source, weight)
        inputs = [values, table, self.constant(f"{name}.bias", bias), scale, scales, "mask_int", zero]
        return self.add("QAttention", inputs, name, domain=FUSED, num_heads=HEADS)

    def _quantised(self, name: str, source: str, weight: NDArray[np.float32]) -> tuple[str, str, str, str, str]:
        """Names of: quantised input, [in, out] weight, the input's scale, the weight's scales, the zero point."""
        low, high = self._ranges[name]
        smooth = _smoothing(np.maximum(np.abs(low), np.abs(high)), np.abs(weight).max(0))
        lowest, highest = min(0.0, (low / smooth).min()), (high / smooth).max()
        scale = (highest - lowest) / UINT8_MAX
        moved = weight * smooth
        scales = (np.abs(moved).max(1) / WEIGHT_MAX).astype(np.float32)
        table = np.rint(moved / scales[:, None]).astype(np.int8).T
        even = self.add("Mul", [source, self.constant(f"{name}.smooth", 1 / smooth)], f"{name}.even")
        scale_name = self.constant(f"{name}.scale", np.array(scale, np.float32))
        zero = self.constant(f"{name}.zero", np.array(round(-lowest / scale), np.uint8))
        values = self.add("QuantizeLinear", [even, scale_name, zero], f"{name}.values")
        table_name, scales_name = self.constant(f"{name}.table", table), self.constant(f"{name}.scales", scales)
        return values, table_name, scale_name, scales_name, zero


def _smoothing(seen: NDArray[np.float32], heavy: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each input channel is divided by, from its range and its largest weight."""
    return (np.maximum(seen, SMALLEST) ** SMOOTHING / np.maximum(heavy, SMALLEST) ** (1 - SMOOTHING)).astype(np.float32)

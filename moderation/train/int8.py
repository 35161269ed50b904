"""The same graph with products in int8, quantised with fixed ranges: a text's scores do not depend on its batch."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from moderation.train.graph import FUSED, Graph, Product

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

    def dense(self, source: str, products: Mapping[str, Product]) -> list[str]:
        """As in float; the source is quantised once for all of its products."""
        first = next(iter(products))
        low, high = self._ranges[first]
        heavy = np.max([np.abs(weight).max(0) for weight, _ in products.values()], 0)
        smooth = _smoothing(np.maximum(np.abs(low), np.abs(high)), heavy)
        read = self._quantised(first, source, (low / smooth, high / smooth), smooth)
        return [self._product(name, read, weight * smooth, bias) for name, (weight, bias) in products.items()]

    def _quantised(self, name: str, source: str, seen: Range, smooth: NDArray[np.float32]) -> tuple[str, str, str]:
        """Names of: the quantised source, its scale, its zero point."""
        lowest, highest = min(0.0, float(seen[0].min())), float(seen[1].max())
        scale = (highest - lowest) / UINT8_MAX
        even = self.add("Mul", [source, self.constant(f"{name}.smooth", 1 / smooth)], f"{name}.even")
        scale_name = self.constant(f"{name}.scale", np.array(scale, np.float32))
        zero = self.constant(f"{name}.zero", np.array(round(-lowest / scale), np.uint8))
        return self.add("QuantizeLinear", [even, scale_name, zero], f"{name}.values"), scale_name, zero

    def _product(
        self, name: str, read: tuple[str, str, str], weight: NDArray[np.float32], bias: NDArray[np.float32]
    ) -> str:
        values, scale, zero = read
        scales = (np.abs(weight).max(1) / WEIGHT_MAX).astype(np.float32)
        table = np.rint(weight / scales[:, None]).astype(np.int8).T
        constants = [
            self.constant(f"{name}.{part}", value)
            for part, value in (("table", table), ("scales", scales), ("bias", bias))
        ]
        inputs = [values, constants[0], scale, constants[1], zero, "", constants[2]]
        return self.add("MatMulIntegerToFloat", inputs, name, domain=FUSED)


def _smoothing(seen: NDArray[np.float32], heavy: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each input channel is divided by, from its range and its largest weight."""
    return (np.maximum(seen, SMALLEST) ** SMOOTHING / np.maximum(heavy, SMALLEST) ** (1 - SMOOTHING)).astype(np.float32)

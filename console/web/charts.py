"""Numbers as small drawings: columns over time, and bars beside a number; purely, for templates to draw.

A chart shows one thing under its own title, so that nothing is told by colour; its numbers stand in a table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

STEP, WIDTH, HEIGHT = 10, 8, 40
"""In units of the drawing: from column to column, how wide each is, and how high the highest."""
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One column, its foot on the lower edge."""

    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Columns:
    """A drawing of so many columns, `width` wide and HEIGHT high."""

    width: int
    columns: tuple[Column, ...]


def columns(values: Sequence[int]) -> Columns:
    """The highest fills the drawing, the smallest that is not nothing is still seen."""
    most = max(values, default=0)
    heights = [part_of(value, most, HEIGHT) for value in values]
    drawn = tuple(Column(STEP * number + 1, HEIGHT - high, high) for number, high in enumerate(heights))
    return Columns(STEP * len(values), drawn)


def part_of(value: int, most: int, whole: int = WHOLE) -> int:
    """A value as a part of what the largest has; at least 1 unless it is nothing."""
    return max(1, round(whole * value / most)) if value > 0 and most > 0 else 0

"""Draws the reliability diagram: for each label, the share of positives among the texts of about the same score."""

from collections.abc import Iterator, Mapping
from typing import Any

from moderation.train import plan

SIDE, GAP, COLUMNS, HEAD = 120, 28, 5, 18
DOT_MAX = 7.0
CAPTION = (
    "Across: the score, 0 to 1. Up: the share of texts with the label. A dot is larger the more texts it stands for."
)


def reliability(found: Mapping[str, Mapping[str, Any]]) -> str:
    """An SVG: one small square a label; dots on the diagonal mean that scores are probabilities."""
    rows = -(-len(plan.LABELS) // COLUMNS)
    width, height = COLUMNS * (SIDE + GAP) + GAP, rows * (SIDE + GAP + HEAD) + GAP + HEAD
    caption = f'<text x="{GAP}" y="{height - HEAD}">{CAPTION}</text>'
    squares = "\n".join(
        line
        for number, label in enumerate(plan.LABELS)
        for line in _square(label, found[label]["bins"], *_corner(number))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="11">\n<title>Score against share of positives, by label</title>\n'
        f'<rect width="{width}" height="{height}" fill="white"/>\n{squares}\n{caption}\n</svg>\n'
    )


def _corner(number: int) -> tuple[int, int]:
    row, column = divmod(number, COLUMNS)
    return GAP + column * (SIDE + GAP), GAP + HEAD + row * (SIDE + GAP + HEAD)


def _square(label: str, bins: list[list[float]], left: int, top: int) -> Iterator[str]:
    yield f'<text x="{left}" y="{top - 6}">{label}</text>'
    yield f'<rect x="{left}" y="{top}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>'
    yield f'<path d="M{left} {top + SIDE}L{left + SIDE} {top}" stroke="#bbb" stroke-dasharray="3 3"/>'
    total = sum(count for _, _, count in bins)
    for score, share, count in bins:
        radius = max(2.0, DOT_MAX * (count / total) ** 0.5)
        yield (
            f'<circle cx="{left + SIDE * score:.1f}" cy="{top + SIDE * (1 - share):.1f}" r="{radius:.1f}" '
            f'fill="#0a5" fill-opacity="0.7"/>'
        )

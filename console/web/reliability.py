"""The reliability diagram beside a model's card, read as numbers: nothing of the file itself becomes markup.

Training writes it as `reliability.svg` (`moderation/train/figures/reliability.py`), one element a line. Of each label
it has a square, 0 to 1 both ways: across the score, up the share of texts that have the label.
"""

import re
from dataclasses import dataclass
from pathlib import Path

FILE = "reliability.svg"
CHARS_MAX, SQUARES_MAX, DOTS_MAX = 200_000, 100, 100
_NUMBER = r"([0-9]{1,4}(?:\.[0-9]{1,3})?)"
_TITLE = re.compile(r"<title>([^<>&]{1,200})</title>")
_SQUARE = re.compile(
    rf'<text x="{_NUMBER}" y="[0-9.]+">([a-z0-9_]{{1,64}})</text>\n'
    rf'<rect x="[0-9.]+" y="{_NUMBER}" width="([1-9][0-9]{{0,3}})" height="[0-9.]+"[^<>]*/>\n(?:<path [^<>]*/>\n)?'
    rf"((?:<circle [^<>]*/>\n)+)"
)
_DOT = re.compile(rf'<circle cx="{_NUMBER}" cy="{_NUMBER}" r="{_NUMBER}"')


@dataclass(frozen=True, slots=True)
class Dot:
    """Texts of about the same score, and the share of them that have the label; `size` is larger the more they are."""

    score: float
    share: float
    size: float


@dataclass(frozen=True, slots=True)
class Square:
    """The dots of one label; on the diagonal a score is the share."""

    label: str
    dots: tuple[Dot, ...]

    @property
    def told(self) -> str:
        """Every dot, for whoever does not see them."""
        return "; ".join(f"{dot.share:.2f} at {dot.score:.2f}" for dot in self.dots)


@dataclass(frozen=True, slots=True)
class Diagram:
    """All labels, under the title by which a card refers to it."""

    title: str
    squares: tuple[Square, ...]


def diagram_in(folder: Path) -> Diagram | None:
    """The one beside a card; None where there is none, or none of this form."""
    try:
        with (folder / FILE).open(encoding="utf-8", errors="replace") as file:
            return diagram_of(file.read(CHARS_MAX))
    except OSError:
        return None


def diagram_of(drawn: str) -> Diagram | None:
    """The numbers that it draws."""
    title = _TITLE.search(drawn)
    squares = tuple(_square(match) for match in _SQUARE.finditer(drawn))[:SQUARES_MAX]
    return Diagram(title[1], squares) if title and squares else None


def _square(found: re.Match[str]) -> Square:
    left, label, top, side = float(found[1]), found[2], float(found[3]), float(found[4])
    dots = [(float(dot[1]), float(dot[2]), float(dot[3])) for dot in _DOT.finditer(found[5])][:DOTS_MAX]
    return Square(
        label,
        tuple(Dot(_within((x - left) / side), _within(1 - (y - top) / side), size / side) for x, y, size in dots),
    )


def _within(number: float) -> float:
    return round(min(1.0, max(0.0, number)), 3)

"""Labels in a row that never lie over one another: numbers of moments that stand too close share one."""

from collections.abc import Iterable
from dataclasses import dataclass

CHAR_WIDTH = 6.6
"""Of the widest digit in the size that labels are set in, with some room."""
APART = 4.0


@dataclass(frozen=True, slots=True)
class Label:
    """A text from `left` on."""

    left: float
    text: str

    @property
    def right(self) -> float:
        """Where it ends at the latest."""
        return self.left + width_of(self.text)


@dataclass(frozen=True, slots=True)
class _Group:
    """Moments that share a label: the place of the first, the lowest and the highest number, and how many they are."""

    x: float
    lowest: int
    highest: int
    count: int = 1

    def label(self, right: float) -> Label:
        between = ", " if self.count == 2 else " … "  # noqa: PLR2004  a pair is said in full
        text = str(self.lowest) if self.count == 1 else f"{self.lowest}{between}{self.highest}"
        return Label(min(self.x - CHAR_WIDTH / 2, right - width_of(text)), text)

    def joined(self, other: "_Group") -> "_Group":
        lowest, highest = min(self.lowest, other.lowest), max(self.highest, other.highest)
        return _Group(self.x, lowest, highest, self.count + other.count)


def width_of(text: str) -> float:
    """No label is wider than this."""
    return CHAR_WIDTH * len(text)


def numbered(places: Iterable[tuple[float, int]], right: float) -> list[Label]:
    """Labels for numbers at their places, in order of place; none reaches beyond `right`."""
    groups: list[_Group] = []
    for x, number in places:
        groups.append(_Group(x, number, number))
        while len(groups) > 1 and groups[-1].label(right).left < groups[-2].label(right).right + APART:
            last = groups.pop()
            groups[-1] = groups[-1].joined(last)
    return [group.label(right) for group in groups]


def fitting(wanted: Iterable[tuple[float, str]], left: float, right: float) -> list[Label]:
    """Labels centred on their places, the first ones first; one that would lie over another is left out."""
    kept: list[Label] = []
    for x, text in wanted:
        label = centred(x, text, left, right)
        if all(label.right + APART < other.left or other.right + APART < label.left for other in kept):
            kept.append(label)
    return kept


def centred(x: float, text: str, left: float, right: float) -> Label:
    """A label about its place, moved as far as it must to stay between two edges."""
    return Label(max(left, min(x - width_of(text) / 2, right - width_of(text))), text)

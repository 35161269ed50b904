"""A text with the places of findings in it, cut where any of them begins or ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

AROUND_CHARS = 160
WHOLE_CHARS_MAX = 1_200
"""A text up to this length is shown whole; of a longer one only the places, with this much around them."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A piece of a text; `numbers` are the findings that stand on it, `ending` those of them that end with it.

    `left_out` says how many characters are not shown in the place of this piece, which then has no text.
    """

    text: str
    numbers: tuple[int, ...] = ()
    ending: tuple[int, ...] = ()
    left_out: int = 0


def marked(text: str, spans: Sequence[tuple[int, int, int]]) -> list[Marked]:
    """The text in pieces, by spans of (number, start, end); a span beyond the text is cut at its end."""
    inside = [(number, max(0, start), min(end, len(text))) for number, start, end in spans]
    inside = [span for span in inside if span[1] < span[2]]
    edges = sorted({0, len(text), *(at for _, start, end in inside for at in (start, end))})
    pieces = [_piece(text, start, end, inside) for start, end in pairwise(edges)]
    return pieces if len(text) <= WHOLE_CHARS_MAX else [part for piece in pieces for part in _shortened(piece)]


def _piece(text: str, start: int, end: int, spans: Sequence[tuple[int, int, int]]) -> Marked:
    here = [span for span in spans if span[1] <= start and end <= span[2]]
    ending = tuple(number for number, _, until in here if until == end)
    return Marked(text[start:end], tuple(number for number, _, _ in here), ending)


def _shortened(piece: Marked) -> Iterator[Marked]:
    """A piece on which no finding stands, without its middle."""
    left_out = len(piece.text) - 2 * AROUND_CHARS
    if piece.numbers or left_out <= AROUND_CHARS:
        yield piece
    else:
        yield Marked(piece.text[:AROUND_CHARS])
        yield Marked("", left_out=left_out)
        yield Marked(piece.text[-AROUND_CHARS:])

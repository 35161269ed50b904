"""Finds payment-card numbers: grouped as people write them, of a known issuer, with the right check digit."""

from collections.abc import Iterable, Iterator
from itertools import islice

from stdnum import luhn

from moderation.rules.context import Context
from moderation.rules.patterns import Pattern
from records.posts import Post
from records.verdicts import Finding

LABELS = ("personal_data",)
STRETCHES_MAX = 100
CANDIDATES_MAX = 500
DIGITS_MIN, DIGITS_MAX = 13, 19
_STRETCH = Pattern(r"\d(?:[ .\x{a0}-]?\d){12,60}")
# The beginnings that issuers use, with the lengths of their numbers.
_ISSUERS = (
    ("4", (13, 16, 19)),
    ("51 52 53 54 55", (16,)),
    ("22 23 24 25 26 27", (16,)),
    ("34 37", (15,)),
    ("36 38 39 300 301 302 303 304 305", (14, 16)),
    ("6011 644 645 646 647 648 649 65", (16, 19)),
    ("352 353 354 355 356 357 358", (16,)),
    ("62", (16, 17, 18, 19)),
    ("50 56 57 58 63 67", (13, 15, 16, 18, 19)),
)
_PART_OF_AN_ADDRESS = tuple("/=_#&%")
_UNEVEN_GROUPS = ((4, 6, 5), (4, 6, 4), (6, 13))


def payment_card(post: Post, context: Context) -> Iterable[Finding]:
    """Each number that a card could bear."""
    text, read = post.text or "", 0
    for groups in islice(_candidates(text), CANDIDATES_MAX):
        start, end = groups[0][0], groups[-1][1]
        if start >= read and _is_card(text, groups):
            read = end
            digits = sum(map(str.isdigit, text[start:end]))
            yield context.finding("personal_data", "payment_card", (start, end), f"payment card, {digits} digits")


def _candidates(text: str) -> Iterator[list[tuple[int, int]]]:
    """Neighbouring groups of digits that together have as many digits as a card."""
    for start, end in _STRETCH.spans(text, most=STRETCHES_MAX):
        if text[max(0, start - 1) : start] in _PART_OF_AN_ADDRESS:
            continue
        groups = _groups(text, start, end)
        for first in range(len(groups)):
            yield from (groups[first : last + 1] for last in _ends(groups, first))


def _groups(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans of the runs of digits between separators."""
    groups, begun = [], start
    for place in range(start, end + 1):
        if place == end or not text[place].isdigit():
            groups.append((begun, place))
            begun = place + 1
    return groups


def _ends(groups: list[tuple[int, int]], first: int) -> Iterator[int]:
    """The last groups with which a number that begins at `first` has as many digits as a card."""
    digits = 0
    for place, (start, end) in enumerate(groups[first : first + DIGITS_MAX], first):
        digits += end - start
        if DIGITS_MIN <= digits <= DIGITS_MAX:
            yield place


def _is_card(text: str, groups: list[tuple[int, int]]) -> bool:
    sizes = tuple(end - start for start, end in groups)
    even = len(set(sizes[:-1])) <= 1 and sizes[-1] <= sizes[0]
    number = "".join(text[start:end] for start, end in groups)
    return (even or sizes in _UNEVEN_GROUPS) and _issued(number) and luhn.is_valid(number)


def _issued(number: str) -> bool:
    return any(len(number) in lengths and number.startswith(tuple(starts.split())) for starts, lengths in _ISSUERS)

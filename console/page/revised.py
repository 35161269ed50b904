"""What changed from one text to the next, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

WORDS_COMPARED_MAX = 3_000
"""Comparing takes time with the square of the words: beyond this many, all that differs is one piece."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")  # three disjoint classes, one of which takes each character: linear

Kind = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of a text that stayed, went, or came."""

    kind: Kind
    text: str


def changes(before: str, after: str) -> list[Change]:
    """From the earlier text to the later: without what was added it is the one, without what was removed the other."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    middle = _compared(old[start : len(old) - end], new[start : len(new) - end])
    pieces = [("same", old[:start]), *middle, ("same", old[len(old) - end :])]
    return list(_joined(pieces))


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many words they begin with in common."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))


def _compared(old: Sequence[str], new: Sequence[str]) -> list[tuple[Kind, Sequence[str]]]:
    if len(old) + len(new) > WORDS_COMPARED_MAX:
        return [("removed", old), ("added", new)]
    found: list[tuple[Kind, Sequence[str]]] = []
    for kind, old_from, old_until, new_from, new_until in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            found.append(("same", old[old_from:old_until]))
        else:
            found += [("removed", old[old_from:old_until]), ("added", new[new_from:new_until])]
    return found


def _joined(pieces: Sequence[tuple[Kind, Sequence[str]]]) -> Iterator[Change]:
    """Neighbours of one kind as one, empty ones left out."""
    kind: Kind = "same"
    words: list[str] = []
    for other, more in pieces:
        if more and other != kind:
            if words:
                yield Change(kind, "".join(words))
            kind, words = other, []
        words.extend(more)
    if words:
        yield Change(kind, "".join(words))

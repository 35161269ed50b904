"""The few constructs of Markdown that a model's card uses, as blocks for a template; nothing in it becomes markup.

Headings, paragraphs, lists, tables, `code`, **strong**, *emphasis*; a picture is told by its words. Whatever else
stands there, also HTML, is text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Kind = Literal["heading", "paragraph", "list", "table"]
HEADINGS_MAX = 4
_HEADING = re.compile(r"(#{1,6}) +(.*)")
_ITEM = re.compile(r"[-*] +(.*)")
_RULE = re.compile(r"\|[ :|-]+\|")
_PIECES = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*\s][^*]*)\*|!\[(?P<picture>[^\]]*)\]\([^)]*\)"
)
_CHARS_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line: `kind` is empty for plain text, else `code`, `strong`, `em` or `picture`."""

    text: str
    kind: str = ""


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading of a level, a paragraph, the items of a list, or the rows of a table with its heads first."""

    kind: Kind
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()
    level: int = 0


def blocks(text: str) -> list[Block]:
    """The whole text, as far as it is read."""
    lines = text[:_CHARS_MAX].splitlines()
    found: list[Block] = []
    for blank, group in groupby(lines, key=lambda line: not line.strip()):
        if not blank:
            found += _blocks(list(group))
    return found


def pieces(text: str) -> Line:
    """One line with what stands out in it."""
    found, at = [], 0
    for match in _PIECES.finditer(text):
        found += [Piece(text[at : match.start()])] if match.start() > at else []
        found.append(Piece(match[match.lastgroup or 0], match.lastgroup or ""))
        at = match.end()
    return (*found, Piece(text[at:])) if at < len(text) else tuple(found)


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    """What stands between two empty lines."""
    if heading := _HEADING.fullmatch(lines[0].strip()):
        yield Block("heading", (pieces(heading[2]),), level=min(len(heading[1]), HEADINGS_MAX))
        if lines[1:]:
            yield from _blocks(lines[1:])
    elif len(lines) > 1 and _RULE.fullmatch(lines[1].strip()):
        rows = [line.strip().strip("|").split("|") for line in (lines[0], *lines[2:])]
        yield Block("table", rows=tuple(tuple(pieces(cell.strip()) for cell in row) for row in rows))
    elif _ITEM.fullmatch(lines[0].strip()):
        yield Block("list", tuple(map(pieces, _items(lines))))
    else:
        yield Block("paragraph", (pieces(" ".join(line.strip() for line in lines)),))


def _items(lines: Sequence[str]) -> list[str]:
    """The items of a list; a line without a mark goes on with the one before."""
    items: list[str] = []
    for line in lines:
        begun = _ITEM.fullmatch(line) if not line.startswith(" ") else None
        if begun:
            items.append(begun[1])
        elif items:
            items[-1] += f" {line.strip()}"
    return items

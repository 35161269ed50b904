"""A dossier as facts to print: every field of it, with its term, what explains it, and its value."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from console.dossier.content import Revision
from console.dossier.handling import Judgement
from console.dossier.part import Part, Term, terms
from console.page.marked import Marked, marked
from console.page.revised import Change, changes
from console.page.words import said
from console.words import size

LINE_CHARS_MAX = 120
"""A longer text gets a block of its own."""
SHORT_CHARS_MAX = 34
CELL_CHARS_MAX = 40
COLUMNS_MAX = 8
PARTS_MAX = 400
"""Of more parts of a kind only the first and the last are shown, and how many are not: JSON has all of them."""
_DIGEST = re.compile(r"[0-9a-f]{40,128}")
_TEXTS = ("text", "reply_text")

Form = Literal[
    "absent", "own", "instant", "digest", "text", "line", "list", "pairs", "part", "items", "table"
]  # fmt: skip
"""`own`: words and numbers of ours; `line` and `text`: what anybody may have written."""
_BOXES = ("part", "items", "table")
_LONG = ("text", "digest", "pairs")


@dataclass(frozen=True, slots=True)
class Fact:
    """One field as it is printed; `explained` is empty where the same term was explained just above."""

    name: str
    title: str
    explained: str
    form: Form
    value: Any
    extent: int
    """How much room it wants: 0 a part of a line, 1 the width of the page, 2 a box of its own below the others."""
    left_out: int = 0
    """So many parts between the first and the last ones are not shown here."""


@dataclass(frozen=True, slots=True)
class Item:
    """One of several parts of a kind: which of how many, its facts, and what is drawn beside them."""

    number: int
    count: int
    facts: tuple[Fact, ...]
    changes: tuple[Change, ...] = ()
    marked: tuple[Marked, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Parts of a kind whose fields are all short: a column for each field, a row for each part."""

    columns: tuple[Term, ...]
    rows: tuple[tuple[Fact, ...], ...]


@dataclass
class Section:
    """Makes the facts of one section; a kind of part is explained where it stands first."""

    texts: Mapping[int, str]
    _explained: set[type[Part]] = field(default_factory=set)

    def facts(self, part: Part) -> tuple[Fact, ...]:
        """All fields of a part, in reading order: first what is short."""
        first = type(part) not in self._explained
        self._explained.add(type(part))
        found = (self._fact(term, explained=first) for term in terms(part))
        return tuple(sorted(found, key=lambda fact: fact.extent))

    def section(self, term: Term) -> Fact:
        """A field of the dossier itself, as a chapter."""
        return self._fact(term, explained=True)

    def _fact(self, term: Term, *, explained: bool) -> Fact:
        form, value = self._formed(term)
        left_out = max(0, len(term.value) - PARTS_MAX) if form in ("items", "table") else 0
        sentence = term.explained if explained else ""
        return Fact(term.name, term.title, sentence, form, value, _extent(form, value), left_out)

    def _formed(self, term: Term) -> tuple[Form, Any]:
        value = term.value
        if term.absent is not None:
            return "absent", term.absent
        if isinstance(value, Part):
            return "part", self.facts(value)
        if isinstance(value, tuple) and isinstance(value[0], Part):
            return self._several(value)
        return plain(term.name, value)

    def _several(self, parts: Sequence[Part]) -> tuple[Form, Any]:
        numbers = _shown(len(parts))
        if all(_is_short(parts[number]) for number in numbers):
            rows = (terms(parts[number]) for number in numbers)
            cells = tuple(tuple(self._fact(term, explained=False) for term in row) for row in rows)
            return "table", Table(tuple(terms(parts[0])), cells)
        return "items", [self._item(parts, number) for number in numbers]

    def _item(self, parts: Sequence[Part], number: int) -> Item:
        part, before = parts[number], parts[number - 1] if number else None
        return Item(number + 1, len(parts), self.facts(part), _changed(before, part), self._marked(part))

    def _marked(self, part: Part) -> tuple[Marked, ...]:
        """The text of a verdict with the places of its findings, if it names any."""
        if not isinstance(part, Judgement) or not part.findings or part.revision is None:
            return ()
        found = enumerate(part.findings, 1)
        spans = [(number, one.span.start, one.span.end) for number, one in found if one.span]
        return tuple(marked(self.texts.get(part.revision, ""), spans)) if spans else ()


def _extent(form: Form, value: Any) -> int:  # noqa: ANN401  whatever a field may hold
    if form in _BOXES:
        return 2
    if form == "list":
        return max(_extent(*one) for one in value)
    return 1 if form in _LONG or (form == "line" and len(value) > SHORT_CHARS_MAX) else 0


def plain(name: str, value: object) -> tuple[Form, Any]:
    """The form of a value that is no part."""
    if isinstance(value, str):
        return _string(name, value)
    if isinstance(value, datetime):
        return "instant", value
    if isinstance(value, tuple):
        return "list", [plain(name, one) for one in value]
    if isinstance(value, dict):
        return "pairs", [(key, *plain(key, one)) for key, one in value.items()]
    return "own", _own(name, value)


def _own(name: str, value: object) -> str:
    """What is no text, in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    return size(value) if isinstance(value, int) and name.endswith("_bytes") else str(value)


def _string(name: str, text: str) -> tuple[Form, str]:
    if _DIGEST.fullmatch(text):
        return "digest", text
    if name in _TEXTS or len(text) > LINE_CHARS_MAX or "\n" in text:
        return "text", text
    return "line", said(name, text)


def _shown(count: int) -> Sequence[int]:
    """The places of the parts that are shown: all, or of very many the first and the last."""
    if count <= PARTS_MAX:
        return range(count)
    return (*range(PARTS_MAX // 2), *range(count - PARTS_MAX // 2, count))


def _changed(before: Part | None, part: Part) -> tuple[Change, ...]:
    """What an edit changed, where both texts are there."""
    if not isinstance(before, Revision) or not isinstance(part, Revision) or not before.text or not part.text:
        return ()
    return tuple(changes(before.text, part.text))


def _is_short(part: Part) -> bool:
    """Does a part fit into a row?"""
    found = list(terms(part))
    return len(found) <= COLUMNS_MAX and all(_fits(term) for term in found)


def _fits(term: Term) -> bool:
    if term.absent is not None:
        return True
    if isinstance(term.value, Part | tuple | dict) or term.name in _TEXTS:
        return False
    return not isinstance(term.value, str) or (len(term.value) <= CELL_CHARS_MAX and "\n" not in term.value)

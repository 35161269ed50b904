"""A dossier in words for a terminal: every field of every part, each term explained where it stands first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from console.dossier.part import Part, Term, terms
from console.dossier.values import Dossier
from console.telling_short import KINDS, SHORT
from console.terminal import safe, safe_line
from console.words import SEVERITIES, STATES, clock, counted, size

SCORES_SHOWN_MAX = 5
SPAN_CHARS_MAX = 200
_TEXTS = frozenset({"text", "reply_text"})
_DIGESTS_ELSEWHERE = frozenset({"proof"})
_HEAD = ("format", "post_id", "captured", "asked", "made_at", "made_by", "as_of")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section: how deep it lies, its term, what is said, and half a sentence about the term, if new."""

    depth: int
    name: str
    text: str
    explained: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of a dossier with its lines; everything in it is safe for a terminal."""

    title: str
    lines: tuple[Line, ...]
    explained: str = ""


@dataclass
class _Explaining:
    """Which terms were explained already."""

    known: set[tuple[str, str]] = field(default_factory=set)

    def of(self, term: Term) -> str:
        """Half a sentence, the first time."""
        said = (term.title, term.explained)
        if said in self.known:
            return ""
        self.known.add(said)
        return term.explained


def sections(dossier: Dossier) -> list[Section]:
    """The whole dossier in its own order."""
    explaining = _Explaining()
    found = []
    for term in terms(dossier):
        if term.name in _HEAD:
            continue
        lines = _lines(term.value, 0, explaining) if isinstance(term.value, Part) else _absent(term)
        found.append(Section(term.title, tuple(lines), term.explained))
    return found


def _absent(term: Term) -> Iterator[Line]:
    yield Line(0, "", safe_line(term.absent or ""), missing=True)


def _lines(part: Part, depth: int, explaining: _Explaining) -> Iterator[Line]:
    for term in terms(part):
        yield from _line(part, term, depth, explaining)


def _line(part: Part, term: Term, depth: int, explaining: _Explaining) -> Iterator[Line]:
    explained = explaining.of(term)
    if term.absent is not None:
        yield Line(depth, term.title, safe_line(term.absent), explained, missing=True)
    elif isinstance(term.value, Part):
        yield Line(depth, term.title, "", explained)
        yield from _lines(term.value, depth + 1, explaining)
    elif isinstance(term.value, tuple) and isinstance(term.value[0], Part):
        yield from _several(term, depth, explained, explaining)
    elif isinstance(term.value, tuple) and term.name not in _DIGESTS_ELSEWHERE:
        for number, one in enumerate(term.value):
            yield Line(depth, "" if number else term.title, safe_line(str(one)), "" if number else explained)
    else:
        yield Line(depth, term.title, said(part, term), explained)


def _several(term: Term, depth: int, explained: str, explaining: _Explaining) -> Iterator[Line]:
    for number, one in enumerate(term.value, 1):
        numbered = f"{number} of {len(term.value)}"
        only = "" if len(term.value) == 1 else f"{numbered}: "
        if (short := SHORT.get(type(one))) is not None:
            yield Line(depth, term.title if number == 1 else "", f"{only}{short(one)}", explained)
            explained = ""
        else:
            yield Line(depth, term.title, numbered, explained if number == 1 else "")
            yield from _lines(one, depth + 1, explaining)


def said(part: Part, term: Term) -> str:
    """A value in words."""
    value: Any = term.value
    if term.name == "state" and value in STATES:
        return STATES[value]
    if term.name == "severity":
        return f"{value} ({SEVERITIES[value]})"
    if term.name == "kind" and value in KINDS:
        return KINDS[value]
    if term.name in _DIGESTS_ELSEWHERE:
        return f"{counted(len(value), 'digest')}, in --json"
    if type(part).__name__ == "Span" and term.name == "text":
        return f"“{safe_line(value[:SPAN_CHARS_MAX])}{'…' if len(value) > SPAN_CHARS_MAX else ''}”"
    return _by_type(term.name, value)


def _by_type(name: str, value: Any) -> str:  # noqa: ANN401, PLR0911  one line for each type
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return clock(value.isoformat())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return size(value) if name.endswith("_bytes") else str(value)
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, dict):
        return _pairs(name, value)
    return f"“{safe(str(value))}”" if name in _TEXTS else safe_line(str(value))


def _pairs(name: str, value: dict[str, Any]) -> str:
    shown = list(value.items())[:SCORES_SHOWN_MAX] if name == "scores" else list(value.items())
    pairs = [f"{key.replace('_', ' ')}: {_by_type('', one)}" for key, one in shown]
    rest = len(value) - len(shown)
    return safe_line("; ".join(pairs)) + (f"; {rest} lower ones are in --json" if rest else "")

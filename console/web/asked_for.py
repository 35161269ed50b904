"""A search as a form says it, as an address carries it, and as a value; words and filters mean what `find` means."""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from typer import BadParameter

from console.instants import from_instant, until_instant
from records.errors import Malformed
from search.finder import Found
from search.queries import Sort, Wanted, search_body

PAGE_POSTS = 20
VALUES_MAX = 20
VALUE_CHARS_MAX = 2_048
AFTER_CHARS_MAX = 4_000
NUMBER_MAX = 2**63
SORT_TITLES: Final[dict[Sort, str]] = {
    "relevance": "what fits best",
    "newest": "the newest",
    "oldest": "the oldest",
    "severity": "the most pressing",
}
_MANY: Final = {
    "surface": "surfaces",
    "source": "sources",
    "author": "authors",
    "label": "labels",
    "state": "states",
    "language": "languages",
}
NOW: Final = "now"
"""In the field `texts`: words of what a post says now; else what it said before counts, too."""
_ONE: Final = ("words", "texts", "severity", "url", "from", "until", "visible", "waiting", "sort")
FIELDS: Final = (*_MANY, *_ONE)
_SAID: Final = {"yes": True, "no": False}
_SEVERITY = re.compile(r"[0-3]")

Given = Mapping[str, tuple[str, ...]]
"""What was given in which field; what was left empty is not there."""


def given_in(pairs: Iterable[tuple[str, str]]) -> Given:
    """The fields of a search among the parameters of an address; raises Malformed for too many or too long ones."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if name in FIELDS and value.strip():
            found[name] = (*found.get(name, ()), value.strip()) if name in _MANY else (value.strip(),)
    if any(len(values) > VALUES_MAX or len("".join(values)) > VALUE_CHARS_MAX for values in found.values()):
        raise Malformed(f"a field of a search has at most {VALUES_MAX} values and {VALUE_CHARS_MAX} characters")
    return found


def wanted_of(given: Given) -> Wanted:
    """The search among what posts say now; raises Malformed with what is wrong in which field."""
    one = {name: given.get(name, ("",))[-1] for name in _ONE}
    if one["severity"] and not _SEVERITY.fullmatch(one["severity"]):
        raise Malformed("a severity is 0, 1, 2 or 3")
    made: dict[str, Any] = {field: given.get(name, ()) for name, field in _MANY.items()}
    wanted = Wanted(
        text=one["words"],
        **made,
        severity_min=int(one["severity"]) if one["severity"] else None,
        url=one["url"] or None,
        from_at=_instant("from", one["from"]),
        until_at=_instant("until", one["until"]),
        visible=_SAID.get(one["visible"]),
        waiting=_SAID.get(one["waiting"]),
        sort=one["sort"] if one["sort"] in SORT_TITLES else "relevance",
        size=PAGE_POSTS,
    )
    search_body(wanted)
    return wanted


def looked_for(given: Given) -> Wanted:
    """The same where somebody looks for what there ever was, and no queue is meant."""
    return replace(wanted_of(given), before=given.get("texts") != (NOW,))


def given_of(wanted: Wanted) -> Given | None:
    """How the form says this search; None where it has no field for something in it."""
    said = {
        "words": wanted.text,
        "severity": "" if wanted.severity_min is None else str(wanted.severity_min),
        "url": wanted.url or "",
        "from": wanted.from_at.isoformat() if wanted.from_at else "",
        "until": wanted.until_at.isoformat() if wanted.until_at else "",
        "visible": next((word for word, value in _SAID.items() if value is wanted.visible), ""),
        "waiting": next((word for word, value in _SAID.items() if value is wanted.waiting), ""),
        "sort": wanted.sort if wanted.sort in SORT_TITLES and wanted.sort != "relevance" else "",
    }
    given = {name: tuple(getattr(wanted, field)) for name, field in _MANY.items() if getattr(wanted, field)}
    given |= {name: (value,) for name, value in said.items() if value}
    return given if kept(wanted_of(given)) == kept(wanted) else None


def kept(wanted: Wanted) -> Wanted:
    """The search without its page and its order, which a queue has of its own."""
    return replace(wanted, sort="relevance", size=Wanted().size, after=())


def query_of(given: Given, **more: str) -> str:
    """The query of an address that says the same, and more."""
    return urlencode([(name, value) for name, values in given.items() for value in values] + list(more.items()))


def address_of(given: Given, **more: str) -> str:
    """Where this search is shown, also one for everything; what is empty in `more` is left out."""
    said = {name: value for name, value in more.items() if value}
    return f"/search?{query_of({'words': ('',), **given}, **said)}"


def in_words(given: Given) -> str:
    """The same on one line, for the record."""
    return "; ".join(f"{name}: {' or '.join(values)}" for name, values in given.items()) or "everything"


def after_of(found: Found) -> str:
    """Where the next page begins, as one word; empty at the end."""
    if not found.after:
        return ""
    return base64.urlsafe_b64encode(orjson.dumps([found.nearest, *found.after])).decode("ascii").rstrip("=")


def page_of(wanted: Wanted, word: str) -> Wanted | None:
    """The page of this search that begins at such a word; None for one that is none, or of another search."""
    try:
        said: Any = orjson.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    except ValueError:
        return None
    if len(word) > AFTER_CHARS_MAX or not isinstance(said, list) or not said or not isinstance(said[0], bool):
        return None
    nearest, *after = said
    page = replace(wanted, nearest=nearest, sort="relevance" if nearest else wanted.sort, after=tuple(after))
    fits = len(after) == len(search_body(page)["sort"]) and isinstance(after[-1], str)
    return page if fits and all(_is_number(one) for one in after[:-1]) else None


def _is_number(one: object) -> bool:
    return isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < NUMBER_MAX


def _instant(name: str, said: str) -> datetime | None:
    try:
        return (from_instant if name == "from" else until_instant)(said) if said else None
    except BadParameter as problem:
        raise Malformed(f"the field {name} {problem.message}") from None

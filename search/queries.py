"""What is wanted, as a value, and the query that finds it: pure functions from the one to the other."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from records.errors import Malformed
from search.marks import END, START

TEXT_CHARS_MAX = 1_000
WORDS_MAX = 64
HITS_MAX = 500
FRAGMENTS_MAX = 3
FRAGMENT_CHARS = 160
EXPANSIONS_MAX = 10
"""Similar words that one word of a search stands for; each costs as much as a word."""
TOTAL_COUNTED_MAX = 10_000
"""Above so many a total is a lower bound; counting on would make every search slower."""

Query = dict[str, Any]
Sort = Literal["relevance", "newest", "oldest", "severity"]

_PHRASE = re.compile(r'"([^"]*)"')
_HAS_WORD = re.compile(r"\w")
_SEARCHED = ["text", "page_title", "author_name"]
_LEFT_OUT = ["parts", "applied"]
_NEWEST: list[Query] = [
    {"posted_at": {"order": "desc", "missing": "_last"}},
    {"first_seen_at": {"order": "desc", "missing": "_last"}},
    {"post_id": "asc"},
]
_OLDEST: list[Query] = [
    {"posted_at": {"order": "asc", "missing": "_last"}},
    {"first_seen_at": {"order": "asc", "missing": "_last"}},
    {"post_id": "asc"},
]
SORTS: dict[Sort, list[Query]] = {
    "relevance": [{"_score": "desc"}, *_NEWEST],
    "newest": _NEWEST,
    "oldest": _OLDEST,
    "severity": [{"severity": {"order": "desc", "missing": "_last"}}, *_NEWEST],
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for. Filters narrow; several values of one filter widen it. Empty means: any.

    In `text`, words match with small misspellings and all of them must; "in quotes" they match as a phrase, exactly.
    `author` is an id or a whole name. `from_at` (included) and `until_at` (excluded) bound when it was posted, or first
    seen where the site does not say. `after` is the `after` of an earlier answer.
    """

    text: str = ""
    surfaces: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    severity_min: int | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    url: str | None = None
    visible: bool | None = None
    unscored: bool | None = None
    sort: Sort = "relevance"
    size: int = 20
    after: tuple[Any, ...] = ()


def search_body(wanted: Wanted) -> Query:
    """The whole request for one page of posts; raises Malformed for what no search can be."""
    if not 1 <= wanted.size <= HITS_MAX:
        raise Malformed(f"a page of results has 1 to {HITS_MAX} posts")
    words = must(wanted.text)
    body = {
        "query": {"bool": {"must": words, "filter": filters(wanted)}},
        "sort": SORTS[wanted.sort if words or wanted.sort != "relevance" else "newest"],
        "size": wanted.size,
        "track_total_hits": TOTAL_COUNTED_MAX,
        "_source": {"excludes": _LEFT_OUT},
    }
    if words:
        body["highlight"] = highlight()
    if wanted.after:
        body["search_after"] = list(wanted.after)
    return body


def must(text: str) -> list[Query]:
    """One clause for every phrase, and one for all other words; none where there is nothing to look for."""
    if len(text) > TEXT_CHARS_MAX or len(text.split()) > WORDS_MAX:
        raise Malformed(f"a search has at most {WORDS_MAX} words and {TEXT_CHARS_MAX} characters")
    phrases = [phrase for phrase in _PHRASE.findall(text) if _HAS_WORD.search(phrase)]
    words = _PHRASE.sub(" ", text).replace('"', " ").strip()
    if text.strip() and not phrases and not words:
        raise Malformed("there is no word in the quotes")
    return [_phrase(phrase) for phrase in phrases] + ([_words(words)] if words else [])


def _phrase(phrase: str) -> Query:
    return {"multi_match": {"query": phrase, "type": "phrase", "fields": _SEARCHED}}


def _words(words: str) -> Query:
    near = {
        "query": words,
        "operator": "and",
        "fuzziness": "AUTO:4,8",
        "prefix_length": 1,
        "max_expansions": EXPANSIONS_MAX,
    }
    exact = {"query": words, "fields": _SEARCHED, "operator": "and", "boost": 3}
    return {"bool": {"should": [{"multi_match": exact}, {"match": {"text": near}}], "minimum_should_match": 1}}


def filters(wanted: Wanted) -> list[Query]:
    """One clause for every filter that is set."""
    named = {
        "surface": wanted.surfaces,
        "source": wanted.sources,
        "labels": wanted.labels,
        "state": wanted.states,
        "language": wanted.languages,
        "url": () if wanted.url is None else (wanted.url,),
        "visible": () if wanted.visible is None else (wanted.visible,),
    }
    found: list[Query] = [{"terms": {field: list(values)}} for field, values in named.items() if values]
    if wanted.authors:
        found.append(_any_of({"terms": {field: list(wanted.authors)}} for field in ("author_id", "author_name.raw")))
    if wanted.severity_min is not None:
        found.append({"range": {"severity": {"gte": wanted.severity_min}}})
    if wanted.unscored is not None:
        found.append(_there("unscored") if wanted.unscored else _not_there("unscored"))
    if wanted.from_at or wanted.until_at:
        found.append(_between(wanted.from_at, wanted.until_at))
    return found


def _between(from_at: datetime | None, until_at: datetime | None) -> Query:
    bounds = {"gte": from_at, "lt": until_at}
    said = {side: instant.isoformat() for side, instant in bounds.items() if instant}
    unknown = {"bool": {"filter": [{"range": {"first_seen_at": said}}, _not_there("posted_at")]}}
    return _any_of([{"range": {"posted_at": said}}, unknown])


def _any_of(queries: Any) -> Query:  # noqa: ANN401
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def _there(field: str) -> Query:
    return {"exists": {"field": field}}


def _not_there(field: str) -> Query:
    return {"bool": {"must_not": [_there(field)]}}


def highlight() -> Query:
    """The best stretches of the text, with the matches between marks that callers turn into their own."""
    return {
        "fields": {"text": {}},
        "type": "unified",
        "pre_tags": [START],
        "post_tags": [END],
        "number_of_fragments": FRAGMENTS_MAX,
        "fragment_size": FRAGMENT_CHARS,
    }


def posts_at_body(url: str, size: int) -> Query:
    """The posts on exactly one address, newest first."""
    return {"query": {"term": {"url": url}}, "sort": _NEWEST, "size": size, "track_total_hits": False}


def facts_body(post_id: str, size: int, after: list[Any] | None) -> Query:
    """The facts about one post, in the order in which they were recorded."""
    body: Query = {
        "query": {"term": {"post_id": post_id}},
        "sort": [{"recorded_at": "asc"}, {"topic": "asc"}, {"partition": "asc"}, {"offset": "asc"}],
        "size": size,
        "track_total_hits": False,
    }
    return body | ({"search_after": after} if after else {})

"""What is wanted, as a value, and the query that finds it: pure functions from the one to the other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from records.addresses import plain_url
from records.errors import Malformed
from search.cases import case_filters
from search.marks import END, START
from search.words import BEFORE_WEIGHS, NEAR_BEFORE_WEIGHS, Query, must, nearest, together

HITS_MAX = 500
FRAGMENTS_MAX = 3
FRAGMENT_CHARS = 160
TOTAL_COUNTED_MAX = 10_000
"""Above so many a total is a lower bound; counting on would make every search slower."""

Sort = Literal["relevance", "newest", "oldest", "severity", "queue"]

REPEATED = ["text_plain", "url_plain", "said_before", "said_before_plain", "digests_before"]
"""Fields that only repeat what other fields and `parts` say, to be found by."""
LEFT_OUT = ["parts", "applied", *REPEATED]
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
_SEVERITY: Query = {"severity": {"order": "desc", "missing": "_last"}}
_QUEUE: list[Query] = [
    _SEVERITY,
    {"due_at": {"order": "asc", "missing": "_last"}},
    {"evidence": {"order": "desc", "missing": "_last"}},
    {"opened_at": {"order": "asc", "missing": "_last"}},
    {"post_id": "asc"},
]
SORTS: dict[Sort, list[Query]] = {
    "relevance": [{"_score": "desc"}, *_NEWEST],
    "newest": _NEWEST,
    "oldest": _OLDEST,
    "severity": [_SEVERITY, *_NEWEST],
    "queue": _QUEUE,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for. Filters narrow; several values of one filter widen it. Empty means: any.

    In `text`, words match with small misspellings and all of them must; "in quotes" they match as a phrase, exactly.
    `nearest` asks for what comes nearest to many words instead, though not all of them be there (`search.words`).
    With `before`, what a post said before counts, too, and what says it now comes first: only where somebody looks for
    what there ever was. Queues, holds and decisions on many at once are about what a post says now.
    `author` is an id or a whole name, in any case; `url` the address of a post, or of a page with posts.
    `from_at` (included) and `until_at` (excluded) bound when it was posted, or first seen where the site does not say.
    `seen_until` is for what had been seen by then (included). `after` is the `after` of an earlier answer.

    Of cases, "now" is when the server is asked: `waiting` for a person, also once a deferral is over; `deferred` and
    still to come; `overdue`; `by_hand` where nobody carries out what is still to be done on the site; `mine` claimed by
    one of these names, or waiting after it was passed on to one; `unclaimed_by_others` unless another than this member
    of staff holds it; `older_minutes` waiting for longer than so many. The sort `queue` has the gravest first, then
    what is due soonest, then that of which most speaks for a look.
    """

    text: str = ""
    nearest: bool = False
    before: bool = False
    surfaces: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    severity_min: int | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    seen_until: datetime | None = None
    url: str | None = None
    visible: bool | None = None
    unscored: bool | None = None
    waiting: bool | None = None
    reported: bool | None = None
    overdue: bool | None = None
    deferred: bool | None = None
    by_hand: bool | None = None
    mine: tuple[str, ...] = ()
    escalated_to: tuple[str, ...] = ()
    unclaimed_by_others: str = ""
    older_minutes: int | None = None
    sort: Sort = "relevance"
    size: int = 20
    after: tuple[Any, ...] = ()


def search_body(wanted: Wanted) -> Query:
    """The whole request for one page of posts; raises Malformed for what no search can be."""
    if not 1 <= wanted.size <= HITS_MAX:
        raise Malformed(f"a page of results has 1 to {HITS_MAX} posts")
    said = words(wanted)
    body = {
        "query": query(wanted),
        "sort": SORTS[wanted.sort if said or wanted.sort != "relevance" else "newest"],
        "size": wanted.size,
        "track_total_hits": TOTAL_COUNTED_MAX,
        "_source": {"excludes": LEFT_OUT},
    }
    if said:
        body["highlight"] = highlight(said, before=wanted.before)
    if wanted.after:
        body["search_after"] = list(wanted.after)
    return body


def query(wanted: Wanted) -> Query:
    """What a post must be to be wanted."""
    side_by_side = together(
        wanted.text, before=wanted.before, weighs=NEAR_BEFORE_WEIGHS if wanted.nearest else BEFORE_WEIGHS
    )
    return {"bool": {"must": words(wanted), "should": side_by_side, "filter": filters(wanted)}}


def words(wanted: Wanted) -> list[Query]:
    """What it must say."""
    look = nearest if wanted.nearest else must
    return look(wanted.text, before=wanted.before)


def filters(wanted: Wanted) -> list[Query]:
    """One clause for every filter that is set."""
    named = {
        "surface": wanted.surfaces,
        "source": wanted.sources,
        "labels": wanted.labels,
        "state": wanted.states,
        "language": wanted.languages,
        "url_plain": () if wanted.url is None else (plain_url(wanted.url),),
        "visible": () if wanted.visible is None else (wanted.visible,),
        "escalated_to": wanted.escalated_to,
    }
    found: list[Query] = [{"terms": {field: list(values)}} for field, values in named.items() if values]
    if wanted.authors:
        found.append(_any_of(clause for author in wanted.authors for clause in _author(author)))
    if wanted.severity_min is not None:
        found.append({"range": {"severity": {"gte": wanted.severity_min}}})
    if wanted.unscored is not None:
        found.append(_there("unscored") if wanted.unscored else _not_there("unscored"))
    if wanted.from_at or wanted.until_at:
        found.append(_between(wanted.from_at, wanted.until_at))
    if wanted.seen_until:
        found.append({"range": {"first_seen_at": {"lte": wanted.seen_until.isoformat()}}})
    return [*found, *case_filters(wanted)]


def _author(author: str) -> list[Query]:
    named = {"author_name.raw": {"value": author, "case_insensitive": True}}
    return [{"term": {"author_id": author}}, {"term": named}]


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


def highlight(said: list[Query], *, before: bool = False) -> Query:
    """The best stretches of the text, with the matches between marks that callers turn into their own."""
    return {
        "fields": {"text": {}} | ({"said_before": {}} if before else {}),
        # What was found in the retyped text stands in the text, too; the words of filters do not count.
        "require_field_match": False,
        "highlight_query": {"bool": {"must": said}},
        "type": "unified",
        "pre_tags": [START],
        "post_tags": [END],
        "number_of_fragments": FRAGMENTS_MAX,
        "fragment_size": FRAGMENT_CHARS,
    }


def posts_at_body(url: str, size: int) -> Query:
    """The posts on one address, newest first."""
    return {"query": {"term": {"url_plain": plain_url(url)}}, "sort": _NEWEST, "size": size, "track_total_hits": False}


def facts_body(post_ids: list[str], size: int, after: list[Any] | None) -> Query:
    """The facts about these posts, in the order in which they were recorded."""
    body: Query = {
        "query": {"terms": {"post_id": post_ids}},
        "sort": [{"recorded_at": "asc"}, {"topic": "asc"}, {"partition": "asc"}, {"offset": "asc"}],
        "size": size,
        "track_total_hits": False,
    }
    return body | ({"search_after": after} if after else {})

"""What was found, counted: how many posts of each surface, source, author ..., and how many in each day or month."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from search.client import WHOLE, Search
from search.queries import Wanted, query
from search.words import Query

FACET_VALUES_MAX = 10
BARS_MAX = 60
"""The latest so many intervals in which there was a post; hours over years would be too many for a server to count."""

Interval = Literal["hour", "day", "week", "month"]
AUTHOR = "author_id"
NAME_OF_AUTHOR = {"name": {"terms": {"field": "author_name.raw", "size": 1}}}
FACETS = {
    "surface": "surface",
    "source": "source",
    "author": AUTHOR,
    "label": "labels",
    "state": "state",
    "language": "language",
    "severity": "severity",
}
_POSTED, _SEEN = "posted_at", "first_seen_at"
_UNTIMED: Query = {"bool": {"must_not": [{"exists": {"field": _POSTED}}]}}
_LENGTHS: dict[Interval, timedelta] = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the posts have this value; an author's `name` is the one that most of these posts give."""

    value: str
    posts: int
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """The most frequent values of a field, and how many posts have others."""

    shares: tuple[Share, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Bar:
    """So many posts from this instant on, until the interval ends."""

    from_at: datetime
    posts: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """The intervals in which there are posts, oldest first; `cut` where there are earlier ones, too."""

    by: Interval
    bars: tuple[Bar, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """The facets of what was found, and the first and the last time at which any of it was posted; None without one."""

    facets: Mapping[str, Facet]
    span: tuple[datetime, datetime] | None


async def facets(search: Search, wanted: Wanted) -> dict[str, Facet]:
    """The counts of all posts that are wanted, by the names of the filters that narrow to them."""
    answer = await search.ask("POST", f"/{search.posts}/_search", facets_body(wanted), params=WHOLE)
    return {name: _facet(answer["aggregations"][name]) for name in FACETS}


async def counts(search: Search, wanted: Wanted) -> Counts:
    """The same, and over which time these posts are spread, in one request."""
    answer = await search.ask("POST", f"/{search.posts}/_search", counts_body(wanted), params=WHOLE)
    counted = answer["aggregations"]
    return Counts({name: _facet(counted[name]) for name in FACETS}, _span([counted["posted"], counted["seen"]["by"]]))


async def histogram(search: Search, wanted: Wanted, by: Interval) -> Histogram:
    """When the posts that are wanted were posted, or first seen where the site does not say."""
    answer = await search.ask("POST", f"/{search.posts}/_search", histogram_body(wanted, by), params=WHOLE)
    posted, seen = answer["aggregations"]["posted"], answer["aggregations"]["seen"]["by"]
    return bars_of([posted["buckets"], seen["buckets"]], by)


def facets_body(wanted: Wanted) -> Query:
    """One search without hits that counts every facet."""
    named = {name: {"terms": {"field": field, "size": FACET_VALUES_MAX}} for name, field in FACETS.items()}
    return _counting(wanted) | {"aggs": named | {"author": named["author"] | {"aggs": NAME_OF_AUTHOR}}}


def counts_body(wanted: Wanted) -> Query:
    """One search without hits that counts every facet, and finds the first and the last time."""
    body = facets_body(wanted)
    seen = {"filter": _UNTIMED, "aggs": {"by": {"stats": {"field": _SEEN}}}}
    return body | {"aggs": body["aggs"] | {"posted": {"stats": {"field": _POSTED}}, "seen": seen}}


def histogram_body(wanted: Wanted, by: Interval) -> Query:
    """One search without hits that counts the latest intervals, by the site's time and by ours where there is none."""
    return _counting(wanted) | {
        "aggs": {"posted": _latest(_POSTED, by), "seen": {"filter": _UNTIMED, "aggs": {"by": _latest(_SEEN, by)}}}
    }


def bars_of(answers: list[list[Mapping[str, Any]]], by: Interval) -> Histogram:
    """Several counts of the latest intervals as one."""
    counted: Counter[int] = Counter()
    for buckets in answers:
        counted.update({bucket["key"]["at"]: bucket["doc_count"] for bucket in buckets})
    latest = sorted(counted)[-BARS_MAX:]
    cut = len(counted) > BARS_MAX or any(len(buckets) > BARS_MAX for buckets in answers)
    bars = tuple(Bar(datetime.fromtimestamp(at / 1000, UTC), counted[at]) for at in latest)
    return Histogram(by, bars, cut)


def fitting(span: tuple[datetime, datetime]) -> Interval:
    """The shortest interval of which no more than `BARS_MAX` cover a time; a month, if none does."""
    first, last = span
    return next((by for by, length in _LENGTHS.items() if last - first < length * (BARS_MAX - 1)), "month")


def _counting(wanted: Wanted) -> Query:
    return {"size": 0, "track_total_hits": False, "query": query(wanted)}


def _latest(field: str, by: Interval) -> Query:
    at = {"date_histogram": {"field": field, "calendar_interval": by, "order": "desc"}}
    return {"composite": {"size": BARS_MAX + 1, "sources": [{"at": at}]}}


def _span(stats: Iterable[Mapping[str, Any]]) -> tuple[datetime, datetime] | None:
    known = [one for one in stats if one["count"]]
    if not known:
        return None
    first, last = min(one["min"] for one in known), max(one["max"] for one in known)
    return datetime.fromtimestamp(first / 1000, UTC), datetime.fromtimestamp(last / 1000, UTC)


def _facet(counted: Mapping[str, Any]) -> Facet:
    return Facet(shares(counted), counted["sum_other_doc_count"])


def shares(counted: Mapping[str, Any]) -> tuple[Share, ...]:
    """The values of a count by values."""
    return tuple(_share(bucket) for bucket in counted["buckets"])


def _share(bucket: Mapping[str, Any]) -> Share:
    names = bucket.get("name", {}).get("buckets", ())
    return Share(str(bucket["key"]), bucket["doc_count"], names[0]["key"] if names else None)

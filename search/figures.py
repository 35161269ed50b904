"""Figures of a time: what came in, was flagged and decided in it, and what waits and is late now, by one request."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from search.client import WHOLE, Search
from search.queries import Wanted, filters
from search.words import Query

VALUES_MAX = 1_000
"""So many surfaces and so many sources are told apart, the largest; what is in none of them is in the total only."""
SEVERITY_FLAGGED = 1
"""From this severity on a finding asks for a look."""
AGES = (timedelta(hours=1), timedelta(hours=8), timedelta(days=1), timedelta(days=7))
"""Where the groups of how long something waits, or is late, end; the last group has no end."""
SEVERITIES_MAX = 10
HALF, MOST = 50.0, 90.0
"""Of how many of a hundred decisions it is told how long they took."""
_POSTED, _SEEN, _DECIDED = "posted_at", "first_seen_at", "decided_at"


@dataclass(frozen=True, slots=True)
class Span:
    """A time, `until_at` excluded, and how long each bar of it is."""

    from_at: datetime
    until_at: datetime
    bar: timedelta

    @property
    def bars(self) -> int:
        """How many bars there are; the last one may be cut short."""
        return -((self.from_at - self.until_at) // self.bar)


@dataclass(frozen=True, slots=True)
class Count:
    """So many posts: by surface, by source, by bar of the time, and in groups of its own."""

    total: int
    by_surface: Mapping[str, int] = field(default_factory=dict)
    by_source: Mapping[str, int] = field(default_factory=dict)
    bars: tuple[int, ...] = ()
    groups: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Took:
    """How long cases had waited when they were decided: `half` of them no longer than this, nine of ten no longer."""

    half: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a time: `came` in, `flagged` of those (groups: severities), `decided` (groups: actions).

    And now: `waits` (groups: by number of `AGES`, for how long) and `late` (the same). `took` tells of what was decided
    and had waited, about; `took_by` by severity.
    """

    came: Count
    flagged: Count
    decided: Count
    waits: Count
    late: Count
    took: Took | None = None
    took_by: Mapping[str, Took] = field(default_factory=dict)


def wanted_came(span: Span) -> Wanted:
    """What came in: posted in this time, or first seen in it where the site does not say."""
    return Wanted(from_at=span.from_at, until_at=span.until_at)


def wanted_flagged(span: Span) -> Wanted:
    """Those of them in which something was found that asks for a look."""
    return Wanted(from_at=span.from_at, until_at=span.until_at, severity_min=SEVERITY_FLAGGED)


WAITS, LATE = Wanted(waiting=True), Wanted(overdue=True)


async def figures(search: Search, span: Span, now: datetime) -> Figures:
    """All of them, exactly, as far as posts are searchable."""
    answer = await search.ask("POST", f"/{search.posts}/_search", figures_body(span, now), params=WHOLE)
    return figures_of(answer["aggregations"], span)


def figures_body(span: Span, now: datetime) -> Query:
    """One search without hits; it looks only at posts that some figure counts."""
    since = {"gte": span.from_at.isoformat(), "lt": span.until_at.isoformat()}
    counted = {
        "came": (_all(filters(wanted_came(span))), _over_time(span)),
        "flagged": (_all(filters(wanted_flagged(span))), _over_time(span) | _terms("groups", "severity")),
        "decided": (
            {"range": {_DECIDED: since}},
            {"posted": _bars(_DECIDED, span)} | _terms("groups", "action") | _took(),
        ),
        "waits": (_all(filters(WAITS)), {"groups": _ages("opened_at", now)}),
        "late": (_all(filters(LATE)), {"groups": _ages("due_at", now)}),
    }
    places = _terms("surface", "surface") | _terms("source", "source")
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"should": [query for query, _ in counted.values()], "minimum_should_match": 1}},
        "aggs": {name: {"filter": query, "aggs": places | more} for name, (query, more) in counted.items()},
    }


def figures_of(answers: Mapping[str, Any], span: Span) -> Figures:
    """The figures of an answer."""
    counts = {name: _count(answers[name], span) for name in ("came", "flagged", "decided", "waits", "late")}
    decided = answers["decided"]
    by = {str(one["key"]): took_of(one["took"]) for one in decided["took_by"]["buckets"]}
    known = {severity: took for severity, took in by.items() if took}
    return Figures(**counts, took=took_of(decided["took"]), took_by=known)


def took_of(answer: Mapping[str, Any]) -> Took | None:
    """What the server worked out; None where nothing that had waited was decided."""
    half, most = (answer["values"][str(share)] for share in (HALF, MOST))
    return None if half is None or most is None else Took(timedelta(seconds=half), timedelta(seconds=most))


def _count(answer: Mapping[str, Any], span: Span) -> Count:
    times = [answer["posted"]] if "posted" in answer else []
    times += [answer["seen"]["by"]] if "seen" in answer else []
    return Count(
        total=answer["doc_count"],
        by_surface=_by_key(answer["surface"]["buckets"]),
        by_source=_by_key(answer["source"]["buckets"]),
        bars=_filled([bucket for one in times for bucket in one["buckets"]], span) if times else (),
        groups=_by_key(answer["groups"]["buckets"]) if "groups" in answer else {},
    )


def _by_key(buckets: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    return {str(bucket["key"]): bucket["doc_count"] for bucket in buckets}


def _filled(buckets: Iterable[Mapping[str, Any]], span: Span) -> tuple[int, ...]:
    """One number for each bar, also where there is nothing."""
    counted: Counter[int] = Counter()
    began = span.from_at.timestamp() * 1000
    for bucket in buckets:
        counted[int((bucket["key"] - began) // (span.bar.total_seconds() * 1000))] += bucket["doc_count"]
    return tuple(counted[number] for number in range(span.bars))


def _over_time(span: Span) -> Query:
    """By the site's time, and by ours where there is none."""
    untimed = {"bool": {"must_not": [{"exists": {"field": _POSTED}}]}}
    return {"posted": _bars(_POSTED, span), "seen": {"filter": untimed, "aggs": {"by": _bars(_SEEN, span)}}}


def _bars(field_name: str, span: Span) -> Query:
    seconds = int(span.bar.total_seconds())
    offset = int(span.from_at.timestamp()) % seconds
    bars = {"field": field_name, "fixed_interval": f"{seconds}s", "offset": f"{offset}s", "min_doc_count": 1}
    return {"date_histogram": bars}


def _ages(field_name: str, now: datetime) -> Query:
    ends = [(now - age).isoformat() for age in AGES]
    ranges: list[dict[str, str]] = [{"key": "0", "from": ends[0]}]
    ranges += [{"key": str(number), "from": end, "to": ends[number - 1]} for number, end in enumerate(ends) if number]
    ranges += [{"key": str(len(ends)), "to": ends[-1]}]
    return {"date_range": {"field": field_name, "ranges": ranges}}


def _took() -> Query:
    """Of all that was decided, and by severity; what a server of any size works out near enough in one pass."""
    took = {"took": {"percentiles": {"field": "decided_after_seconds", "percents": [HALF, MOST]}}}
    return took | {"took_by": {"terms": {"field": "severity", "size": SEVERITIES_MAX}, "aggs": took}}


def _terms(name: str, field_name: str) -> Query:
    return {name: {"terms": {"field": field_name, "size": VALUES_MAX}}}


def _all(queries: list[Query]) -> Query:
    return {"bool": {"filter": queries}}

"""What the sources have said of their watching: who they are, what they said of some time, what the site has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from search.client import WHOLE, Search

SOURCES_MAX = 1_000
SURFACES_MAX = 1_000
"""Of one source: the newest comparison of each."""
PAGE_DOCUMENTS = 2_000
TELLING = ("heartbeat", "gap", "backfill")
"""The kinds that say whether somebody watched."""
_LEFT_OUT = ["counted"]

Statement = dict[str, Any]
Query = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Watcher:
    """One source as its statements show it; None where it has made none of that kind.

    `first_at` begins the first time that it speaks about, `beat_at` ends its last heartbeat, `told_at` ends the last
    statement that says whether somebody watched, `read_at` is the last place of an import. `beat_seconds` is how far
    apart its heartbeats have lately been.
    """

    source: str
    first_at: datetime | None
    beat_at: datetime | None
    told_at: datetime | None
    read_at: datetime | None
    beat_seconds: int


async def watchers(search: Search) -> list[Watcher]:
    """Every source that has ever said something, by name."""
    answer = await search.ask("POST", f"/{search.coverage}/_search", watchers_body(), params=WHOLE)
    return sorted(map(_watcher, answer["aggregations"]["sources"]["buckets"]), key=lambda watcher: watcher.source)


async def statements(
    search: Search,
    from_at: datetime,
    until_at: datetime,
    *,
    sources: Sequence[str] = (),
    kinds: Sequence[str] = (),
) -> list[Statement]:
    """Everything that was said about any of this time, oldest first; heartbeats by the hour, with their `spans`.

    `kinds`: only statements of these.
    """
    found: list[Statement] = []
    after: list[Any] | None = None
    while True:
        body = statements_body(from_at, until_at, {"source": sources, "kind": kinds}, after)
        answer = await search.ask("POST", f"/{search.coverage}/_search", body, params=WHOLE)
        hits = answer["hits"]["hits"]
        found += [hit["_source"] for hit in hits]
        if len(hits) < PAGE_DOCUMENTS:
            return found
        after = hits[-1]["sort"]


async def compared(search: Search) -> list[Statement]:
    """The newest comparison of each source and surface with what the site says that it has."""
    answer = await search.ask("POST", f"/{search.coverage}/_search", compared_body(), params=WHOLE)
    sources = answer["aggregations"]["sources"]["buckets"]
    newest = [surface["newest"] for source in sources for surface in source["surfaces"]["buckets"]]
    return [hit["_source"] for one in newest for hit in one["hits"]["hits"]]


def watchers_body() -> Query:
    """First and last instants by source, and its last heartbeats."""
    newest = {"size": 1, "sort": [{"until_at": "desc"}], "_source": ["longest_seconds"]}
    last = {"last": {"max": {"field": "until_at"}}}
    aggregations = {
        "began": {
            "filter": {"terms": {"kind": ["cursor", *TELLING]}},
            "aggs": {"first": {"min": {"field": "from_at"}}},
        },
        "beats": {"filter": {"term": {"kind": "heartbeat"}}, "aggs": {**last, "newest": {"top_hits": newest}}},
        "told": {"filter": {"terms": {"kind": list(TELLING)}}, "aggs": last},
        "read": {"filter": {"term": {"kind": "cursor"}}, "aggs": last},
    }
    by_source = {"terms": {"field": "source", "size": SOURCES_MAX}, "aggs": aggregations}
    return {"size": 0, "track_total_hits": False, "aggs": {"sources": by_source}}


def statements_body(
    from_at: datetime, until_at: datetime, only: Mapping[str, Sequence[str]], after: list[Any] | None = None
) -> Query:
    """What touches this time, a page of it; a statement about one instant touches it too."""
    narrowed: list[Query] = [
        {"range": {"until_at": {"gte": from_at.isoformat()}}},
        {"range": {"from_at": {"lt": until_at.isoformat()}}},
    ]
    narrowed += [{"terms": {field: list(values)}} for field, values in only.items() if values]
    body: Query = {
        "query": {"bool": {"filter": narrowed}},
        "sort": [{"from_at": "asc"}, {"record_id": "asc"}],
        "size": PAGE_DOCUMENTS,
        "track_total_hits": False,
        "_source": {"excludes": _LEFT_OUT},
    }
    return body | ({"search_after": after} if after else {})


def compared_body() -> Query:
    """One hit for each source and surface; a comparison of a whole source names no surface."""
    newest = {"top_hits": {"size": 1, "sort": [{"until_at": "desc"}]}}
    surfaces = {"terms": {"field": "surface", "missing": "", "size": SURFACES_MAX}, "aggs": {"newest": newest}}
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"term": {"kind": "compared"}},
        "aggs": {"sources": {"terms": {"field": "source", "size": SOURCES_MAX}, "aggs": {"surfaces": surfaces}}},
    }


def _watcher(bucket: dict[str, Any]) -> Watcher:
    beats = bucket["beats"]["newest"]["hits"]["hits"]
    return Watcher(
        source=bucket["key"],
        first_at=_instant(bucket["began"]["first"]),
        beat_at=_instant(bucket["beats"]["last"]),
        told_at=_instant(bucket["told"]["last"]),
        read_at=_instant(bucket["read"]["last"]),
        beat_seconds=beats[0]["_source"].get("longest_seconds", 0) if beats else 0,
    )


def _instant(aggregated: dict[str, Any]) -> datetime | None:
    milliseconds = aggregated["value"]
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)

"""Which surfaces lie at an address or are brought by a source, and the post that says just what somebody asks for."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from records.addresses import plain_url
from records.digests import text_digest
from search.client import WHOLE, Search

PLACES_MAX = 20
PATH_PARTS_MAX = 12
_SCHEMES = ("https", "http")

Query = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A surface, the source that brings its posts, how many there are, and when the first of them was seen."""

    surface: str
    source: str
    posts: int
    first_seen_at: datetime | None


async def places(search: Search, *, surface: str | None = None, source: str | None = None) -> list[Place]:
    """The surfaces of this name or of this source, the one with most posts first."""
    named = {"surface": surface, "source": source}
    return await _places(search, [{"term": {field: value}} for field, value in named.items() if value])


async def places_at(search: Search, url: str) -> tuple[str, list[Place]]:
    """The surfaces of the posts at this address, else of those in its folder, and so on up to the host; and where."""
    for address in addresses(url):
        if found := await _places(search, [at_or_below(address)]):
            return address, found
    return "", []


async def post_with_text(search: Search, text: str) -> str | None:
    """The post_id of the newest post that says just this, but for case, spacing and punctuation; else that said it."""
    body = {
        "query": saying(text),
        "sort": [{"_score": "desc"}, {"first_seen_at": {"order": "desc", "missing": "_last"}}, {"post_id": "asc"}],
        "size": 1,
        "track_total_hits": False,
        "_source": ["post_id"],
    }
    answer = await search.ask("POST", f"/{search.posts}/_search", body, params=WHOLE)
    return next((hit["_source"]["post_id"] for hit in answer["hits"]["hits"]), None)


def saying(text: str) -> Query:
    """Posts that say just this now, which come first, or said it before."""
    weights = {"text_digest": 2, "digests_before": 1}
    said = [
        {"constant_score": {"filter": {"term": {field: text_digest(text)}}, "boost": weight}}
        for field, weight in weights.items()
    ]
    return {"dis_max": {"queries": said}}


def addresses(url: str) -> list[str]:
    """The address as the index keeps it, without its end, then shorter by one part of the path each time.

    None for what is no address.
    """
    try:
        parts = urlsplit(plain_url(url))
    except ValueError:
        return []
    if parts.scheme not in _SCHEMES or not parts.netloc:
        return []
    folders = [part for part in parts.path.split("/") if part][:PATH_PARTS_MAX]
    return ["/".join([f"https://{parts.netloc}", *folders[:count]]) for count in range(len(folders), -1, -1)]


def at_or_below(address: str) -> Query:
    """Posts at exactly this address, or below it; never those of a path that only begins alike."""
    below = [{"prefix": {"url_plain": f"{address}{mark}"}} for mark in "/?#"]
    return {"bool": {"should": [{"term": {"url_plain": address}}, *below], "minimum_should_match": 1}}


async def _places(search: Search, narrowed: list[Query]) -> list[Place]:
    first = {"first": {"min": {"field": "first_seen_at"}}}
    by_source = {"sources": {"terms": {"field": "source", "size": PLACES_MAX}, "aggs": first}}
    body: Query = {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": narrowed}},
        "aggs": {"surfaces": {"terms": {"field": "surface", "size": PLACES_MAX}, "aggs": by_source}},
    }
    answer = await search.ask("POST", f"/{search.posts}/_search", body, params=WHOLE)
    return [
        Place(surface["key"], source["key"], source["doc_count"], _instant(source["first"]["value"]))
        for surface in answer["aggregations"]["surfaces"]["buckets"]
        for source in surface["sources"]["buckets"]
    ]


def _instant(milliseconds: float | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)

"""Which surfaces lie at an address or are brought by a source, and the posts that come nearest to a text."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from records.digests import text_digest
from records.documents import PostDocument
from search.client import Search
from search.queries import EXPANSIONS_MAX, TEXT_CHARS_MAX, WORDS_MAX, highlight

PLACES_MAX = 20
PATH_PARTS_MAX = 12
NEAREST_MAX = 3
WORDS_SHARE_MIN = "40%"
"""So many of the words asked for must be in a post that is called near."""
_WHOLE = {"allow_partial_search_results": "false"}
_SCHEMES = ("https", "http")
_WORD = re.compile(r"\w+")

Query = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A surface, the source that brings its posts, how many there are, and when the first of them was seen."""

    surface: str
    source: str
    posts: int
    first_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Near:
    """A post that was captured, and the stretch of it that comes nearest; `search.marks` are around the words."""

    document: PostDocument
    fragments: tuple[str, ...]


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


async def nearest(search: Search, text: str) -> list[Near]:
    """The posts that share most words with a text, small misspellings allowed."""
    words = _WORD.findall(text[:TEXT_CHARS_MAX])[:WORDS_MAX]
    if not words:
        return []
    answer = await search.ask("POST", f"/{search.posts}/_search", nearest_body(" ".join(words)), params=_WHOLE)
    return [Near(hit["_source"], tuple(hit.get("highlight", {}).get("text", ()))) for hit in answer["hits"]["hits"]]


async def post_with_text(search: Search, text: str) -> str | None:
    """The post_id of the newest post that says just this, but for case, spacing and punctuation."""
    body = {
        "query": {"term": {"text_digest": text_digest(text)}},
        "sort": [{"first_seen_at": {"order": "desc", "missing": "_last"}}, {"post_id": "asc"}],
        "size": 1,
        "track_total_hits": False,
        "_source": ["post_id"],
    }
    answer = await search.ask("POST", f"/{search.posts}/_search", body, params=_WHOLE)
    return next((hit["_source"]["post_id"] for hit in answer["hits"]["hits"]), None)


def addresses(url: str) -> list[str]:
    """Host and path without their end, then shorter by one part of the path each time; none for what is no address."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return []
    if parts.scheme not in _SCHEMES or not parts.netloc:
        return []
    folders = [part for part in parts.path.split("/") if part][:PATH_PARTS_MAX]
    return ["/".join([parts.netloc, *folders[:count]]) for count in range(len(folders), -1, -1)]


def at_or_below(address: str) -> Query:
    """Posts at exactly this host and path, or below it; never those of a path that only begins alike."""
    exactly = [f"{scheme}://{address}" for scheme in _SCHEMES]
    below = [{"prefix": {"url": f"{whole}{mark}"}} for whole in exactly for mark in "/?#"]
    return {"bool": {"should": [{"terms": {"url": exactly}}, *below], "minimum_should_match": 1}}


def nearest_body(words: str) -> Query:
    """Any of the words, enough of them; as a phrase they weigh more."""
    near = {
        "query": words,
        "minimum_should_match": WORDS_SHARE_MIN,
        "fuzziness": "AUTO:4,8",
        "prefix_length": 1,
        "max_expansions": EXPANSIONS_MAX,
    }
    return {
        "query": {
            "bool": {
                "must": [{"match": {"text": near}}],
                "should": [{"match_phrase": {"text": {"query": words, "slop": 2}}}],
            }
        },
        "size": NEAREST_MAX,
        "track_total_hits": False,
        "_source": {"excludes": ["parts", "applied"]},
        "highlight": highlight(),
    }


async def _places(search: Search, narrowed: list[Query]) -> list[Place]:
    first = {"first": {"min": {"field": "first_seen_at"}}}
    by_source = {"sources": {"terms": {"field": "source", "size": PLACES_MAX}, "aggs": first}}
    body: Query = {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": narrowed}},
        "aggs": {"surfaces": {"terms": {"field": "surface", "size": PLACES_MAX}, "aggs": by_source}},
    }
    answer = await search.ask("POST", f"/{search.posts}/_search", body, params=_WHOLE)
    return [
        Place(surface["key"], source["key"], source["doc_count"], _instant(source["first"]["value"]))
        for surface in answer["aggregations"]["surfaces"]["buckets"]
        for source in surface["sources"]["buckets"]
    ]


def _instant(milliseconds: float | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)

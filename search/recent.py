"""The posts that came last, newest first: what a tag or a list of words is tried on before it is published."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from search.client import WHOLE, Search
from search.indexer import document_id
from search.queries import LEFT_OUT

RECENT_POSTS_MAX = 10_000
PAGE_POSTS = 1_000
_SEEN_AND_THERE = {
    "bool": {"filter": [{"exists": {"field": "first_seen_at"}}], "must_not": [{"term": {"erased": True}}]}
}
_NEWEST_FIRST = [{"first_seen_at": "desc"}, {"post_id": "asc"}]

Document = dict[str, Any]


async def recent(
    search: Search, fields: Sequence[str], most: int = RECENT_POSTS_MAX
) -> AsyncGenerator[list[Document], None]:
    """Their documents with these fields, a page at a time; what was erased is not among them."""
    after: list[Any] = []
    while most > 0:
        body = {
            "query": _SEEN_AND_THERE,
            "sort": _NEWEST_FIRST,
            "size": min(most, PAGE_POSTS),
            "track_total_hits": False,
            "_source": {"includes": list(fields), "exclude_vectors": False},
        }
        more = {"search_after": after} if after else {}
        hits = (await search.ask("POST", f"/{search.posts}/_search", body | more, params=WHOLE))["hits"]["hits"]
        if not hits:
            return
        yield [hit["_source"] for hit in hits]
        most, after = most - len(hits), hits[-1]["sort"]


async def these(search: Search, post_ids: Sequence[str]) -> list[Document]:
    """The documents of these posts as a list shows them, in this order; one that went meanwhile is left out."""
    if not post_ids:
        return []
    body = {
        "query": {"ids": {"values": [document_id(post_id) for post_id in post_ids]}},
        "size": len(post_ids),
        "_source": {"excludes": LEFT_OUT},
    }
    hits = (await search.ask("POST", f"/{search.posts}/_search", body, params=WHOLE))["hits"]["hits"]
    found = {hit["_source"]["post_id"]: hit["_source"] for hit in hits}
    return [found[post_id] for post_id in post_ids if post_id in found]

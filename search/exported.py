"""What an export asks of the index: posts page by page as they stood, and the facts of many posts in few requests."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from typing import Any

from records.documents import PostDocument
from search.client import Search
from search.finder import FACTS_PAGE, WHOLE
from search.indexer import document_id
from search.queries import SORTS, Wanted, query
from search.walking import pages

PAGE_POSTS = 50
"""Posts of one request; with their facts and captures they are held in memory together."""
POSTS_NAMED_MAX = 1_000
_LEFT_OUT = ["embedding", "text_plain", "url_plain"]

Query = dict[str, Any]


def chosen(wanted: Wanted, hold_id: str | None = None, post_ids: Sequence[str] = ()) -> Query:
    """What a post must be to be exported: found by the search, under the hold, and one of those that are named."""
    narrowed: list[Query] = [query(wanted)]
    if hold_id:
        narrowed.append({"term": {"holds": hold_id}})
    if post_ids:
        narrowed.append({"ids": {"values": [document_id(post_id) for post_id in post_ids]}})
    return {"bool": {"filter": narrowed}}


async def count(search: Search, asked: Query) -> int:
    """How many posts that is."""
    return int((await search.ask("POST", f"/{search.posts}/_count", {"query": asked}))["count"])


async def posts(search: Search, asked: Query) -> AsyncGenerator[list[PostDocument], None]:
    """The documents, the oldest post first, as they stood when this began."""
    body = {"query": asked, "size": PAGE_POSTS, "sort": SORTS["oldest"], "_source": {"excludes": _LEFT_OUT}}
    async with aclosing(pages(search, search.posts, body)) as found:
        async for hits in found:
            yield [hit["_source"] for hit in hits]


async def facts_of_many(search: Search, post_ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Every fact about these posts, by post, each in the order in which they were recorded."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    named, after = list(post_ids), None
    while named:
        answer = await search.ask(
            "POST", f"/{search.history}/_search", facts_of_many_body(named, FACTS_PAGE, after), params=WHOLE
        )
        hits = answer["hits"]["hits"]
        for hit in hits:
            found[hit["_source"]["post_id"]].append(hit["_source"])
        if len(hits) < FACTS_PAGE:
            break
        after = hits[-1]["sort"]
    return found


def facts_of_many_body(post_ids: Sequence[str], size: int, after: list[Any] | None) -> Query:
    """The facts about these posts, in the order in which they were recorded, a page of them."""
    body: Query = {
        "query": {"bool": {"filter": [{"terms": {"post_id": list(post_ids)}}]}},
        "sort": [{"recorded_at": "asc"}, {"topic": "asc"}, {"partition": "asc"}, {"offset": "asc"}],
        "size": size,
        "track_total_hits": False,
    }
    return body | ({"search_after": after} if after else {})


async def erased_count(search: Search) -> int:
    """How many posts were erased: what those said can be found by nobody."""
    return await count(search, {"term": {"erased": True}})

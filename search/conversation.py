"""What stood around a post: the one that it answers, its neighbours in the conversation, and others at its address."""

import asyncio
from typing import Any, cast

from records.addresses import plain_url
from records.documents import PostDocument
from search.client import WHOLE, Search
from search.indexer import Indexer, document_id
from search.queries import LEFT_OUT

Query = dict[str, Any]
Near = tuple[str, PostDocument]
"""`parent`, `before` or `after`, and the post."""

_UNKNOWN = "unknown"
_SOURCE = {"excludes": [*LEFT_OUT, "embedding"]}


async def conversation(search: Search, document: PostDocument, posts_max: int) -> list[Near]:
    """The post that this one answers, then so many before and so many after it, each the oldest first."""
    if not posts_max:
        return []
    before, after, parent = await asyncio.gather(
        _neighbours(search, document, posts_max, "desc"),
        _neighbours(search, document, posts_max, "asc"),
        _one(search, document.get("parent_post_id")),
    )
    found: list[Near] = [("parent", parent)] if parent else []
    found += [("before", one) for one in before[::-1]] + [("after", one) for one in after]
    answered = document.get("parent_post_id")
    return [near for near in found if near[0] == "parent" or near[1]["post_id"] != answered]


async def others_at(search: Search, document: PostDocument) -> int:
    """How many other posts there are at its address."""
    url = document.get("url")
    if not url:
        return 0
    query = {"bool": {"filter": [{"term": {"url_plain": plain_url(url)}}], "must_not": _itself(document)}}
    body = {"query": query, "size": 0, "track_total_hits": True}
    answer = await search.ask("POST", f"/{search.posts}/_search", body, params=WHOLE)
    return int(answer["hits"]["total"]["value"])


def neighbours_body(document: PostDocument, size: int, order: str) -> Query | None:
    """The posts of one conversation next to one of them in time; None where it belongs to none.

    A thread is the conversation, else the answers to one post, else the surface.
    """
    together = next(
        (
            {"term": {field: value}}
            for field in ("thread_id", "parent_post_id", "surface")
            if (value := _of(document, field))
        ),
        None,
    )
    clock = "posted_at" if document.get("posted_at") else "first_seen_at"
    at = document.get("posted_at") or document.get("first_seen_at")
    if together is None or at is None:
        return None
    bound = "lt" if order == "desc" else "gte"
    filters = [together, {"term": {"source": document["source"]}}, {"range": {clock: {bound: at}}}]
    return {
        "query": {"bool": {"filter": filters, "must_not": _itself(document)}},
        "sort": [{clock: order}, {"first_seen_at": order}],
        "size": size,
        "track_total_hits": False,
        "_source": _SOURCE,
    }


def _of(document: PostDocument, field: str) -> str | None:
    value = cast("dict[str, Any]", document).get(field)
    return None if value == _UNKNOWN else value


def _itself(document: PostDocument) -> list[Query]:
    return [{"ids": {"values": [document_id(document["post_id"])]}}]


async def _neighbours(search: Search, document: PostDocument, size: int, order: str) -> list[PostDocument]:
    body = neighbours_body(document, size, order)
    if body is None:
        return []
    answer = await search.ask("POST", f"/{search.posts}/_search", body, params=WHOLE)
    return [hit["_source"] for hit in answer["hits"]["hits"]]


async def _one(search: Search, post_id: str | None) -> PostDocument | None:
    held = await Indexer(search).read([post_id]) if post_id else {}
    return next((one.document for one in held.values()), None)

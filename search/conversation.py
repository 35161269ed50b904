"""What stood around a post: the one that it answers, its neighbours in the conversation, and others at its address."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from records.addresses import plain_url
from records.documents import PostDocument
from search.client import Search
from search.indexer import Indexer, document_id
from search.queries import LEFT_OUT

Query = dict[str, Any]
Near = tuple[str, PostDocument]
"""`parent`, `before` or `after`, and the post."""

_UNKNOWN = "unknown"
_ORDERS = ("desc", "asc")
_SOURCE = {"excludes": [*LEFT_OUT, "embedding"]}


async def conversation(search: Search, document: PostDocument, posts_max: int) -> list[Near]:
    """The post that this one answers, then so many before and so many after it, each the oldest first."""
    [found] = await conversations(search, [(document, posts_max)])
    return found


async def conversations(search: Search, wanted: Sequence[tuple[PostDocument, int]]) -> list[list[Near]]:
    """The conversation of each post, with how many neighbours it wants on either side; none where that is 0."""
    asked = [neighbours_body(document, size, order) if size else None for document, size in wanted for order in _ORDERS]
    parents = [document.get("parent_post_id") if size else None for document, size in wanted]
    hits, held = await asyncio.gather(_found(search, asked), Indexer(search).read(one for one in parents if one))
    return [
        _in_order(parent, held[parent].document if parent in held else None, before, after)
        for parent, before, after in zip(parents, hits[::2], hits[1::2], strict=True)
    ]


async def others_at(search: Search, documents: Sequence[PostDocument]) -> list[int]:
    """How many other posts there are at the address of each."""
    bodies = {number: body for number, one in enumerate(documents) if (body := _others_body(one))}
    answers = await search.ask_many(search.posts, bodies.values())
    counted = {number: int(one["hits"]["total"]["value"]) for number, one in zip(bodies, answers, strict=True)}
    return [counted.get(number, 0) for number in range(len(documents))]


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


def _others_body(document: PostDocument) -> Query | None:
    url = document.get("url")
    if not url:
        return None
    query = {"bool": {"filter": [{"term": {"url_plain": plain_url(url)}}], "must_not": _itself(document)}}
    return {"query": query, "size": 0, "track_total_hits": True}


async def _found(search: Search, bodies: Sequence[Query | None]) -> list[list[PostDocument]]:
    """What each finds; nothing where nothing is asked."""
    answers = iter(await search.ask_many(search.posts, (body for body in bodies if body)))
    return [[hit["_source"] for hit in next(answers)["hits"]["hits"]] if body else [] for body in bodies]


def _in_order(
    answered: str | None, parent: PostDocument | None, before: Sequence[PostDocument], after: Sequence[PostDocument]
) -> list[Near]:
    found: list[Near] = [("parent", parent)] if parent else []
    neighbours = [*(("before", one) for one in before[::-1]), *(("after", one) for one in after)]
    return found + [near for near in neighbours if near[1]["post_id"] != answered]

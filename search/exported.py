"""What an export asks of the index: which posts, and those page by page as they stood."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from records.documents import PostDocument
from search.client import Search
from search.indexer import document_id
from search.queries import REPEATED, SORTS, Wanted, query
from search.walking import pages

PAGE_POSTS = 50
"""Posts of one request; with their facts and captures they are held in memory together."""
_LEFT_OUT = ["embedding", *REPEATED]

Query = dict[str, Any]


def chosen(wanted: Wanted, hold_id: str | None = None, post_ids: Sequence[str] = ()) -> Query:
    """What a post must be to be exported: found by the search, under the hold, and one of those that are named."""
    narrowed: list[Query] = [query(wanted)]
    if hold_id:
        narrowed.append({"term": {"holds": hold_id}})
    if post_ids:
        narrowed.append({"ids": {"values": [document_id(post_id) for post_id in post_ids]}})
    return {"bool": {"filter": narrowed}}


async def posts(search: Search, asked: Query) -> AsyncGenerator[list[PostDocument], None]:
    """The documents, the oldest post first, as they stood when this began."""
    body = {"query": asked, "size": PAGE_POSTS, "sort": SORTS["oldest"], "_source": {"excludes": _LEFT_OUT}}
    async with aclosing(pages(search, search.posts, body)) as found:
        async for hits in found:
            yield [hit["_source"] for hit in hits]

"""Documents as they are, for whoever compares them: some by their ids, in real time, or all of an index."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from itertools import islice
from typing import Any

from search.client import WHOLE, Search, trouble

READ_DOCUMENTS_MAX = 200
"""Of one request; a post can be 1.6 MB."""
PAGE_DOCUMENTS = 2_000
PIT_KEEP_ALIVE = "5m"
_NO_SHARD = 503

Document = dict[str, Any]


async def documents(search: Search, view: str, ids: Iterable[str]) -> dict[str, Document]:
    """The documents that there are, by `_id`, whole, vectors too; searchable yet or not."""
    found: dict[str, Document] = {}
    wanted = iter(dict.fromkeys(ids))
    while some := list(islice(wanted, READ_DOCUMENTS_MAX)):
        params = {"_source_exclude_vectors": "false"}
        answer = await search.ask("POST", f"/{view}/_mget", {"ids": some}, params=params)
        for item in answer["docs"]:
            if error := item.get("error"):
                raise trouble(_NO_SHARD, error["type"], error["reason"])
            if item["found"]:
                found[item["_id"]] = item["_source"]
    return found


async def walk(search: Search, view: str, fields: Sequence[str]) -> AsyncGenerator[list[tuple[str, Document]], None]:
    """Every document of a view as it stood at the beginning: `_id`, and these fields of it."""
    wanted = {"query": {"match_all": {}}, "size": PAGE_DOCUMENTS, "_source": {"includes": list(fields)}}
    async with aclosing(pages(search, view, wanted)) as found:
        async for hits in found:
            yield [(hit["_id"], hit["_source"]) for hit in hits]


async def pages(search: Search, view: str, wanted: Document) -> AsyncGenerator[list[Document], None]:
    """All hits, as a view stood at the beginning; `wanted` says which, how many at once, and what of each."""
    opened = await search.ask("POST", f"/{view}/_pit", params={"keep_alive": PIT_KEEP_ALIVE})
    pit, after = opened["id"], None
    try:
        while True:
            answer = await search.ask("POST", "/_search", _page_body(pit, wanted, after), params=WHOLE)
            hits, pit = answer["hits"]["hits"], answer["pit_id"]
            if not hits:
                return
            yield hits
            after = hits[-1]["sort"]
    finally:
        await search.ask("DELETE", "/_pit", {"id": pit}, may_lack=True)


def _page_body(pit: str, wanted: Document, after: list[Any] | None) -> Document:
    body = {
        "pit": {"id": pit, "keep_alive": PIT_KEEP_ALIVE},
        "sort": [{"_shard_doc": "asc"}],
        "track_total_hits": False,
        **wanted,
    }
    return body | ({"search_after": after} if after else {})

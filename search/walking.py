"""Documents as they are, for whoever compares them: some by their ids, in real time, or all of an index."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from itertools import islice
from typing import Any

from search.client import Search, trouble

READ_DOCUMENTS_MAX = 200
"""Of one request; a post can be 1 MB."""
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
    opened = await search.ask("POST", f"/{view}/_pit", params={"keep_alive": PIT_KEEP_ALIVE})
    pit, after = opened["id"], None
    try:
        while True:
            answer = await search.ask("POST", "/_search", _page_body(pit, fields, after), params=_WHOLE)
            hits, pit = answer["hits"]["hits"], answer["pit_id"]
            if not hits:
                return
            yield [(hit["_id"], hit["_source"]) for hit in hits]
            after = hits[-1]["sort"]
    finally:
        await search.ask("DELETE", "/_pit", {"id": pit}, may_lack=True)


_WHOLE = {"allow_partial_search_results": "false"}


def _page_body(pit: str, fields: Sequence[str], after: list[Any] | None) -> dict[str, Any]:
    body = {
        "pit": {"id": pit, "keep_alive": PIT_KEEP_ALIVE},
        "query": {"match_all": {}},
        "sort": [{"_shard_doc": "asc"}],
        "size": PAGE_DOCUMENTS,
        "track_total_hits": False,
        "_source": {"includes": list(fields)},
    }
    return body | ({"search_after": after} if after else {})

"""What has happened to cases: which of them wait, are late or were decided now, each with since when."""

from collections.abc import AsyncIterator
from typing import Any, Final

from search.client import WHOLE, Search
from search.entering import POSTS_MAX
from search.queries import Wanted, query
from search.words import Query

OPENED, DECIDED, OVERDUE = "case.opened", "case.decided", "case.overdue"
_SO: Final[dict[str, list[Query]]] = {
    OPENED: [query(Wanted(waiting=True))],
    DECIDED: [],
    OVERDUE: [query(Wanted(overdue=True))],
}
_SINCE: Final = {OPENED: "opened_at", DECIDED: "decided_at", OVERDUE: "due_at"}

Happened = tuple[str, int]
"""A case by its post_id, and since when it is so, in milliseconds since 1970."""


async def happened(search: Search, kind: str, after_ms: int) -> AsyncIterator[list[Happened]]:
    """Every case that is so now and came to be so after an instant, the earliest first, page by page."""
    body, params = happened_body(kind, after_ms), {**WHOLE, "filter_path": "hits.hits.sort"}
    while True:
        answer = await search.ask("POST", f"/{search.posts}/_search", body, params=params)
        found = [hit["sort"] for hit in answer.get("hits", {}).get("hits", ())]
        yield [(post_id, since) for since, post_id in found]
        if len(found) < POSTS_MAX:
            return
        body = body | {"search_after": found[-1]}


def happened_body(kind: str, after_ms: int) -> dict[str, Any]:
    """Nothing of a post is fetched: what is asked for stands in what it is sorted by."""
    later: Query = {"range": {_SINCE[kind]: {"gt": after_ms, "format": "epoch_millis"}}}
    return {
        "query": {"bool": {"filter": [*_SO[kind], later]}},
        "sort": [{_SINCE[kind]: "asc"}, {"post_id": "asc"}],
        "size": POSTS_MAX,
        "track_total_hits": False,
        "_source": False,
    }

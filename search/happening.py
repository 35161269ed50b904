"""What has happened to cases: which of them wait, are late or were decided now, each with since when."""

from collections.abc import Mapping
from typing import Any, Final

from search.client import WHOLE, Search
from search.entering import LACKING, POSTS_MAX
from search.queries import Wanted, query
from search.words import Query

DECIDED_DAYS = 2
"""So far back decisions are looked for: a fold that was behind for longer has some that nobody is told of."""
OPENED, DECIDED, OVERDUE = "case.opened", "case.decided", "case.overdue"
_DECIDED: Query = {"range": {"decided_at": {"gte": f"now-{DECIDED_DAYS}d"}}}
_SINCE: Final = {OPENED: "opened_at", DECIDED: "decided_at", OVERDUE: "due_at"}


async def happened(search: Search, kind: str) -> Mapping[str, int] | None:
    """Every case that is so now, by its post_id, with since when in milliseconds; None for more than `POSTS_MAX`."""
    params = {**WHOLE, "filter_path": "hits.total,hits.hits.sort"}
    answer = await search.ask("POST", f"/{search.posts}/_search", happened_body(kind), params=params)
    if answer["hits"]["total"]["value"] > POSTS_MAX:
        return None
    found = (hit["sort"] for hit in answer["hits"].get("hits", ()))
    return {post_id: since for post_id, since in found if since < LACKING}


def happened_body(kind: str) -> dict[str, Any]:
    """Nothing of a post is fetched: what is asked for stands in what it is sorted by."""
    asked = {OPENED: query(Wanted(waiting=True)), OVERDUE: query(Wanted(overdue=True)), DECIDED: _DECIDED}
    return {
        "query": asked[kind],
        "sort": [{"post_id": "asc"}, {_SINCE[kind]: {"order": "asc", "missing": "_last"}}],
        "size": POSTS_MAX,
        "track_total_hits": POSTS_MAX + 1,
        "_source": False,
    }

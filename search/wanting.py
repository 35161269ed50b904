"""Which posts want something of their site and have waited long enough, as far as the index shows it."""

from datetime import datetime
from typing import NamedTuple

from search.client import WHOLE, Search
from search.words import Query


class Due(NamedTuple):
    """A post, what it wants of its site, and from when on; both as its document has them."""

    post_id: str
    wants: str
    wants_after: str


async def due(search: Search, before: datetime, size: int) -> list[Due]:
    """So many of those whose time has come before this instant, the longest waiting first."""
    answer = await search.ask("POST", f"/{search.posts}/_search", due_body(before, size), params=WHOLE)
    hits = [hit["_source"] for hit in answer["hits"]["hits"]]
    return [Due(hit["post_id"], hit["wants"], hit["wants_after"]) for hit in hits]


def due_body(before: datetime, size: int) -> Query:
    """The request for them."""
    wanting = {"exists": {"field": "wants"}}
    return {
        "query": {"bool": {"filter": [wanting, {"range": {"wants_after": {"lt": before.isoformat()}}}]}},
        "sort": [{"wants_after": "asc"}, {"post_id": "asc"}],
        "size": size,
        "track_total_hits": False,
        "_source": {"includes": list(Due._fields)},
    }

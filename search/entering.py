"""Which posts a search finds now, all of them by their ids: compared with those of before, what has entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from search.client import WHOLE, Search
from search.queries import Wanted, query

POSTS_MAX = 10_000
"""Of more posts nobody can say what is new; a server lists no more at once, either."""
LACKING = 2**62
_SORT = [
    {"post_id": "asc"},
    {"opened_at": {"order": "asc", "missing": "_last"}},
    {"first_seen_at": {"order": "asc", "missing": "_last"}},
]


@dataclass(frozen=True, slots=True)
class Inside:
    """A post that is found: since when it waits for a person, if it does, and since when it is known.

    Both in milliseconds since 1970.
    """

    opened_ms: int | None
    seen_ms: int | None

    @property
    def since_ms(self) -> int | None:
        """Since when it waits, else since when it is known."""
        return self.opened_ms if self.opened_ms is not None else self.seen_ms


async def inside(search: Search, wanted: Wanted) -> Mapping[str, Inside] | None:
    """Every post that is wanted, by its post_id; None where there are more than `POSTS_MAX`."""
    params = {**WHOLE, "filter_path": "hits.total,hits.hits.sort"}
    answer = await search.ask("POST", f"/{search.posts}/_search", inside_body(wanted), params=params)
    if answer["hits"]["total"]["value"] > POSTS_MAX:
        return None
    hits = answer["hits"].get("hits", ())
    return {post_id: Inside(_there(opened), _there(seen)) for post_id, opened, seen in (hit["sort"] for hit in hits)}


def inside_body(wanted: Wanted) -> dict[str, Any]:
    """Nothing of a post is fetched: what is asked for stands in what it is sorted by."""
    return {
        "query": query(wanted),
        "sort": _SORT,
        "size": POSTS_MAX,
        "track_total_hits": POSTS_MAX + 1,
        "_source": False,
    }


def _there(instant: int) -> int | None:
    """A server writes the largest number for an instant that a post lacks."""
    return instant if instant < LACKING else None

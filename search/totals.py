"""How much there is, for a page that says how things stand."""

from dataclasses import dataclass

from search.client import Search


@dataclass(frozen=True, slots=True)
class Totals:
    """What can be searched now: posts, by state and unscored, and facts."""

    posts: int
    facts: int
    by_state: dict[str, int]
    unscored: int


async def totals(search: Search) -> Totals:
    """Counts of both indices; what was written within the last second may not be among them."""
    body = {
        "size": 0,
        "track_total_hits": True,
        "aggs": {
            "by_state": {"terms": {"field": "state", "size": 100}},
            "unscored": {"filter": {"exists": {"field": "unscored"}}},
        },
    }
    posts = await search.ask("POST", f"/{search.posts}/_search", body)
    facts = await search.ask("POST", f"/{search.history}/_count")
    by_state = {bucket["key"]: bucket["doc_count"] for bucket in posts["aggregations"]["by_state"]["buckets"]}
    unscored = posts["aggregations"]["unscored"]["doc_count"]
    return Totals(posts["hits"]["total"]["value"], facts["count"], by_state, unscored)

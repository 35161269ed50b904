"""How much there is, for a page that says how things stand."""

from dataclasses import dataclass
from typing import Any

from search.client import Search

RULES_MAX = 1_000


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


@dataclass(frozen=True, slots=True)
class Fired:
    """How many posts have a finding of a rule now, and when the newest of them was first seen."""

    posts: int
    last_at: str | None


async def fired(search: Search) -> dict[str, Fired]:
    """The same for every rule that found anything, by its name; `model` and `judge` are among them."""
    answer = await search.ask("POST", f"/{search.posts}/_search", fired_body())
    buckets = answer["aggregations"]["by_rule"]["buckets"]
    return {one["key"]: Fired(one["doc_count"], one["last"].get("value_as_string")) for one in buckets}


def fired_body() -> dict[str, Any]:
    """One search without hits that counts posts by rule."""
    newest = {"last": {"max": {"field": "first_seen_at"}}}
    by_rule = {"terms": {"field": "rules", "size": RULES_MAX}, "aggs": newest}
    return {"size": 0, "track_total_hits": False, "aggs": {"by_rule": by_rule}}

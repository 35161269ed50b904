"""How much there is, for a page that says how things stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from search.client import Search

RULES_MAX = 1_000
LANGUAGES_MAX = 30
MODELS_MAX = 5
UNKNOWN, OTHERS = "unknown", "others"
ERASED: dict[str, Any] = {"term": {"erased": True}}
"""The query that finds the posts that were erased."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What can be searched now: posts, by state, language (the commonest) and unscored, and facts."""

    posts: int
    facts: int
    by_state: dict[str, int]
    unscored: int
    by_language: dict[str, int] = field(default_factory=dict)


async def totals(search: Search) -> Totals:
    """Counts of both indices; what was written within the last second may not be among them."""
    body = {
        "size": 0,
        "track_total_hits": True,
        "aggs": {
            "by_state": {"terms": {"field": "state", "size": 100}},
            "by_language": {"terms": {"field": "language", "missing": UNKNOWN, "size": LANGUAGES_MAX}},
            "unscored": {"filter": {"exists": {"field": "unscored"}}},
        },
    }
    posts = await search.ask("POST", f"/{search.posts}/_search", body)
    facts = await search.ask("POST", f"/{search.history}/_count")
    by_state, by_language = (_counted(posts["aggregations"][name]) for name in ("by_state", "by_language"))
    unscored = posts["aggregations"]["unscored"]["doc_count"]
    return Totals(posts["hits"]["total"]["value"], facts["count"], by_state, unscored, by_language)


async def count(search: Search, query: Mapping[str, Any]) -> int:
    """How many posts a query finds, as far as they are searchable."""
    return int((await search.ask("POST", f"/{search.posts}/_count", {"query": query}))["count"])


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


@dataclass(frozen=True, slots=True)
class Judging:
    """How many posts a model has judged as they stand, and when the newest of them was first seen."""

    model_digest: str
    posts: int
    last_at: str | None


async def judging(search: Search) -> list[Judging]:
    """The same for each model that judged posts, the one with the newest post first."""
    answer = await search.ask("POST", f"/{search.posts}/_search", judging_body())
    buckets = answer["aggregations"]["by_model"]["buckets"]
    return [Judging(one["key"], one["doc_count"], one["last"].get("value_as_string")) for one in buckets]


def judging_body() -> dict[str, Any]:
    """One search without hits that counts posts by model."""
    newest = {"last": {"max": {"field": "first_seen_at"}}}
    by_model = {"terms": {"field": "model_digest", "size": MODELS_MAX, "order": {"last": "desc"}}, "aggs": newest}
    return {"size": 0, "track_total_hits": False, "aggs": {"by_model": by_model}}


def _counted(terms: dict[str, Any]) -> dict[str, int]:
    counts = {bucket["key"]: bucket["doc_count"] for bucket in terms["buckets"]}
    rest = terms["sum_other_doc_count"]
    return counts | ({OTHERS: rest} if rest else {})

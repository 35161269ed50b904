"""How much there is, for a page that says how things stand."""

from dataclasses import dataclass, field
from typing import Any

from search.client import Search

LANGUAGES_MAX = 30
UNKNOWN, OTHERS = "unknown", "others"


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


def _counted(terms: dict[str, Any]) -> dict[str, int]:
    counts = {bucket["key"]: bucket["doc_count"] for bucket in terms["buckets"]}
    rest = terms["sum_other_doc_count"]
    return counts | ({OTHERS: rest} if rest else {})

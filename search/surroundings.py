"""How often the texts and the authors of a batch are known already: one request for the whole batch."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from search.client import Search

BATCH_POSTS_MAX = 10_000
"""Texts or authors of one request; the server takes 65,536 words in one filter."""

Counts = tuple[dict[str, int], dict[str, int]]


async def counts(
    search: Search,
    text_digests: Collection[str],
    author_ids: Collection[str],
    *,
    since: datetime | None = None,
) -> Counts:
    """Posts by text digest and by author, of those first seen `since` then; what is not there at all is left out."""
    wanted = {"text_digest": sorted(set(text_digests)), "author_id": sorted(set(author_ids))}
    if not any(wanted.values()):
        return {}, {}
    answer = await search.ask("POST", f"/{search.posts}/_search", counts_body(wanted, since))
    texts, authors = (_counted(answer["aggregations"], field) for field in wanted)
    return texts, authors


def counts_body(wanted: dict[str, list[str]], since: datetime | None) -> dict[str, Any]:
    """One search without hits that counts the posts of each text and of each author."""
    asked = {field: values for field, values in wanted.items() if values}
    recent = [{"range": {"first_seen_at": {"gte": since.isoformat()}}}] if since else []
    matches: list[dict[str, Any]] = [{"terms": {field: values}} for field, values in asked.items()]
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": recent, "should": matches, "minimum_should_match": 1}},
        "aggs": {field: _count(field, values) for field, values in asked.items()},
    }


def _count(field: str, values: list[str]) -> dict[str, Any]:
    # "map" looks at the posts that match; the default first numbers every value of the index, after every refresh.
    named = {"field": field, "size": len(values), "execution_hint": "map"}
    return {"filter": {"terms": {field: values}}, "aggs": {"by": {"terms": named}}}


def _counted(aggregations: dict[str, Any], field: str) -> dict[str, int]:
    buckets = aggregations.get(field, {}).get("by", {}).get("buckets", ())
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}

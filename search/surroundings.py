"""How often the texts and the authors of a batch are known already: one request for the whole batch."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from search.client import Search
from search.indexer import document_id

Counts = tuple[dict[str, int], dict[str, int]]


async def counts(
    search: Search,
    text_digests: Collection[str],
    author_ids: Collection[str],
    *,
    beside: Collection[str] = (),
    authors_since: datetime | None = None,
) -> Counts:
    """Other posts by text digest, and by author of those first seen since then; what is not there is left out.

    `beside` are posts that whoever asks counts on their own: those of the batch itself, and those judged just before.
    """
    wanted = {"text_digest": sorted(set(text_digests)), "author_id": sorted(set(author_ids))}
    if not any(wanted.values()):
        return {}, {}
    answer = await search.ask("POST", f"/{search.posts}/_search", counts_body(wanted, beside, authors_since))
    texts, authors = (_counted(answer["aggregations"], field) for field in wanted)
    return texts, authors


def counts_body(
    wanted: dict[str, list[str]], beside: Collection[str] = (), authors_since: datetime | None = None
) -> dict[str, Any]:
    """One search without hits that counts the posts of each text and of each author."""
    matches = {field: _match(field, values, authors_since) for field, values in wanted.items() if values}
    others = [{"ids": {"values": sorted(document_id(post_id) for post_id in beside)}}] if beside else []
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"must_not": others, "should": list(matches.values()), "minimum_should_match": 1}},
        "aggs": {field: _count(field, match, len(wanted[field])) for field, match in matches.items()},
    }


def _match(field: str, values: list[str], authors_since: datetime | None) -> dict[str, Any]:
    named: list[dict[str, Any]] = [{"terms": {field: values}}]
    if authors_since and field == "author_id":
        named.append({"range": {"first_seen_at": {"gte": authors_since.isoformat()}}})
        imported = {"term": {"backfill": True}}  # seen lately, and posted long ago
        return {"bool": {"filter": named, "must_not": [imported]}}
    return {"bool": {"filter": named}}


def _count(field: str, match: dict[str, Any], size: int) -> dict[str, Any]:
    # "map" looks at the posts that match; the default first numbers every value of the index, after every refresh.
    named = {"field": field, "size": size, "execution_hint": "map"}
    return {"filter": match, "aggs": {"by": {"terms": named}}}


def _counted(aggregations: dict[str, Any], field: str) -> dict[str, int]:
    buckets = aggregations.get(field, {}).get("by", {}).get("buckets", ())
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}

"""What a reviewer sees beside a document: its earlier texts, what people did about it, and its author's posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from records.documents import PostDocument
from search.client import WHOLE, Search
from search.indexer import document_id
from search.queries import LEFT_OUT
from search.words import Query

FACTS_MAX = 200
AUTHOR_POSTS_MAX = 5
_SHOWN = {"excludes": [*LEFT_OUT, "embedding"]}

Fact = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuthorHistory:
    """How many other posts there are by one author at one source, what was decided about them, and the newest."""

    posts: int
    by_action: dict[str, int]
    newest: tuple[PostDocument, ...]


async def observations(search: Search, post_id: str) -> list[Fact]:
    """The latest facts of how it was seen, in the order in which they were recorded, without their captures."""
    return await _facts(search, post_id, ["posts"])


async def handling(search: Search, post_id: str) -> list[Fact]:
    """The latest facts of what people did, what the site was asked for, and what it did, in order."""
    return await _facts(search, post_id, ["decisions", "orders", "outcomes"])


def facts_body(post_id: str, topics: list[str]) -> Query:
    """The newest facts of these topics."""
    return {
        "query": {"bool": {"filter": [{"term": {"post_id": post_id}}, {"terms": {"topic": topics}}]}},
        "sort": [{"recorded_at": "desc"}, {"topic": "desc"}, {"partition": "desc"}, {"offset": "desc"}],
        "size": FACTS_MAX,
        "track_total_hits": False,
        "_source": {"excludes": ["record.capture"]},
    }


async def by_author(search: Search, document: PostDocument) -> AuthorHistory:
    """Of whoever wrote this post; nothing where the source does not say who."""
    if not document.get("author_id"):
        return AuthorHistory(0, {}, ())
    answer = await search.ask("POST", f"/{search.posts}/_search", by_author_body(document), params=WHOLE)
    counted = {one["key"]: one["doc_count"] for one in answer["aggregations"]["actions"]["buckets"]}
    newest = tuple(hit["_source"] for hit in answer["hits"]["hits"])
    return AuthorHistory(answer["hits"]["total"]["value"], counted, newest)


def by_author_body(document: PostDocument) -> Query:
    """The author's other posts at this source, newest first, and how often which decision stands."""
    same = [{"term": {"author_id": document["author_id"]}}, {"term": {"source": document["source"]}}]
    itself = [{"ids": {"values": [document_id(document["post_id"])]}}]
    return {
        "query": {"bool": {"filter": same, "must_not": itself}},
        "sort": [{"posted_at": {"order": "desc", "missing": "_last"}}, {"first_seen_at": "desc"}],
        "size": AUTHOR_POSTS_MAX,
        "track_total_hits": True,
        "aggs": {"actions": {"terms": {"field": "action", "size": 10}}},
        "_source": _SHOWN,
    }


async def same_text(search: Search, document: PostDocument, size: int) -> list[PostDocument]:
    """The other posts that say the same, but for case, spacing and punctuation, the newest first."""
    if not document.get("text"):
        return []
    body = {
        "query": {
            "bool": {
                "filter": [{"term": {"text_digest": document["text_digest"]}}],
                "must_not": [{"ids": {"values": [document_id(document["post_id"])]}}],
            }
        },
        "sort": [{"first_seen_at": {"order": "desc", "missing": "_last"}}, {"post_id": "asc"}],
        "size": size,
        "track_total_hits": False,
        "_source": _SHOWN,
    }
    answer = await search.ask("POST", f"/{search.posts}/_search", body, params=WHOLE)
    return [hit["_source"] for hit in answer["hits"]["hits"]]


async def part_of(search: Search, post_id: str, *fields: str) -> Fact | None:
    """Some fields of a document as it stands this moment; None where there is none."""
    return (await parts_of(search, [post_id], *fields)).get(post_id)


async def parts_of(search: Search, post_ids: Sequence[str], *fields: str) -> dict[str, Fact]:
    """The same of several documents, by their post_id."""
    if not post_ids:
        return {}
    by_id = {document_id(post_id): post_id for post_id in post_ids}
    params = {"_source_includes": ",".join(fields)}
    answer = await search.ask("POST", f"/{search.posts}/_mget", {"ids": list(by_id)}, params=params)
    return {by_id[item["_id"]]: item["_source"] for item in answer["docs"] if item.get("found")}


async def _facts(search: Search, post_id: str, topics: list[str]) -> list[Fact]:
    answer = await search.ask("POST", f"/{search.history}/_search", facts_body(post_id, topics), params=WHOLE)
    return [hit["_source"] for hit in answer["hits"]["hits"]][::-1]

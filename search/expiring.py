"""What a retention pass looks for: posts that may have outlived their period, and posts that were erased.

The index knows the labels of today and when something about a post was recorded last, which is enough to leave most of
them out. Whoever asks decides by the whole document (`moderation/retention.py`): never is one left out that is due.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any

from search.client import Search
from search.holds import posts
from search.indexer import document_id
from search.totals import ERASED

NEEDED = (
    "post_id",
    "labels",
    "holds",
    "recorded_at",
    "version",
    "parts.observed.recorded_at",
    "parts.judged.recorded_at",
    "parts.judged.verdicts.findings.label",
    "parts.judged.verdicts.labels_since",
    "parts.decided.version",
    "parts.decided.recorded_at",
    "parts.decided.decisions.kind",
    "parts.decided.decisions.recorded_at",
    "parts.decided.decisions.record_id",
    "parts.carried_out.orders.recorded_at",
    "parts.carried_out.outcomes.recorded_at",
)
"""Of each document, all that decides until when it is kept."""

Query = dict[str, Any]
Post = dict[str, Any]


def candidates(ends: Mapping[str, datetime], labels: Mapping[str, Sequence[str]]) -> tuple[Query, list[Query]]:
    """What a post must and must not be, to be due perhaps.

    `ends` says of every retention class since when nothing may have been recorded about a post; `labels` has the labels
    of each class. When a post was first seen is looked at, too, since acts about holds move when it was last recorded.
    """
    longer = [
        {"bool": {"filter": [{"terms": {"labels": list(names)}}], "must_not": [_before(ends[name])]}}
        for name, names in labels.items()
        if names
    ]
    return _before(max(ends.values())), [ERASED, *longer]


async def may_be_due(
    search: Search, ends: Mapping[str, datetime], labels: Mapping[str, Sequence[str]]
) -> AsyncGenerator[list[Post], None]:
    """What is NEEDED of each of them, page by page."""
    must, must_not = candidates(ends, labels)
    async with aclosing(posts(search, [must], must_not, NEEDED)) as found:
        async for some in found:
            yield [_whole(post) for post in some]


async def these(search: Search, post_ids: Sequence[str]) -> AsyncGenerator[list[Post], None]:
    """The same of these posts, but those that were erased."""
    for start in range(0, len(post_ids), _AT_ONCE):
        named = {"ids": {"values": [document_id(post_id) for post_id in post_ids[start : start + _AT_ONCE]]}}
        async with aclosing(posts(search, [named], [ERASED], NEEDED)) as found:
            async for some in found:
                yield [_whole(post) for post in some]


async def erased(search: Search) -> AsyncGenerator[list[str], None]:
    """The ids of the posts that were erased."""
    async with aclosing(posts(search, [ERASED], (), ("post_id",))) as found:
        async for some in found:
            yield [post["post_id"] for post in some]


_AT_ONCE = 500


def _before(instant: datetime) -> Query:
    fields = ("recorded_at", "first_seen_at")
    old = [{"range": {field: {"lt": instant.isoformat()}}} for field in fields]
    return {"bool": {"should": old, "minimum_should_match": 1}}


def _whole(post: Post) -> Post:
    """Lists and objects without content are left out of an answer that names fields."""
    parts = post.setdefault("parts", {})
    for name in ("observed", "judged", "decided", "carried_out"):
        parts.setdefault(name, {})
    for name in ("observed", "judged"):
        parts[name].setdefault("recorded_at", None)
    judged, decided, carried_out = parts["judged"], parts["decided"], parts["carried_out"]
    for verdict in judged.setdefault("verdicts", []):
        verdict.setdefault("findings", [])
        verdict.setdefault("labels_since", {})
    decided.setdefault("decisions", [])
    decided.setdefault("version", 0)
    decided.setdefault("recorded_at", None)
    for name in ("orders", "outcomes"):
        carried_out.setdefault(name, {}).setdefault("recorded_at", None)
    post.setdefault("labels", [])
    post.setdefault("holds", [])
    return post

"""The document of a post in the index `posts`, as the fold writes it and every search reads it."""

from typing import Any, TypedDict

from records.addresses import places
from records.plain import retyped


class PostDocument(TypedDict, total=False):
    """Everything a queue or a search needs to know of one post; instants are ISO 8601 in UTC.

    `state` is one of STATES. `parts` holds `observed`, `judged`, `decided`, `carried_out`, the four folded parts,
    whole so that the next record can be applied; `applied` maps each log (`topic_id:partition`) to the highest
    offset folded.
    """

    post_id: str
    source: str
    native_id: str
    surface: str
    url: str | None
    url_plain: list[str]
    page_title: str | None
    author_id: str | None
    author_name: str | None
    parent_post_id: str | None
    thread_id: str | None
    text: str | None
    text_plain: str | None
    text_digest: str | None
    revision_id: str | None
    revisions: int
    language: str | None
    posted_at: str | None
    site_at: str | None
    first_seen_at: str | None
    last_seen_at: str | None
    removed_at: str | None
    recorded_at: str
    backfill: bool
    reports: int
    reactions: int
    visible: bool | None

    judged: bool
    labels: list[str]
    rules: list[str]
    severity: int | None
    unscored: str | None
    policy_version: int | None
    model_digest: str | None
    embedding: str | None

    state: str
    version: int
    action: str | None
    decided_by: str | None
    decided_at: str | None
    decided_revision_id: str | None
    claimed_by: str | None
    claimed_until: str | None
    escalated_to: str | None
    deferred_until: str | None
    due_at: str | None
    wants: str | None
    wants_after: str | None
    order_id: str | None
    order_result: str | None
    holds: list[str]
    erased: bool

    parts: dict[str, Any]
    applied: dict[str, int]


def findable(text: str | None, url: str | None) -> dict[str, Any]:
    """The fields that only repeat others so that they can be found; a reindex gives them to older documents."""
    return {"text_plain": text and retyped(text), "url_plain": places(url or "")}


STATES = ("unjudged", "clear", "open", "decided", "reopened", "escalated", "deferred", "erased")

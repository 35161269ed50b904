"""The document of a post in the index `posts`, as the fold writes it and every search reads it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from records.addresses import places
from records.plain import retyped

REPORT_WEIGHS, SCORE_WEIGHS = 1_000, 1_000
REPORTS_WEIGHED_MAX = 9


class PostDocument(TypedDict, total=False):
    """Everything a queue or a search needs to know of one post; instants are ISO 8601 in UTC.

    `visible` is what was observed on the site, `desired` what the decision that stands wants it to show: `visible`,
    `hidden` or `removed`. `state` is one of STATES. While the case waits for a person, `opened_at` says since when, and
    `due_at` until when somebody should have looked, where there is a clock; `reopened_because` says why it waits again:
    `edited`, `reported`, `found`, `failed` (an order), `visible` (though the site had hidden it). `evidence` is how
    much speaks for a look: 1,000 for each report, nine at most, and the highest score in thousandths. The decision
    that stands came `decided_after_seconds` after the case began to wait. `said_before` are earlier texts, the first
    and the latest, and `labels_before` what was found in them.

    `parts` holds `observed`, `judged`, `decided`, `carried_out`, the four folded parts, whole so that the next record
    can be applied; `applied` maps each log (`topic_id:partition`) to the highest offset folded.
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
    said_before: list[str]
    said_before_plain: list[str]
    digests_before: list[str]
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
    desired: str | None

    judged: bool
    labels: list[str]
    labels_before: list[str]
    rules: list[str]
    severity: int | None
    unscored: str | None
    policy_version: int | None
    model_digest: str | None
    embedding: str | None

    state: str
    reopened_because: list[str]
    opened_at: str | None
    due_at: str | None
    evidence: int
    version: int
    action: str | None
    decided_by: str | None
    decided_at: str | None
    decided_revision_id: str | None
    decided_after_seconds: int | None
    claimed_by: str | None
    claimed_until: str | None
    escalated_to: str | None
    deferred_until: str | None
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


def findable_before(texts: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The same of earlier texts, each with its digest; of older documents it takes a fold to tell them."""
    said = [one["text"] for one in texts]
    return {
        "said_before": said,
        "said_before_plain": [retyped(text) for text in said],
        "digests_before": [one["text_digest"] for one in texts],
    }


def evidence(reports: int, scores: Iterable[float]) -> int:
    """How much speaks for a look, from the reports and the scores of the findings; a reindex gives it, too."""
    return REPORT_WEIGHS * min(reports, REPORTS_WEIGHED_MAX) + round(SCORE_WEIGHS * max(scores, default=0))


WAITING = ("open", "reopened", "escalated")
"""The states in which a case waits for a person; a deferred one waits again once its time has come."""
STATES = ("unjudged", "clear", "open", "decided", "reopened", "escalated", "deferred", "erased")

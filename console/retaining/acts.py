"""The records that the retaining process makes, as values; each has the same identity whenever it is made again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moderation.cases.custody import HOLDS_MAX
from moderation.holds import HoldState
from moderation.retention import Kept
from records.base import LINE_CHARS_MAX
from records.decisions import Erase, LegalHold
from records.registry import Erasure

STAFF_ID = "retain"

Post = Mapping[str, Any]


def placed(hold: HoldState, post: Post, now: datetime) -> LegalHold | None:
    """The hold on this post; None where the post carries as many as one can."""
    if len(post.get("holds") or ()) >= HOLDS_MAX:
        return None
    return LegalHold(**_common(post, f"hold:{hold.placed.record_id}", now), **_of(hold), state="placed")


def lifted(hold: HoldState, post: Post, now: datetime) -> LegalHold:
    """The end of the hold on this post."""
    end = hold.released or hold.placed
    return LegalHold(**_common(post, f"lift:{end.record_id}", now), **_of(hold, end.reason), state="released")


def expired(post: Post, kept: Kept, report_id: str, now: datetime) -> Erase:
    """The period is over, as this report has told."""
    return Erase(
        post_id=post["post_id"],
        staff_id=STAFF_ID,
        idempotency_key=f"expired:{report_id}",
        made_at=now,
        state="expired",
        basis=f"its retention period has ended: {kept.title}, until {kept.until:%Y-%m-%d}; told in {report_id}",
        retention=kept.retention,
        kept_until=kept.until,
    )


def erasure(document: Post) -> Erasure | None:
    """What makes the keeper overwrite the keys; None where the document does not say who decided it."""
    said = document["parts"]["decided"].get("erasure")
    if not said:
        return None
    confirmed_at = datetime.fromisoformat(said["confirmed_at"])
    return Erasure(
        registry_id=document["post_id"],
        staff_id=STAFF_ID,
        set_at=confirmed_at,
        basis=said["basis"],
        requested_by=said["requested_by"],
        requested_place=said["requested_place"],
        confirmed_by=said["confirmed_by"],
        confirmed_place=said["confirmed_place"],
        confirmed_at=confirmed_at,
        stub={"parts": document["parts"], "applied": document["applied"]},
    )


def _of(hold: HoldState, reason: str | None = None) -> dict[str, Any]:
    return {"hold_id": hold.hold_id, "reason": (reason or hold.placed.reason)[:LINE_CHARS_MAX]}


def _common(post: Post, what: str, now: datetime) -> dict[str, Any]:
    """The key names the newest act that the document shows.

    Made again from the same document it is the same act; if a stale act came after it, it is another, and counts.
    """
    decisions = ((post.get("parts") or {}).get("decided") or {}).get("decisions") or [{"record_id": "none"}]
    key = f"{what}:{decisions[-1]['record_id']}"
    return {"post_id": post["post_id"], "staff_id": STAFF_ID, "idempotency_key": key, "made_at": now}

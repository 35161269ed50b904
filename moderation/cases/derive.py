"""The join: four parts, each folded from its own topics, give the fields of a post's document.

Nothing here knows in which order the topics were read: what came after a decision is told by append times alone.

The state of a case, the first that holds:

- `erased`: two people had it erased.
- `escalated`, `deferred`, `decided`: the act that stands. A deferred or decided case with **news** is `reopened`.
- `open`: somebody reported it, or its current revision has a finding of severity 1 or more, or could not be scored.
- `unjudged`: there is no verdict for the current revision. `clear`: there is, and it found nothing.

News since an act, each by content and append time: the current revision is another one than the act was about (for a
deferral: was first recorded after it); a report was recorded after it; a label that the current verdict gives was
first found in this revision, or became more severe, in a verdict recorded after it.
"""

from typing import Any

from moderation.cases import carried_out as carrying
from moderation.cases.instants import latest
from moderation.cases.judged import ALARMING, of_revision
from moderation.cases.observed import is_visible
from records.documents import findable

Part = dict[str, Any]


def derive(observed: Part, judged: Part, decided: Part, carried_out: Part) -> Part:
    """All fields of a PostDocument but `post_id`, `parts` and `applied`."""
    verdict = of_revision(judged, observed["revision_id"]) if observed["revision_id"] else None
    return {
        **_from_observed(observed),
        **_from_verdict(verdict),
        "language": verdict["language"] if verdict else observed["language"],
        "visible": _visible(observed, carried_out),
        "state": _state(observed, verdict, decided),
        **_from_decided(decided),
        **_from_wants(decided, carried_out),
        "recorded_at": _recorded_at(observed, judged, decided, carried_out),
    }


def _from_observed(observed: Part) -> Part:
    author = observed["author"] or {"author_id": None, "name": None}
    removed = observed["removed"] if is_visible(observed) is False else None
    return {
        "source": observed["source"] or "",
        "native_id": observed["native_id"] or "",
        "surface": observed["surface"] or "unknown",
        "url": observed["url"],
        "page_title": observed["page_title"],
        "author_id": author["author_id"],
        "author_name": author["name"],
        "parent_post_id": observed["parent_post_id"],
        "thread_id": observed["thread_id"],
        "text": observed["text"],
        "text_digest": observed["text_digest"],
        **findable(observed["text"], observed["url"]),
        "revision_id": observed["revision_id"],
        "revisions": observed["revision_count"],
        "posted_at": observed["posted_at"],
        "site_at": observed["site_at"],
        "first_seen_at": observed["first_seen_at"],
        "last_seen_at": observed["last_seen_at"],
        "removed_at": removed and (removed["site_at"] or removed["seen_at"]),
        "backfill": observed["backfill"],
        "reports": observed["report_count"],
        "reactions": observed["reaction_count"],
    }


def _from_verdict(verdict: Part | None) -> Part:
    findings = verdict["findings"] if verdict else ()
    return {
        "judged": verdict is not None,
        "labels": sorted({finding["label"] for finding in findings}),
        "rules": sorted({finding["rule"] for finding in findings}),
        "severity": max((finding["severity"] for finding in findings), default=None),
        "unscored": verdict and verdict["unscored"],
        "policy_version": verdict and verdict["policy_version"],
        "model_digest": verdict and verdict["model_digest"],
        "embedding": verdict and verdict["embedding"],
    }


def _from_decided(decided: Part) -> Part:
    standing, decision, claim = decided["standing"] or {}, decided["decision"] or {}, decided["claim"] or {}
    return {
        "version": decided["version"],
        "action": decision.get("action"),
        "decided_by": decision.get("staff_id"),
        "decided_at": decision.get("recorded_at"),
        "decided_revision_id": decision.get("revision_id"),
        "claimed_by": claim.get("staff_id"),
        "claimed_until": claim.get("until"),
        "escalated_to": standing.get("to"),
        "deferred_until": standing.get("until"),
        "due_at": None,
        "holds": decided["holds"],
        "erased": decided["erased"],
    }


def wanted(decided: Part, carried_out: Part) -> Part | None:
    """What the site should be asked next: `action`, `after`, the `place` that names the order, `record_id` and more.

    A reply that had not left when the post was erased never does: its text is gone.
    """
    wants = [want for want in decided["wants"] if not (decided["erased"] and want["action"] == "reply")]
    return next((want for want in wants if _is_pending(want, carried_out)), None)


def _is_pending(want: Part, carried_out: Part) -> bool:
    if carrying.order_of(carried_out, want["place"]):
        return False
    return want["only_if_ordered"] is None or carrying.order_of(carried_out, want["only_if_ordered"]) is not None


def _from_wants(decided: Part, carried_out: Part) -> Part:
    want = wanted(decided, carried_out)
    fields: Part = {"wants": None, "wants_after": None, "order_id": None, "order_result": None}
    if want is not None:
        return fields | {"wants": want["action"], "wants_after": want["after"]}
    places = [want["place"] for want in decided["wants"] if carrying.order_of(carried_out, want["place"])]
    if not places:
        return fields
    return fields | {"order_id": places[-1], "order_result": carrying.result_of(carried_out, places[-1])}


def _visible(observed: Part, carried_out: Part) -> bool | None:
    """What was looked up on the site counts where it is later than what the source told."""
    told, looked = is_visible(observed), carried_out["outcomes"]["observed"]
    if looked is None:
        return told
    removed = observed["removed"]
    told_at = latest(observed["seen_at"], removed and removed["seen_at"])
    return bool(looked["visible"]) if told_at is None or looked["happened_at"] >= told_at else told


def _state(observed: Part, verdict: Part | None, decided: Part) -> str:
    if decided["erased"]:
        return "erased"
    standing = decided["standing"]
    if standing is None:
        return _state_undecided(observed, verdict)
    if standing["kind"] == "escalate":
        return "escalated"
    if _has_news(standing, observed, verdict):
        return "reopened"
    return "decided" if standing["kind"] == "decide" else "deferred"


def _state_undecided(observed: Part, verdict: Part | None) -> str:
    if observed["report_count"]:
        return "open"
    if verdict is None:
        return "unjudged"
    alarming = any(finding["severity"] >= ALARMING for finding in verdict["findings"])
    return "open" if alarming or verdict["unscored"] else "clear"


def _has_news(standing: Part, observed: Part, verdict: Part | None) -> bool:
    since = standing["recorded_at"]
    return (
        _has_other_revision(standing, observed)
        or (observed["reported_at"] is not None and observed["reported_at"] > since)
        or (verdict is not None and any(found_at > since for found_at in _alarming_since(verdict)))
    )


def _alarming_since(verdict: Part) -> list[str]:
    labels = {finding["label"] for finding in verdict["findings"]}
    return [found_at for label, (_, found_at) in verdict["labels_since"].items() if label in labels]


def _has_other_revision(standing: Part, observed: Part) -> bool:
    current = observed["revision_id"]
    if current is None:
        return False
    if standing["kind"] == "decide":
        return bool(current != standing["revision_id"])
    known = [revision for revision in observed["revisions"] if revision["revision_id"] == current]
    return any(revision["recorded_at"] > standing["recorded_at"] for revision in known)


def _recorded_at(observed: Part, judged: Part, decided: Part, carried_out: Part) -> str | None:
    told = latest(observed["recorded_at"], judged["recorded_at"])
    done = latest(decided["recorded_at"], carrying.recorded_at(carried_out))
    return latest(told, done)

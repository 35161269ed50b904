"""The join: four parts, each folded from its own topics, give the fields of a post's document.

Nothing here knows in which order the topics were read: what came after a decision is told by append times alone.

The state of a case, the first that holds:

- `erased`: two people had it erased.
- `escalated`: the post, its author or a report is passed on to somebody.
- `deferred`, `decided`: the act that stands. With **news** since it (`reasons.py`) the case is `reopened`; so is one
  whose decision was undone, and could not be undone on the site.
- `open`: somebody reported it and has no answer, or its current revision has a finding of severity 1 or more, or could
  not be scored.
- `unjudged`: there is no verdict for the current revision. `clear`: there is, and it found nothing.
"""

from typing import Any

from moderation.cases import carried_out as carrying
from moderation.cases.earlier import said_before
from moderation.cases.instants import latest
from moderation.cases.judged import labels_before, of_revision
from moderation.cases.observed import is_visible
from moderation.cases.others import escalated
from moderation.cases.reasons import REOPENING, Case, due_at, reasons
from moderation.cases.shown import desired, visible
from moderation.cases.waited import decided_after_seconds
from moderation.cases.wants import wanted
from records.documents import WAITING, evidence, findable, findable_before

Part = dict[str, Any]


def derive(observed: Part, judged: Part, decided: Part, carried_out: Part) -> Part:
    """All fields of a PostDocument but `post_id`, `parts` and `applied`."""
    verdict = of_revision(judged, observed["revision_id"]) if observed["revision_id"] else None
    return {
        **_from_observed(observed),
        **findable_before(said_before(observed)),
        **_from_verdict(verdict),
        "labels_before": labels_before(judged, observed["revision_id"]),
        "language": verdict["language"] if verdict else observed["language"],
        "visible": visible(observed, carried_out),
        "desired": desired(decided, carried_out),
        "evidence": evidence(
            observed["report_count"], [one["score"] for one in verdict["findings"]] if verdict else ()
        ),
        **_of_the_case(Case(observed, verdict, decided, carried_out)),
        **_from_decided(decided),
        "decided_after_seconds": decided_after_seconds(observed, judged, decided),
        **_from_wants(decided, carried_out),
        "recorded_at": _recorded_at(observed, judged, decided, carried_out),
    }


def _of_the_case(case: Case) -> Part:
    """Its state, and if it waits for a person: why, since when, until when."""
    why = reasons(case)
    state = _state(case, why)
    passed_on = [act["recorded_at"] for act in escalated(case.decided)]
    waits = state in WAITING
    return {
        "state": state,
        "reopened_because": [name for name in REOPENING if name in why] if state == "reopened" else [],
        "opened_at": min([*why.values(), *passed_on]) if waits else None,
        "due_at": due_at(case, why) if waits else None,
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
    passed_on = escalated(decided)
    return {
        "version": decided["version"],
        "action": decision.get("action"),
        "decided_by": decision.get("staff_id"),
        "decided_at": decision.get("recorded_at"),
        "decided_revision_id": decision.get("revision_id"),
        "claimed_by": claim.get("staff_id"),
        "claimed_until": claim.get("until"),
        "escalated_to": passed_on[0]["to"] if passed_on else None,
        "deferred_until": standing.get("until"),
        "holds": decided["holds"],
        "erased": decided["erased"],
    }


def _from_wants(decided: Part, carried_out: Part) -> Part:
    want = wanted(decided, carried_out)
    fields: Part = {"wants": None, "wants_after": None, "order_id": None, "order_result": None}
    if want is not None:
        return fields | {"wants": want["action"], "wants_after": want["after"]}
    places = [want["place"] for want in decided["wants"] if carrying.order_of(carried_out, want["place"])]
    if not places:
        return fields
    return fields | {"order_id": places[-1], "order_result": carrying.result_of(carried_out, places[-1])}


def _state(case: Case, why: Part) -> str:
    if case.decided["erased"]:
        return "erased"
    if escalated(case.decided):
        return "escalated"
    base = case.base
    if why:
        return "reopened" if base or "failed" in why else "open"
    if base:
        return "decided" if base["kind"] == "decide" else "deferred"
    return "unjudged" if case.verdict is None else "clear"


def _recorded_at(observed: Part, judged: Part, decided: Part, carried_out: Part) -> str | None:
    told = latest(observed["recorded_at"], judged["recorded_at"])
    done = latest(decided["recorded_at"], carrying.recorded_at(carried_out))
    return latest(told, done)

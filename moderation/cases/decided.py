"""What people decided: the topic `decisions` folded in offset order, each act accepted or refused with a reason.

`decide`, `undo`, `escalate` and `defer` count: each that is accepted makes the next version of the case, and one whose
author saw another version is refused. The other acts never count. Nothing here reads a clock or another topic: leases
and grace run from the append time of the act, and whether an order left already is for `derive` to see.

- `standing` is the latest decide, escalate or defer that was not undone, and gives the state.
- `decision` is the latest decide, unless it was undone; `wants` what it, or undoing it, asks of the site, in order.
- A newer decide replaces what an older one wants. Undoing one that was replaced restores only what was ordered already,
  and nothing while a later hide or remove stands.
- A claim ends with its lease, its release, or the next counting act of whoever holds it.
- The first erasure that is accepted stands: `erasure` names its persons and places. Nothing ever takes it back.
- An undone decide leaves the case as if nobody had decided it: what stood before it does not return.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from moderation.cases.instants import iso, latest
from records.decisions import Act, Claim, Decide, Defer, Erase, Escalate, LegalHold, Release, Undo, without_words
from records.received import Received

DECISIONS_KEPT = 100
HOLDS_MAX = 100
WANTS_KEPT = 10
COUNTING = frozenset({"decide", "undo", "escalate", "defer"})
RESTORABLE = frozenset({"hide", "remove"})

Part = dict[str, Any]
Entry = dict[str, Any]


def nothing() -> Part:
    """The part before the first decision."""
    return {
        "version": 0,
        "standing": None,
        "decision": None,
        "wants": [],
        "claim": None,
        "holds": [],
        "erase_requested_by": [],
        "erased": False,
        "decisions": [],
        "recorded_at": None,
    }


def fold(decided: Part, received: Received) -> Part:
    """The part with one more act and its result."""
    act: Any = received.record
    if result_of(decided, act.record_id):
        return decided
    refusal = _refusal(decided, received)
    changed = decided if refusal else {**decided, **_effect(decided, received)}
    counts = refusal is None and act.kind in COUNTING
    version = decided["version"] + counts
    entry = _entry(received) | {"accepted": refusal is None, "refusal": refusal, "version": version}
    return {
        **changed,
        **({"claim": None} if counts and _held_by(decided, act.staff_id) else {}),
        "version": version,
        "decisions": [*changed["decisions"], entry][-DECISIONS_KEPT:],
        "recorded_at": latest(decided["recorded_at"], entry["recorded_at"]),
    }


def result_of(decided: Part, record_id: str) -> Entry | None:
    """What became of a decision: `accepted`, `refusal`, `place`, `offset`, the `version` of the case after it."""
    return next((entry for entry in decided["decisions"] if entry["record_id"] == record_id), None)


def without_content(decided: Part) -> Part:
    """The part as an erasure leaves it: a reason may quote the post, a reply answers it; an erasure's basis stays."""
    return decided | {
        "standing": _without_reason(decided["standing"]),
        "decision": _without_reason(decided["decision"]),
        "wants": [want | {"reply_text": None} for want in decided["wants"]],
    }


def _without_reason(act: Part | None) -> Part | None:
    return act and act | ({"reason": without_words(act["reason"])} if "reason" in act else {})


def _entry(received: Received) -> Entry:
    act = received.record
    return {
        "record_id": act.record_id,
        "kind": act.kind,
        "action": getattr(act, "action", None),
        "staff_id": act.staff_id,
        "scope": act.scope,
        "case_version_seen": act.case_version_seen,
        "place": received.place,
        "partition": received.partition,
        "offset": received.offset,
        "recorded_at": iso(received.recorded_at),
        "undone_by": None,
    }


def _refusal(decided: Part, received: Received) -> str | None:
    act, now = received.record, iso(received.recorded_at)
    if act.kind in COUNTING and act.case_version_seen != decided["version"]:
        return (
            f"the case is at version {decided['version']} and this was decided on version {act.case_version_seen}: "
            "another decision came in between"
        )
    refuse = _REFUSALS.get(act.kind)
    return refuse(decided, act, now) if refuse else None


def _refuse_claim(decided: Part, act: Claim, now: str) -> str | None:
    claim = decided["claim"]
    if claim and claim["staff_id"] != act.staff_id and claim["until"] > now:
        return f"{claim['staff_id']} holds the case until {claim['until']}"
    return None


def _refuse_release(decided: Part, act: Release, _now: str) -> str | None:
    return None if _held_by(decided, act.staff_id) else "only the person who holds a case can release it"


def _refuse_undo(decided: Part, act: Undo, _now: str) -> str | None:
    undone = result_of(decided, act.undoes)
    if undone is None or not undone["accepted"] or undone["kind"] != "decide":
        return "there is no accepted decision of that id to undo"
    return f"{undone['undone_by']} has undone it already" if undone["undone_by"] else None


def _refuse_hold(decided: Part, act: LegalHold, _now: str) -> str | None:
    full = act.state == "placed" and act.hold_id not in decided["holds"] and len(decided["holds"]) >= HOLDS_MAX
    return f"{HOLDS_MAX} legal holds are in force, which is the limit" if full else None


def _refuse_erase(decided: Part, act: Erase, now: str) -> str | None:
    if act.state != "requested" and decided["holds"]:
        return f"a legal hold is in force: {', '.join(decided['holds'][:3])}"
    if act.kept_until is not None and (until := iso(act.kept_until)) > now:
        return f"it is kept until {until[:10]}, as its retention class {act.retention} says"
    if act.state == "confirmed" and all(staff_id == act.staff_id for staff_id in decided["erase_requested_by"]):
        return "an erasure is confirmed by another person than the one who requested it"
    return None


_REFUSALS: dict[str, Callable[[Part, Any, str], str | None]] = {
    "claim": _refuse_claim,
    "release": _refuse_release,
    "undo": _refuse_undo,
    "legal_hold": _refuse_hold,
    "erase": _refuse_erase,
}


def _effect(decided: Part, received: Received) -> Part:
    effect = _EFFECTS.get(received.record.kind)
    return effect(decided, received.record, received) if effect else {}


def _claim(_decided: Part, act: Claim, received: Received) -> Part:
    until = iso(received.recorded_at + timedelta(seconds=act.lease_seconds))
    return {"claim": {"staff_id": act.staff_id, "until": until}}


def _release(_decided: Part, _act: Release, _received: Received) -> Part:
    return {"claim": None}


def _decide(_decided: Part, act: Decide, received: Received) -> Part:
    decision = {
        **_stand(act, received),
        "action": act.action,
        "revision_id": act.revision_id,
        "policy_version": act.policy_version,
        "policy_digest": act.policy_digest,
        "reason": act.reason,
        "wants_after": iso(received.recorded_at + timedelta(seconds=act.grace_seconds)),
    }
    want = _want(act, received) | {
        "action": act.action,
        "after": decision["wants_after"],
        "revision_id": act.revision_id,
        "reply_text": act.reply_text,
    }
    return {"standing": decision, "decision": decision, "wants": [] if act.action == "leave" else [want]}


def _undo(decided: Part, act: Undo, received: Received) -> Part:
    undone = decided["decision"]
    decisions = [
        entry | {"undone_by": act.staff_id} if entry["record_id"] == act.undoes else entry
        for entry in decided["decisions"]
    ]
    if undone is None or undone["record_id"] != act.undoes:
        return {"decisions": decisions, "wants": _wants_without_replaced(decided, act, received)}
    in_grace = iso(received.recorded_at) <= undone["wants_after"]
    restore = _want(act, received) | {"only_if_ordered": undone["place"] if in_grace else None}
    return {
        "decisions": decisions,
        "decision": None,
        "standing": None if decided["standing"] == undone else decided["standing"],
        "wants": [restore] if undone["action"] in RESTORABLE else [],
    }


def _wants_without_replaced(decided: Part, act: Undo, received: Received) -> list[Part]:
    replaced = result_of(decided, act.undoes) or {}
    hidden_since = decided["decision"] is not None and decided["decision"]["action"] in RESTORABLE
    if replaced.get("action") not in RESTORABLE or hidden_since:
        return list(decided["wants"])
    restore = _want(act, received) | {"only_if_ordered": replaced["place"]}
    return [*decided["wants"], restore][-WANTS_KEPT:]


def _escalate(_decided: Part, act: Escalate, received: Received) -> Part:
    return {"standing": {**_stand(act, received), "to": act.to}}


def _defer(_decided: Part, act: Defer, received: Received) -> Part:
    return {"standing": {**_stand(act, received), "until": iso(act.until)}}


def _legal_hold(decided: Part, act: LegalHold, _received: Received) -> Part:
    others = [hold_id for hold_id in decided["holds"] if hold_id != act.hold_id]
    return {"holds": sorted([*others, act.hold_id]) if act.state == "placed" else others}


def _erase(decided: Part, act: Erase, received: Received) -> Part:
    if act.state != "requested":
        return {"erased": True, "erasure": decided.get("erasure") or _erasure(decided, act, received)}
    # Two names are enough: whoever confirms then differs from at least one of them.
    requested_by = decided["erase_requested_by"]
    requested = {"staff_id": act.staff_id, "place": received.place, "basis": act.basis}
    others = [one for one in decided.get("erase_requested", ()) if one["staff_id"] != act.staff_id]
    return {
        "erase_requested_by": [*(name for name in requested_by if name != act.staff_id), act.staff_id][-2:],
        "erase_requested": [*others, requested][-2:],
    }


def _erasure(decided: Part, act: Erase, received: Received) -> Part:
    """Who asked for it and where that stands; an expiry was requested by nobody."""
    requests = [one for one in decided.get("erase_requested", ()) if one["staff_id"] != act.staff_id]
    requested = requests[-1] if requests and act.state == "confirmed" else {"staff_id": None, "place": None}
    return {
        "basis": act.basis,
        "requested_by": requested["staff_id"],
        "requested_place": requested["place"],
        "confirmed_by": act.staff_id,
        "confirmed_place": received.place,
        "confirmed_at": iso(received.recorded_at),
    }


_EFFECTS: dict[str, Callable[[Part, Any, Received], Part]] = {
    "claim": _claim,
    "release": _release,
    "decide": _decide,
    "undo": _undo,
    "escalate": _escalate,
    "defer": _defer,
    "legal_hold": _legal_hold,
    "erase": _erase,
}


def _stand(act: Any, received: Received) -> Part:  # noqa: ANN401  any of the acts that a case can stand at
    return {
        "kind": act.kind,
        "record_id": act.record_id,
        "place": received.place,
        "staff_id": act.staff_id,
        "recorded_at": iso(received.recorded_at),
    }


def _want(act: Act, received: Received) -> Part:
    """Asks the site to restore the post at once, unless the act says otherwise."""
    return {
        "action": "restore",
        "after": iso(received.recorded_at),
        "place": received.place,
        "record_id": act.record_id,
        "revision_id": None,
        "reply_text": None,
        "only_if_ordered": None,
    }


def _held_by(decided: Part, staff_id: str) -> bool:
    return decided["claim"] is not None and decided["claim"]["staff_id"] == staff_id

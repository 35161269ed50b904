"""What people decided: the topic `decisions` folded in offset order, each act accepted or refused with a reason.

`decide`, `undo`, `escalate` and `defer` count: each that is accepted makes the next version of the case, and one whose
author saw another version is refused. The other acts never count. Nothing here reads a clock or another topic: leases
and grace run from the append time of the act, and whether an order left already is for `derive` to see.

- `standing` is the latest decide, escalate or defer about the post that was not undone, and gives the state.
- `decision` is the latest decide about it, unless it was undone (`undone`), with what stood `before` it (`waited.py`).
- `wants` is what the site is asked for it (`wants.py`).
- What is decided about the author or a report stands in `others`, and touches nothing of that (`others.py`).
- A claim ends with its lease, its release, or the next counting act of whoever holds it.
- Holds and erasures are in `custody.py`.
- An undone decide leaves the case as if nobody had decided it: what stood before it does not return.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from moderation.cases import custody, others, waited, wants
from moderation.cases.entries import kept, result_of
from moderation.cases.instants import iso, latest
from moderation.cases.others import POST
from moderation.cases.standing import stand, without_reason
from records.decisions import Claim, Decide, Defer, Escalate, Release, Undo
from records.received import Received

COUNTING = frozenset({"decide", "undo", "escalate", "defer"})

Part = dict[str, Any]
Entry = dict[str, Any]


def nothing() -> Part:
    """The part before the first decision."""
    return {
        "version": 0,
        "standing": None,
        "decision": None,
        "undone": False,
        "others": others.nothing(),
        "answered": None,
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
        "decisions": kept([*changed["decisions"], entry]),
        "recorded_at": latest(decided["recorded_at"], entry["recorded_at"]),
    }


def base(decided: Part) -> Part | None:
    """The act that a reason must be news to; passing a case on takes nothing of it back."""
    standing: Part | None = decided["standing"]
    return decided["decision"] if standing is not None and standing["kind"] == "escalate" else standing


def without_content(decided: Part) -> Part:
    """The part as an erasure leaves it: a reason may quote the post, a reply answers it; an erasure's basis stays."""
    return decided | {
        "standing": without_reason(decided["standing"]),
        "decision": without_reason(decided["decision"]),
        "others": {scope: without_reason(act) for scope, act in decided["others"].items()},
        "wants": [want | {"reply_text": None} for want in decided["wants"]],
    }


def _entry(received: Received) -> Entry:
    act = received.record
    return {
        "record_id": act.record_id,
        "kind": act.kind,
        "action": getattr(act, "action", None),
        "staff_id": act.staff_id,
        "scope": act.scope,
        "batch_id": act.batch_id,
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


def _refuse_decide(_decided: Part, act: Decide, _now: str) -> str | None:
    if act.scope == POST or act.action == "leave":
        return None
    return f"about the {act.scope} of a post it can only be decided to leave it: to {act.action} is about the post"


def _refuse_undo(decided: Part, act: Undo, _now: str) -> str | None:
    undone = result_of(decided, act.undoes)
    if undone is None or not undone["accepted"] or undone["kind"] != "decide":
        return "there is no accepted decision of that id to undo"
    return f"{undone['undone_by']} has undone it already" if undone["undone_by"] else None


_REFUSALS: dict[str, Callable[[Part, Any, str], str | None]] = {
    "claim": _refuse_claim,
    "release": _refuse_release,
    "decide": _refuse_decide,
    "undo": _refuse_undo,
    "legal_hold": custody.refuse_hold,
    "erase": custody.refuse_erase,
}


def _effect(decided: Part, received: Received) -> Part:
    effect = _EFFECTS.get(received.record.kind)
    return effect(decided, received.record, received) if effect else {}


def _claim(_decided: Part, act: Claim, received: Received) -> Part:
    until = iso(received.recorded_at + timedelta(seconds=act.lease_seconds))
    return {"claim": {"staff_id": act.staff_id, "until": until}}


def _release(_decided: Part, _act: Release, _received: Received) -> Part:
    return {"claim": None}


def _decide(decided: Part, act: Decide, received: Received) -> Part:
    if act.scope != POST:
        return others.decide(decided, act, received)
    decision = {
        **stand(act, received),
        "action": act.action,
        "revision_id": act.revision_id,
        "policy_version": act.policy_version,
        "policy_digest": act.policy_digest,
        "reason": act.reason,
        "wants_after": iso(received.recorded_at + timedelta(seconds=act.grace_seconds)),
        "before": waited.stood(base(decided), decided["answered"], others.escalated(decided)),
    }
    asked = wants.of_decide(decided, act, received, decision["wants_after"])
    return {"standing": decision, "decision": decision, "undone": False, "wants": asked}


def _undo(decided: Part, act: Undo, received: Received) -> Part:
    decision = decided["decision"]
    decisions = [
        entry | {"undone_by": act.staff_id} if entry["record_id"] == act.undoes else entry
        for entry in decided["decisions"]
    ]
    if (entry := result_of(decided, act.undoes) or {}).get("scope") != POST:
        return {"decisions": decisions, **others.undo(decided, act)}
    if decision is None or decision["record_id"] != act.undoes:
        return {"decisions": decisions, "wants": wants.of_undone_before(decided, entry, received)}
    return {
        "decisions": decisions,
        "decision": None,
        "undone": True,
        "standing": None if decided["standing"] == decision else decided["standing"],
        "wants": wants.of_undone(decision, received),
    }


def _escalate(decided: Part, act: Escalate, received: Received) -> Part:
    if act.scope != POST:
        return others.escalate(decided, act, received)
    return {"standing": {**stand(act, received), "to": act.to}}


def _defer(decided: Part, act: Defer, received: Received) -> Part:
    if act.scope != POST:
        return others.defer(decided, act, received)
    return {"standing": {**stand(act, received), "until": iso(act.until)}}


_EFFECTS: dict[str, Callable[[Part, Any, Received], Part]] = {
    "claim": _claim,
    "release": _release,
    "decide": _decide,
    "undo": _undo,
    "escalate": _escalate,
    "defer": _defer,
    "legal_hold": custody.hold,
    "erase": custody.erase,
}


def _held_by(decided: Part, staff_id: str) -> bool:
    return decided["claim"] is not None and decided["claim"]["staff_id"] == staff_id

"""What must not be deleted and what must be made unreadable: legal holds and erasures among the decisions.

The first erasure that is accepted stands: `erasure` names its persons and places. Nothing ever takes it back.
"""

from typing import Any

from moderation.cases.instants import iso
from records.decisions import Erase, LegalHold
from records.received import Received

HOLDS_MAX = 100

Part = dict[str, Any]


def refuse_hold(decided: Part, act: LegalHold, _now: str) -> str | None:
    """Why a hold cannot be placed: so many can be in force and no more."""
    full = act.state == "placed" and act.hold_id not in decided["holds"] and len(decided["holds"]) >= HOLDS_MAX
    return f"{HOLDS_MAX} legal holds are in force, which is the limit" if full else None


def refuse_erase(decided: Part, act: Erase, now: str) -> str | None:
    """Why a post cannot be erased now: a hold, its retention period, or the same person twice."""
    if act.state != "requested" and decided["holds"]:
        return f"a legal hold is in force: {', '.join(decided['holds'][:3])}"
    if act.kept_until is not None and (until := iso(act.kept_until)) > now:
        return f"it is kept until {until[:10]}, as its retention class {act.retention} says"
    if act.state == "confirmed" and all(staff_id == act.staff_id for staff_id in decided["erase_requested_by"]):
        return "an erasure is confirmed by another person than the one who requested it"
    return None


def hold(decided: Part, act: LegalHold, _received: Received) -> Part:
    """The holds that are in force after it."""
    others = [hold_id for hold_id in decided["holds"] if hold_id != act.hold_id]
    return {"holds": sorted([*others, act.hold_id]) if act.state == "placed" else others}


def erase(decided: Part, act: Erase, received: Received) -> Part:
    """Requested by one person; or confirmed, and done."""
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

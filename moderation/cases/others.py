"""What is decided about the author of a post, or about its reports: apart from the post, and nothing for its site.

`others` has the latest decide, escalate or defer of each scope; one that was undone is gone, and what stood before it
does not return. Passed on (`to`) means passed on until it is decided: to defer it ends nothing. `answered` is the
latest decide about the reports: those that were recorded before it have their answer.
"""

from typing import Any

from moderation.cases.instants import iso
from moderation.cases.standing import stand
from records.decisions import Decide, Defer, Escalate, Undo
from records.received import Received

POST, REPORT, AUTHOR = "post", "report", "author"

Part = dict[str, Any]


def nothing() -> Part:
    """Nobody has decided anything about either."""
    return {AUTHOR: None, REPORT: None}


def decide(decided: Part, act: Decide, received: Received) -> Part:
    """An answer; about a report it answers all that were recorded before it."""
    stands = _stand(act, received) | {"action": act.action, "reason": act.reason}
    answered = {"record_id": act.record_id, "recorded_at": stands["recorded_at"]}
    return _changed(decided, act.scope, stands) | ({"answered": answered} if act.scope == REPORT else {})


def escalate(decided: Part, act: Escalate, received: Received) -> Part:
    """Passed on to a person or a role."""
    return _changed(decided, act.scope, _stand(act, received) | {"reason": act.reason, "to": act.to})


def defer(decided: Part, act: Defer, received: Received) -> Part:
    """Not now; whoever it was passed on to still has it."""
    before = decided["others"][act.scope] or {}
    return _changed(decided, act.scope, _stand(act, received) | {"until": iso(act.until), "to": before.get("to")})


def undo(decided: Part, act: Undo) -> Part:
    """As if nobody had decided it."""
    others = {scope: _unless_undone(stands, act) for scope, stands in decided["others"].items()}
    return {"others": others, "answered": _unless_undone(decided["answered"], act)}


def escalated(decided: Part) -> list[Part]:
    """The acts by which a case is passed on: about the post first, then about its reports and its author."""
    standing = decided["standing"]
    passed = [standing if standing and standing["kind"] == "escalate" else None]
    passed += [decided["others"][scope] for scope in (REPORT, AUTHOR)]
    return [act for act in passed if act and act.get("to") is not None]


def _stand(act: Any, received: Received) -> Part:  # noqa: ANN401  a decide, an escalate or a defer
    return stand(act, received) | {"action": None, "reason": None}


def _unless_undone(stands: Part | None, act: Undo) -> Part | None:
    return None if stands and stands["record_id"] == act.undoes else stands


def _changed(decided: Part, scope: str, stands: Part) -> Part:
    return {"others": decided["others"] | {scope: stands}}

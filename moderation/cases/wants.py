"""What decisions ask of the site, in order, and what of it is still to be ordered.

A newer decide about the post replaces what an older one wants. Once it is to be left, or the decision is undone, what
hid it is taken back, but only where that was ordered. Undoing one that was replaced restores only what was ordered
already, and nothing while a later hide or remove stands.
"""

from collections.abc import Iterator
from typing import Any

from moderation.cases import carried_out as carrying
from moderation.cases.entries import Entry
from moderation.cases.instants import iso
from moderation.cases.others import POST
from records.decisions import Act, Decide
from records.received import Received

WANTS_KEPT = 10
RESTORABLE = frozenset({"hide", "remove"})
LEAVE = "leave"

Part = dict[str, Any]


def of_decide(decided: Part, act: Decide, received: Received, after: str) -> list[Part]:
    """What a decision asks, once its grace is over."""
    want = _restore(act, received) | {"after": after}
    if act.action == LEAVE:
        return [want | {"only_if_ordered": entry["place"]} for entry in _hiding(decided)][:WANTS_KEPT]
    return [want | {"action": act.action, "revision_id": act.revision_id, "reply_text": act.reply_text}]


def of_undone(decision: Part, received: Received) -> list[Part]:
    """What is asked once the decision that stood is undone; within its grace only if the order left all the same."""
    in_grace = iso(received.recorded_at) <= decision["wants_after"]
    restore = _restore(received.record, received) | {"only_if_ordered": decision["place"] if in_grace else None}
    return [restore] if decision["action"] in RESTORABLE else []


def of_undone_before(decided: Part, undone: Entry, received: Received) -> list[Part]:
    """What is asked once a decision is undone that another had replaced."""
    decision = decided["decision"]
    hidden_since = decision is not None and decision["action"] in RESTORABLE
    if undone.get("action") not in RESTORABLE or hidden_since:
        return list(decided["wants"])
    restore = _restore(received.record, received) | {"only_if_ordered": undone["place"]}
    return [*decided["wants"], restore][-WANTS_KEPT:]


def wanted(decided: Part, carried_out: Part) -> Part | None:
    """What the site should be asked next: `action`, `after`, the `place` that names the order, `record_id` and more.

    A reply that had not left when the post was erased never does: its text is gone.
    """
    wants = [want for want in decided["wants"] if not (decided["erased"] and want["action"] == "reply")]
    return next((want for want in wants if _is_pending(want, carried_out)), None)


def hidden_by(decided: Part, carried_out: Part) -> Entry | None:
    """The latest hide or remove that was ordered, was not undone, and was not taken back by leaving the post."""
    ordered = (entry for entry in _hiding(decided) if carrying.order_of(carried_out, entry["place"]))
    return next(ordered, None)


def _is_pending(want: Part, carried_out: Part) -> bool:
    if carrying.order_of(carried_out, want["place"]):
        return False
    return want["only_if_ordered"] is None or carrying.order_of(carried_out, want["only_if_ordered"]) is not None


def _hiding(decided: Part) -> Iterator[Entry]:
    """The newest first."""
    for entry in reversed(decided["decisions"]):
        if entry["kind"] == "decide" and entry["scope"] == POST and entry["accepted"] and not entry["undone_by"]:
            if entry["action"] == LEAVE:
                return
            if entry["action"] in RESTORABLE:
                yield entry


def _restore(act: Act, received: Received) -> Part:
    """Asks the site to show the post again, at once."""
    return {
        "action": "restore",
        "after": iso(received.recorded_at),
        "place": received.place,
        "record_id": act.record_id,
        "revision_id": None,
        "reply_text": None,
        "only_if_ordered": None,
    }

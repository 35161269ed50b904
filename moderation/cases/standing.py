"""An act as a case stands at it: what kind, by whom, when, and where it is recorded."""

from typing import Any

from moderation.cases.instants import iso
from records.decisions import without_words
from records.received import Received

Part = dict[str, Any]


def stand(act: Any, received: Received) -> Part:  # noqa: ANN401  any of the acts that a case can stand at
    """What every one of them is known by."""
    return {
        "kind": act.kind,
        "record_id": act.record_id,
        "place": received.place,
        "staff_id": act.staff_id,
        "recorded_at": iso(received.recorded_at),
    }


def without_reason(act: Part | None) -> Part | None:
    """The act as an erasure leaves it: a reason in words may quote the post."""
    return act and act | ({"reason": without_words(act["reason"])} if act.get("reason") else {})

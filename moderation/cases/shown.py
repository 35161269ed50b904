"""What the site shows of a post, and what it should show: what is observed and what is desired are kept apart."""

from typing import Any

from moderation.cases import carried_out as carrying
from moderation.cases.instants import latest
from moderation.cases.observed import first_seen_after, is_visible
from moderation.cases.wants import RESTORABLE, hidden_by

VISIBLE = "visible"
SHOWS = {"leave": VISIBLE, "reply": VISIBLE, "hide": "hidden", "remove": "removed"}

Part = dict[str, Any]


def visible(observed: Part, carried_out: Part) -> bool | None:
    """What was looked up on the site counts where it is later than what the source told."""
    told, looked = is_visible(observed), carried_out["outcomes"]["observed"]
    if looked is None:
        return told
    removed = observed["removed"]
    told_at = latest(observed["seen_at"], removed and removed["seen_at"])
    return bool(looked["visible"]) if told_at is None or looked["happened_at"] >= told_at else told


def desired(decided: Part, carried_out: Part) -> str | None:
    """What the site should show by the decision that stands: `visible`, `hidden`, `removed`; None without one.

    A reply, or undoing a decision, does not show again what an order has hidden before.
    """
    decision = decided["decision"]
    if decision is None and not decided["undone"]:
        return None
    if decision is not None and decision["action"] != "reply":
        return SHOWS[decision["action"]]
    hidden = hidden_by(decided, carried_out)
    return SHOWS[hidden["action"]] if hidden else VISIBLE


def shown_again_at(observed: Part, decided: Part, carried_out: Part) -> str | None:
    """Since when it is on record that a post is visible after the site said that it had hidden or removed it."""
    decision = decided["decision"]
    if decision is None or decision["action"] not in RESTORABLE or visible(observed, carried_out) is not True:
        return None
    answer = carrying.answer_to(carried_out, decision["place"])
    if answer is None or answer["result"] != "done":
        return None
    done_at = str(answer.get("happened_at", answer["recorded_at"]))
    times = (first_seen_after(observed, done_at), _looked_up_after(carried_out, done_at))
    return min((time for time in times if time is not None), default=None)


def _looked_up_after(carried_out: Part, instant: str) -> str | None:
    looked = carried_out["outcomes"]["observed"]
    if looked is None or not looked["visible"] or looked["happened_at"] <= instant:
        return None
    latest_look = (looked["happened_at"], looked.get("recorded_at", looked["happened_at"]))
    looks = [looked.get("since", latest_look), latest_look]
    return next(str(recorded_at) for happened_at, recorded_at in looks if happened_at > instant)

"""What was done about a post, in words: decisions, orders, outcomes, reports, reactions, and how it stands now."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from console.terminal import safe, safe_line
from console.words import clock, given

Part = Mapping[str, Any]
Lines = Iterator[tuple[str, str]]

STATES = {
    "unjudged": "not judged yet",
    "clear": "judged, and nothing in it asks for a person",
    "open": "waits for a person to look at it",
    "decided": "decided",
    "reopened": "was decided, and waits again because something changed since",
    "escalated": "passed on to somebody else",
    "deferred": "put off until later",
    "erased": "erased",
}
_ACTS = {
    "claim": "took the case",
    "release": "gave the case back",
    "decide": "decided",
    "undo": "took back an earlier decision",
    "escalate": "passed it on",
    "defer": "put it off",
    "note": "left a note",
    "legal_hold": "legal hold",
    "erase": "erasure",
}
_VISIBLE: dict[bool | None, str] = {True: "yes, as we last saw it", False: "no, as we last saw it", None: "not known"}
_STILL: dict[bool | None, str] = {True: "still visible", False: "no longer visible", None: ""}
_INSTANTS = ("until",)


def decided(acts: Sequence[Part]) -> Lines:
    """Every act with what became of it."""
    if not acts:
        yield "decisions", "none"
    for act in acts:
        on = f" on revision {act['revision']}" if act["revision"] else ""
        yield _ACTS[act["kind"]], f"by {safe_line(act['staff_id'])}{on}, {_became(act)}"
        for name, value in act["said"].items():
            yield f"  {name.replace('_', ' ')}", clock(value) if name in _INSTANTS else safe(str(value))
        yield "  when", f"made {clock(act['made_at'])}, recorded {clock(act['recorded_at'])} at {act['place']}"


def _became(act: Part) -> str:
    if act["accepted"] is None:
        return "not folded yet, or no longer kept"
    return "accepted" if act["accepted"] else f"REFUSED: {safe_line(act['refusal'] or 'no reason kept')}"


def asked(requests: Sequence[Part]) -> Lines:
    """Every order and every answer to it."""
    if not requests:
        yield "orders", "none"
    for request in requests:
        if request["kind"] == "asked":
            yield f"asked to {request['action']}", f"order {request['order_id']}, {clock(request['at'])}"
        else:
            yield "answered" if request["result"] != "observed" else "seen afterwards", _outcome(request)
        if request.get("reply_text"):
            yield "  reply", safe(request["reply_text"])


def _outcome(outcome: Part) -> str:
    visible = _STILL[outcome.get("visible")]
    status = f"HTTP {outcome['status']}" if outcome.get("status") else ""
    said = (
        outcome["result"],
        f"attempt {outcome.get('attempt', 1)}",
        visible,
        status,
        safe_line(outcome.get("detail", "")),
    )
    return f"{', '.join(part for part in said if part)} (order {outcome['order_id']}, {clock(outcome['at'])})"


def heard(reports: Sequence[Part], reactions: Sequence[Part]) -> Lines:
    """What others on the site, and our own staff, did about it."""
    for report in reports:
        said = f"{safe_line(given(report.get('reporter')))}: {safe_line(given(report.get('reason')))}"
        yield "reported by", f"{said} ({clock(report['site_at'] or report['seen_at'])})"
    for reaction in reactions:
        who = f"our {reaction['staff_id']}" if reaction.get("staff_id") else given(reaction.get("by"))
        note = "; a reaction by staff may make a post our own statement" if reaction.get("staff_id") else ""
        at = clock(reaction["site_at"] or reaction["seen_at"])
        yield reaction["what"], f"by {safe_line(who)} ({at}){note}"
    if not reports and not reactions:
        yield "heard of", "none"


def standing(now: Part) -> Lines:
    """The state of its case."""
    state = now["state"]
    yield "state", STATES.get(state, "not in the index of posts (yet)") if state else "not in the index of posts (yet)"
    yield (
        "on the site",
        _VISIBLE[now["visible"]] + (f", removed {clock(now['removed_at'])}" if now["removed_at"] else ""),
    )
    yield "labels", ", ".join(now["labels"] or []) or "none"
    if now["unscored"]:
        yield "not scored", safe_line(now["unscored"])
    if now["due_at"]:
        yield "due", clock(now["due_at"])
    if now["action"]:
        yield "answer", f"{now['action']}, by {safe_line(given(now['decided_by']))}, {clock(now['decided_at'])}"
    if now["claimed_by"]:
        yield "claimed", f"by {safe_line(now['claimed_by'])} until {clock(now['claimed_until'])}"
    if now["holds"]:
        yield "legal holds", safe_line(", ".join(now["holds"]))
    yield "case version", str(now["version"] or 0)

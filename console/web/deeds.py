"""What people did about a post, and what its site was asked for and answered, each in a sentence."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from console.words import minute
from moderation.cases.entries import result_of

QUIET = frozenset({"claim", "release"})
"""Who looked when is in the dossier; here it would hide what was decided."""
DONE = {"leave": "left it", "hide": "hid it", "remove": "removed it", "reply": "answered it"}
OUTCOMES = {
    "done": "The site did it",
    "failed": "The site did not do it",
    "refused": "Nobody could do it for us: it is to be done by hand",
}
ASKED = {"hide": "hide it", "remove": "remove it", "restore": "show it again", "reply": "show our reply"}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done: when it was recorded, what, what was said with it, and what became of it."""

    at: str
    what: str
    note: str = ""
    became: str = ""


def deeds(facts: Iterable[Mapping[str, Any]], decided: Mapping[str, Any]) -> tuple[Deed, ...]:
    """From the facts about a post, the newest first; `decided` is that part of its document."""
    found = [_deed(fact, decided) for fact in facts if fact["kind"] not in QUIET]
    return tuple(found[::-1])


def _deed(fact: Mapping[str, Any], decided: Mapping[str, Any]) -> Deed:
    record, at = fact["record"], minute(fact["recorded_at"])
    if fact["topic"] == "orders":
        return Deed(at, f"The site was asked to {ASKED[record['action']]}")
    if fact["topic"] == "outcomes":
        return Deed(at, _outcome(record), record.get("detail") or "")
    what = f"{record['staff_id']}{_via(record)} {_act(record)}{_about(record)}"
    note = record.get("reply_text") or record.get("note") or ""
    return Deed(at, what, note, _became(result_of(dict(decided), fact["record_id"])))


def _act(record: Mapping[str, Any]) -> str:
    reason = f", by clause {record['reason']}" if record.get("reason") else ""
    return _ACTS[record["kind"]](record) + (reason if record["kind"] in ("decide", "escalate") else "")


_ACTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "decide": lambda record: DONE[record["action"]],
    "undo": lambda _: "took a decision back",
    "escalate": lambda record: f"passed it to {record['to']}",
    "defer": lambda record: f"put it off until {minute(record['until'])} UTC",
    "note": lambda _: "noted",
    "legal_hold": lambda record: f"{record['state']} the legal hold {record['hold_id']}",
    "erase": lambda record: f"{record['state']} its erasure",
}


def _via(record: Mapping[str, Any]) -> str:
    return f", through the integration {record['via']}," if record.get("via") else ""


def _about(record: Mapping[str, Any]) -> str:
    return "" if record.get("scope", "post") == "post" else f" (about the {record['scope']})"


def _became(entry: Mapping[str, Any] | None) -> str:
    if entry is None:
        return ""
    if not entry["accepted"]:
        return f"did not count: {entry['refusal']}"
    return f"taken back by {entry['undone_by']}" if entry["undone_by"] else ""


def _outcome(record: Mapping[str, Any]) -> str:
    if record["result"] == "observed":
        return "Seen on the site by us" if record.get("visible") else "Looked for: visitors do not see it any more"
    return OUTCOMES[record["result"]]

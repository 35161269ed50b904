"""How the ledger is: what its keeper says, and whether anybody could contradict an administrator who changes it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from console.asking import asked, document
from records.errors import Misconfigured, Unavailable
from records.settings import Settings

if TYPE_CHECKING:
    from ingest.witnesses import WitnessLine

WELL = 200
REFUSED_MAX = 20
"""Refusals of one witness that are looked at; it says itself how many it has."""

Part = dict[str, Any]


def look(settings: Settings) -> Part:
    """The keeper, its witnesses, and `ok`: false if one of them is down or not well."""
    from ingest.witnesses import witness_lines

    keeper = keeper_part(settings.ledger_url)
    keeper["window"] = window(keeper, [])
    try:
        lines = witness_lines(settings)
    except Misconfigured as problem:
        return {"ok": False, "keeper": keeper, "witnesses": [], "said": str(problem)}
    with ThreadPoolExecutor(max_workers=len(lines) or 1) as pool:
        witnesses = list(pool.map(lambda line: witness_part(line, keeper), lines))
    keeper["window"] = window(keeper, witnesses)
    return {
        "ok": keeper["ok"] and all(one["ok"] for one in witnesses),
        "keeper": keeper,
        "witnesses": witnesses,
        "said": None if witnesses else nobody(),
    }


def unanswered(url: str, sentence: str) -> Part:
    """The same where nobody has answered in time."""
    keeper: Part = {"address": url, "ok": False, "answers": False, "said": sentence}
    return {"ok": False, "keeper": keeper | {"window": window(keeper, [])}, "witnesses": [], "said": None}


def window(keeper: Part, witnesses: Sequence[Part]) -> Part:
    """How old the oldest entry is that the best witness that protects has not cosigned; the best of all, if none does.

    `of` is that witness; None where the keeper does not say it of each, but of all of them together.
    """
    known = [one for one in witnesses if one["uncosigned_seconds"] is not None]
    protecting = [one for one in known if one["protects"]]
    best = min(protecting or known, key=lambda one: float(one["uncosigned_seconds"]), default=None)
    seconds = best["uncosigned_seconds"] if best else keeper.get("uncosigned_seconds")
    protects = any(one["protects"] for one in (known or witnesses))
    return {"seconds": seconds, "of": best and best["name"], "protects": protects}


def nobody() -> str:
    """What it means that there is no witness."""
    return (
        "no witness: whoever administers the keeper's machine can change the ledger and make all its checkpoints "
        "again, and nobody could tell"
    )


def keeper_part(url: str) -> Part:
    """What the keeper says of itself; `answers` is false if it says nothing."""
    part: Part = {"address": url, "ok": False, "answers": False, "said": ""}
    try:
        status, body = asked(f"{url}/healthz")
    except Unavailable as problem:
        return part | {"said": str(problem)}
    said = document(body)
    waits = said.get("waiting_for")
    return part | {
        "ok": status == WELL,
        "answers": True,
        "said": _text(said.get("detail")) or (f"waits: {_text(waits)}" if waits else ""),
        "entries": _number(said.get("entries")),
        "logs": _number(said.get("logs")),
        "stopped": _told(said.get("stopped")),
        "uncosigned_seconds": _number(said.get("uncosigned_seconds")),
        "witnesses": _by_name(said.get("witnesses")),
        **{name: _text(said.get(name)) for name in ("machine", "boot", "account")},
    }


def witness_part(line: "WitnessLine", keeper: Part) -> Part:
    """Who runs a witness, whether it is well, what it refused, and whether it protects; `protects` may be unknown."""
    part: Part = {"name": line.verifier.name, "address": line.url, "ok": False, "answers": False, "operator": None}
    part |= {"refused": [], "protects": None, "why": "it does not answer", "said": ""}
    part["uncosigned_seconds"] = keeper.get("witnesses", {}).get(line.verifier.name)
    try:
        status, body = asked(f"{line.url}/healthz")
        about = document(asked(f"{line.url}/about")[1])
    except Unavailable as problem:
        return part | {"said": str(problem)}
    health = document(body)
    part |= {
        "ok": status == WELL,
        "answers": True,
        "operator": _text(about.get("operator")) or None,
        "said": _text(health.get("detail")),
        "refused": _told(about.get("refused")),
    }
    if about.get("vkey") != line.verifier.vkey:
        return part | {"ok": False, "protects": False, "why": "it has another key than the one that we know"}
    protects, why = protection(keeper, about)
    return part | {"protects": protects, "why": why}


def protection(keeper: Part, witness: Part) -> tuple[bool | None, str]:
    """Whether a witness stands outside the keeper's administrator's reach, by what both say of themselves, and why."""
    if not keeper["answers"]:
        return None, "the keeper does not answer, so that the two cannot be compared"
    same_machine = any(_same(keeper, witness, name) for name in ("machine", "boot"))
    same_account = _same(keeper, witness, "account")
    if same_machine and same_account:
        return False, "it runs on the machine of the keeper, under the same account"
    if same_machine:
        return False, "it runs on the machine of the keeper"
    if same_account:
        return False, "it runs under the account of the keeper"
    if not any(_text(keeper.get(name)) and _text(witness.get(name)) for name in ("machine", "boot")):
        return False, "it cannot be told whether it runs on the machine of the keeper"
    return True, "protects as long as its administrator is another person"


def _same(keeper: Part, witness: Part, name: str) -> bool:
    return bool(_text(keeper.get(name))) and _text(keeper.get(name)) == _text(witness.get(name))


def _told(found: object) -> list[dict[str, str]]:
    """Things with an origin and a reason."""
    told: Sequence[object] = found if isinstance(found, list) else []
    return [
        {name: _text(one.get(name)) for name in ("origin", "at", "reason") if one.get(name)}
        for one in told[:REFUSED_MAX]
        if isinstance(one, dict)
    ]


def _by_name(found: object) -> dict[str, float | None]:
    """How old the oldest entry is that each witness has not cosigned, by what the keeper knows."""
    told: Sequence[object] = found if isinstance(found, list) else []
    return {_text(one.get("name")): _number(one.get("uncosigned_seconds")) for one in told if isinstance(one, dict)}


def _text(found: object) -> str:
    return str(found) if isinstance(found, str | int) else ""


def _number(found: object) -> float | None:
    return found if isinstance(found, int | float) else None

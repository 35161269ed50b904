"""Whether anybody could contradict an administrator who changes the ledger, as `lifeguard status` tells it too."""

from collections.abc import Mapping

from console import ledger_state
from console.verifying.differences import Difference
from console.verifying.outcome import Outcome
from records.settings import Settings


def add_protection(outcome: Outcome, settings: Settings) -> None:
    """Asks keeper and witnesses where they run, and witnesses what they have refused."""
    found = ledger_state.look(settings)
    outcome.witnesses = found["witnesses"]
    for one in found["witnesses"]:
        outcome.named.add(*(_refused(one["name"], refused) for refused in one["refused"]))
    if not found["witnesses"]:
        outcome.protection = f"no protection against an administrator: {found['said'] or ledger_state.nobody()}"
    elif not any(one["protects"] for one in found["witnesses"]):
        outcome.protection = "no protection against an administrator: no witness is known to stand outside their reach"


def _refused(name: str, refused: Mapping[str, str]) -> Difference:
    origin = refused.get("origin", "a log")
    said = f"{name} refused a signed checkpoint of {origin} at {refused.get('at')}: {refused.get('reason')}"
    return Difference("witness", origin, said)

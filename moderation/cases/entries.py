"""What a document remembers of many: the acts on its case, the latest so many, each with what became of it."""

from collections.abc import Sequence
from typing import Any

DECISIONS_KEPT = 100
PASSING = frozenset({"claim", "release"})
"""Acts that say nothing once they are over, and come again and again while somebody looks at a case."""

Part = dict[str, Any]
Entry = dict[str, Any]


def first_and_latest(told: Sequence[Any], kept: int) -> list[Any]:
    """So many: what began something, and what may have begun it again."""
    return [*told[:1], *told[1:][1 - kept :]]


def result_of(decided: Part, record_id: str) -> Entry | None:
    """What became of a decision: `accepted`, `refusal`, `place`, `offset`, the `version` of the case after it."""
    return next((entry for entry in decided["decisions"] if entry["record_id"] == record_id), None)


def kept(entries: Sequence[Entry]) -> list[Entry]:
    """Those that are remembered: where there are too many the oldest goes, a claim or release before all others."""
    if len(entries) <= DECISIONS_KEPT:
        return list(entries)
    before = entries[:-1]
    goes = next((place for place, entry in enumerate(before) if entry["kind"] in PASSING), 0)
    return [*entries[:goes], *entries[goes + 1 :]]

"""Legal holds as people place and release them: how each stands, what it covers, and the next record of it."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from console import recording
from console.recording import registered
from console.words import iso
from moderation.holds import HoldState, standing
from records.registry import Hold
from records.settings import Settings
from records.topics import REGISTRY

if TYPE_CHECKING:
    from ingest.registry import Registered


@dataclass(frozen=True)
class Known:
    """The holds by their names, and each entry of them with its place and time, in order."""

    holds: Mapping[str, HoldState]
    entries: "tuple[Registered, ...]"

    @property
    def in_force(self) -> int:
        """How many are not released."""
        return sum(hold.in_force for hold in self.holds.values())


@dataclass(frozen=True)
class Covers:
    """How many posts a query finds now, and how many say that they are under the hold."""

    found: int
    under: int


def known(settings: Settings) -> Known:
    """How every hold stands now, as the registry says."""
    entries = tuple(one for one in registered(settings) if isinstance(one.said, Hold))
    return Known(holds_of(entries), entries)


def holds_of(entries: "Iterable[Registered]") -> dict[str, HoldState]:
    """Every hold by its name, in force or not."""
    return standing(one.said for one in entries if isinstance(one.said, Hold))


def in_force(holds: Mapping[str, HoldState]) -> list[HoldState]:
    """Those that are not released; a release that one person alone has said is none."""
    return [hold for hold in holds.values() if hold.in_force]


def publish(
    settings: Settings, state: Literal["placed", "release_requested", "released"], said: Mapping[str, Any]
) -> tuple[Hold, HoldState]:
    """The next record of a hold, and how the hold stands once the broker has it, whoever else did something meanwhile.

    `said` has the hold's `registry_id`, `version`, `query`, the `reason`, and whose record it is, `staff_id`.
    """
    entry = Hold(state=state, set_at=datetime.now(UTC), **said)
    recording.publish(settings, REGISTRY, entry)
    return entry, known(settings).holds[entry.registry_id]


def covers(settings: Settings, queries: Mapping[str, Mapping[str, Any]]) -> dict[str, Covers]:
    """The same of each of these holds, by its name."""
    return asyncio.run(_covers(settings, queries))


async def _covers(settings: Settings, queries: Mapping[str, Mapping[str, Any]]) -> dict[str, Covers]:
    from search.client import Search
    from search.holds import covered
    from search.totals import count

    async with Search(settings) as search:
        return {
            name: Covers(await count(search, covered(query)), await count(search, {"term": {"holds": name}}))
            for name, query in queries.items()
        }


def value(hold: HoldState) -> dict[str, Any]:
    """A hold for machines."""
    placed, released = hold.placed, hold.released
    return {
        "name": hold.hold_id,
        "state": hold.state,
        "reason": placed.reason,
        "query": dict(hold.query),
        "placed_by": placed.staff_id,
        "placed_at": iso(placed.set_at.isoformat()),
        "release_requested_by": list(hold.requested_by),
        "release_reason": hold.requests[-1].reason if hold.requests else None,
        "released_by": released.staff_id if released else None,
        "released_at": iso(released.set_at.isoformat()) if released else None,
    }


FILTERS_SAID = {
    "text": "that say",
    "post_ids": "these posts:",
    "surfaces": "on",
    "sources": "from",
    "authors": "by",
    "labels": "with the label",
    "languages": "in the language",
    "severity_min": "of severity at least",
    "url": "at",
    "from_at": "not before",
    "until_at": "before",
}


def in_words(query: Mapping[str, Any]) -> str:
    """What a hold covers, in one line: all of it must be so; of several values one."""
    said = []
    for name, value in query.items():
        values = value if isinstance(value, list) else [value]
        said.append(f"{FILTERS_SAID.get(name, name)} {' or '.join(str(one) for one in values)}")
    return f"posts {', and '.join(said)}"

"""How a legal hold stands: its registry entries, folded in the order in which they were recorded. Pure.

The first placement counts, until the hold is released; a second one under its name is no other hold. A release counts
where another person than the one who releases has requested it since. What does not count changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from records.registry import Hold


@dataclass(frozen=True, slots=True)
class HoldState:
    """A hold as it stands: as it was placed, who requested its release since, and its release."""

    hold_id: str
    placed: Hold
    requests: tuple[Hold, ...] = ()
    released: Hold | None = None
    version: int = field(default=1)

    @property
    def in_force(self) -> bool:
        """Until it is released, whatever was requested."""
        return self.released is None

    @property
    def requested_by(self) -> tuple[str, ...]:
        """Everybody who requested its release."""
        return tuple(dict.fromkeys(request.staff_id for request in self.requests))

    @property
    def query(self) -> Mapping[str, Any]:
        """What it finds."""
        return self.placed.query

    @property
    def newest(self) -> Hold:
        """The entry that brought it to its state, of several requests the last."""
        return self.released or (self.requests[-1] if self.requests else self.placed)

    @property
    def state(self) -> Literal["placed", "release_requested", "released"]:
        """In one word of the record."""
        return self.newest.state


def standing(entries: Iterable[Hold]) -> dict[str, HoldState]:
    """Every hold by its name; the entries of one name come in the order in which Kafka has them."""
    found: dict[str, HoldState] = {}
    for said in entries:
        state = _next(found.get(said.registry_id), said)
        if state is not None:
            found[said.registry_id] = replace(state, version=max(state.version, said.version))
    return found


def _next(known: HoldState | None, said: Hold) -> HoldState | None:
    if said.state == "placed":
        return HoldState(said.registry_id, said) if known is None or known.released else known
    if known is None or known.released:
        return known
    if said.state == "release_requested":
        return replace(known, requests=(*known.requests, said))
    other = any(staff_id != said.staff_id for staff_id in known.requested_by)
    return replace(known, released=said) if other else known

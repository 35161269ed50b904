"""Which of the acts that cannot be undone a person may take now, and if not, why. Pure; pages and commands only ask."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from moderation.holds import HoldState
from moderation.retention import Kept

HOLDS_TOLD_MAX = 3


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is refused, in words; `until` is the day from which it may be asked for again, where there is one."""

    reason: str
    until: datetime | None = None


def may_erase(kept: Kept, holds: Collection[str], now: datetime) -> Refusal | None:
    """Neither under a legal hold nor before the retention period has ended."""
    if holds:
        named = sorted(holds)
        more = f" and {len(named) - HOLDS_TOLD_MAX} more" if len(named) > HOLDS_TOLD_MAX else ""
        return Refusal(f"a legal hold is in force: {', '.join(named[:HOLDS_TOLD_MAX])}{more}")
    if kept.until > now:
        return Refusal(
            f"it is kept until {kept.until:%Y-%m-%d}: retention class {kept.retention} ({kept.title})", kept.until
        )
    return None


def may_confirm(requested_by: Collection[str], staff_id: str, what: str = "an erasure") -> Refusal | None:
    """What one person requests, another one confirms."""
    if not requested_by:
        return Refusal(f"nobody has requested {what} here")
    if all(name == staff_id for name in requested_by):
        return Refusal(f"{what} is confirmed by another person than the one who requested it, and that was {staff_id}")
    return None


def may_place(known: HoldState | None, in_force: int, holds_max: int) -> Refusal | None:
    """A name is a hold's until it is released, and a post can carry so many holds and no more."""
    if known and known.in_force:
        return Refusal(f"{known.placed.staff_id} has placed a hold of that name already: choose another name")
    if in_force >= holds_max:
        return Refusal(f"{holds_max} legal holds are in force, which is the limit: release one that is not needed")
    return None


def may_request_release(hold: HoldState | None, staff_id: str) -> Refusal | None:
    """Of a hold in force, and once."""
    if hold is None or not hold.in_force:
        return Refusal("there is no such hold in force")
    if staff_id in hold.requested_by:
        return Refusal(f"{staff_id} has requested it already, and another person has to confirm it")
    return None


def may_release(hold: HoldState | None, staff_id: str) -> Refusal | None:
    """Of a hold in force, by another person than the one who requested it."""
    if hold is None or not hold.in_force:
        return Refusal("there is no such hold in force")
    return may_confirm(hold.requested_by, staff_id, "the release of a hold")

"""Puts every hold in force on what its query finds, and takes released ones off, also for what arrived since."""

from collections.abc import Iterable, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from console.holding import in_force
from console.retaining.acts import lifted, placed
from console.retaining.reach import Reach
from moderation.holds import HoldState
from records.errors import Malformed
from records.topics import DECISIONS
from search.holds import among, covered, with_hold, without_hold

if TYPE_CHECKING:
    from search.client import Search


async def place(reach: Reach, holds: Mapping[str, HoldState], now: datetime) -> int:
    """How many posts were put under a hold; every hold has to be readable."""
    count = 0
    for hold in in_force(holds):
        async with aclosing(without_hold(reach.search, hold.hold_id, hold.query)) as found:
            async for posts in found:
                acts = [act for post in posts if (act := placed(hold, post, now))]
                count += await reach.publish(DECISIONS, acts)
        reach.put_on.setdefault(hold.placed.record_id, datetime.now(UTC))
    return count


async def lift(reach: Reach, holds: Mapping[str, HoldState], now: datetime) -> int:
    """How many times a released hold was taken off a post."""
    released = {hold.hold_id: hold for hold in holds.values() if not hold.in_force}
    if not released:
        return 0
    count = 0
    async with aclosing(with_hold(reach.search, *released)) as found:
        async for posts in found:
            acts = [
                lifted(released[hold_id], post, now)
                for post in posts
                for hold_id in post["holds"]
                if hold_id in released
            ]
            count += await reach.publish(DECISIONS, acts)
    return count


def unreadable(holds: Mapping[str, HoldState]) -> dict[str, str]:
    """Holds in force that say what this release cannot read, and why: they may cover anything."""
    found = {}
    for hold in in_force(holds):
        try:
            covered(hold.query)
        except Malformed as reason:
            found[hold.hold_id] = str(reason)
    return found


async def finding(search: "Search", holds: Iterable[HoldState], post_ids: list[str]) -> dict[str, set[str]]:
    """By post: those of these holds whose query finds it now."""
    found: dict[str, set[str]] = {}
    for hold in holds if post_ids else ():
        for post_id in await among(search, covered(hold.query), post_ids):
            found.setdefault(post_id, set()).add(hold.hold_id)
    return found

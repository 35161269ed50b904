"""What is asked before a post is erased, and what came of it: the holds, the period, who requested it, and the fold."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from console.holding import holds_of, in_force
from console.recording import publish, registered
from console.words import iso
from moderation.cases.entries import result_of
from moderation.holds import HoldState
from moderation.policy import Policy, load_policy
from moderation.retention import Kept, kept_until
from records.decisions import Erase
from records.documents import PostDocument
from records.errors import Malformed, Unavailable
from records.registry import Erased, Erasure, PublishedTag
from records.settings import Settings
from records.topics import DECISIONS

if TYPE_CHECKING:
    from ingest.registry import Registered
    from search.client import Search

FOLD_SECONDS_MAX = 60.0
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Asked:
    """A post that somebody wants erased: its document, until when it is kept, the holds on it, and who requested it."""

    post_id: str
    document: PostDocument
    kept: Kept
    holds: tuple[str, ...]
    facts: int

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Each with `staff_id`, `place` and `basis`, the newest last."""
        found: list[dict[str, Any]] = self.document["parts"]["decided"].get("erase_requested", [])
        return found


async def look(settings: Settings, post_id: str) -> Asked:
    """How a post stands, by the index and by the holds in force; raises Malformed where there is no such post."""
    from search.client import Search
    from search.finder import facts_of, get_post

    policy, said = load_policy(settings.policy_file), await asyncio.to_thread(registered, settings)
    async with Search(settings) as search:
        document = await get_post(search, post_id)
        if document is None or document["post_id"] != post_id:
            raise Malformed(f"there is no post {post_id}: an erasure takes our id, as `lifeguard find` shows it")
        holds = await holds_on(search, post_id, in_force(holds_of(said)))
        facts = len(await facts_of(search, post_id))
    kept = kept_until(policy, document, classes_of_tags(settings, policy, said))
    return Asked(post_id, document, kept, tuple(sorted({*holds, *document["holds"]})), facts)


def classes_of_tags(settings: Settings, policy: Policy, said: "Sequence[Registered]") -> dict[str, str]:
    """The retention classes of the tags of files, and of those that were published."""
    from ingest.registry import newest_of
    from moderation.tags import retentions_of

    return retentions_of(settings.tags_dir, policy, newest_of(said, PublishedTag))


async def holds_on(search: "Search", post_id: str, holds: Iterable[HoldState]) -> list[str]:
    """The names of those of the holds whose query finds this post now, whether anybody has put them on it or not."""
    from search.holds import covers

    return [hold.hold_id for hold in holds if await covers(search, hold.query, post_id)]


async def act_on(settings: Settings, act: Erase) -> dict[str, Any]:
    """Publishes a decision and waits for what the fold says of it: `accepted`, or a `refusal`."""
    from search.client import Search
    from search.finder import get_post

    await asyncio.to_thread(publish, settings, DECISIONS, act)
    async with Search(settings) as search:
        ends_at = asyncio.get_running_loop().time() + FOLD_SECONDS_MAX
        while asyncio.get_running_loop().time() < ends_at:
            document = await get_post(search, act.post_id)
            result = result_of(document["parts"]["decided"], act.record_id) if document else None
            if result:
                return result
            await asyncio.sleep(POLL_SECONDS)
    raise Unavailable("on record, but the fold has not said yet whether it is accepted: ask `lifeguard why` later")


def erasures(settings: Settings) -> list[dict[str, Any]]:
    """What was erased, the newest first; `carried_out_at` once the keeper has overwritten the keys."""
    entries = registered(settings)
    done = {one.said.registry_id: one.recorded_at for one in entries if isinstance(one.said, Erased)}
    found = {one.said.registry_id: one.said for one in entries if isinstance(one.said, Erasure)}
    rows = [_row(said, done.get(post_id)) for post_id, said in found.items()]
    return sorted(rows, key=lambda row: str(row["confirmed_at"]), reverse=True)


def _row(said: Erasure, carried_out_at: datetime | None) -> dict[str, Any]:
    return {
        "post_id": said.registry_id,
        "basis": said.basis,
        "requested_by": said.requested_by,
        "confirmed_by": said.confirmed_by,
        "confirmed_at": iso(said.confirmed_at.isoformat()),
        "carried_out_at": iso(carried_out_at.isoformat()) if carried_out_at else None,
    }

"""Asks the keeper to erase: an Erasure in the registry for each document that the fold made a stub.

Before that the holds are looked at once more. A hold that was placed while two people erased, and was not on its posts
yet, was seen by nobody; what it may have covered keeps its key until the hold is released.
"""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from console.holding import holds_of, in_force
from console.retaining.acts import erasure
from console.retaining.reach import Reach, recorded
from moderation.holds import HoldState
from records.registry import Erasure
from records.topics import REGISTRY
from search.expiring import erased
from search.holds import among, may_have_covered
from search.indexer import Indexer
from search.totals import ERASED, count

if TYPE_CHECKING:
    from ingest.registry import Registered

UNSEEN = timedelta(minutes=1)
"""So long before the confirmation of an erasure a hold may have been placed, and not seen by who confirmed it."""
CLOCKS = timedelta(seconds=2)
"""So far our clock and the broker's may be apart."""
AT_ONCE = 100

Documents = Mapping[str, Mapping[str, Any]]


@dataclass
class Erasing:
    """`contested` and `unexplained` are posts that are not erased as the last look found them."""

    contested: int = 0
    unexplained: int = 0
    _settled: int | None = None

    async def carry_out(self, reach: Reach) -> int:
        """How many erasures were asked of the keeper."""
        gone = await count(reach.search, ERASED)
        if gone == self._settled:
            return 0
        asked, self.contested, self.unexplained, pending = 0, 0, 0, 0
        known = _erasures(await reach.registered())
        async with aclosing(erased(reach.search)) as found:
            async for post_ids in found:
                new = [post_id for post_id in post_ids if post_id not in known]
                pending += len(new)
                for start in range(0, len(new), AT_ONCE):
                    asked += await self._ask(reach, new[start : start + AT_ONCE])
        self._settled = None if pending else gone
        return asked

    async def _ask(self, reach: Reach, post_ids: Sequence[str]) -> int:
        held = await Indexer(reach.search).read(post_ids)
        documents = {post_id: one.document for post_id, one in held.items() if one.document.get("erased")}
        registered = await reach.registered()
        kept = await contested(reach, documents, registered)
        said = [erasure(document) for post_id, document in documents.items() if post_id not in kept]
        self.contested += len(kept)
        self.unexplained += said.count(None)
        return await reach.publish(REGISTRY, [one for one in said if one is not None])


async def contested(reach: Reach, documents: Documents, registered: "list[Registered]") -> set[str]:
    """Those on which there may be a hold that nobody saw who erased them."""
    holds, recorded_at = holds_of(registered), recorded(registered)

    def _unseen(hold: HoldState, document: Mapping[str, Any]) -> bool:
        placed, confirmed_at = hold.placed.record_id, _confirmed_at(document)
        put_on = reach.put_on.get(placed)
        was_on = put_on is not None and put_on + CLOCKS < confirmed_at
        return bool(recorded_at[placed] >= confirmed_at - UNSEEN) and not was_on

    forced = {hold.hold_id for hold in in_force(holds)}
    found = {post_id for post_id, document in documents.items() if forced & set(document.get("holds") or ())}
    for hold in in_force(holds):
        late = [post_id for post_id, document in documents.items() if _unseen(hold, document)]
        found |= await among(reach.search, may_have_covered(hold.query), late)
    return found


def _confirmed_at(document: Mapping[str, Any]) -> datetime:
    said = document["parts"]["decided"].get("erasure") or {"confirmed_at": document["recorded_at"]}
    return datetime.fromisoformat(said["confirmed_at"])


def _erasures(registered: "list[Registered]") -> set[str]:
    return {one.said.registry_id for one in registered if isinstance(one.said, Erasure)}

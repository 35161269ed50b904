"""What a person does about a case becomes a record, and what the fold made of it comes back: accepted, or why not."""

import asyncio
from dataclasses import dataclass
from typing import Any

from console.web.desk import Desk
from moderation.cases.entries import result_of
from records.decisions import Act
from records.errors import Unavailable
from records.topics import DECISIONS
from search.handled import part_of

FOLD_SECONDS_MAX = 15.0
POLL_SECONDS_FIRST, POLL_SECONDS_MAX = 0.02, 0.2
FIELDS = ("parts.decided", "version", "state", "claimed_by", "claimed_until", "decided_by", "action", "wants_after")


@dataclass(frozen=True, slots=True)
class Became:
    """What became of an act, and the fields of the document after it.

    `entry` has `accepted`, `refusal`, `version` and more, see `moderation.cases.decided.result_of`.
    """

    entry: dict[str, Any]
    document: dict[str, Any]

    @property
    def accepted(self) -> bool:
        """Whether it counts."""
        return bool(self.entry["accepted"])

    @property
    def refusal(self) -> str | None:
        """Why not, in a sentence."""
        said: str | None = self.entry["refusal"]
        return said


async def act_on(desk: Desk, act: Act) -> Became:
    """Publishes an act and waits for the fold; raises Unavailable where the broker or the fold does not answer.

    The same act sent again is the same fact, and what became of it the first time comes back.
    """
    await desk.publish(DECISIONS, act)
    return await became(desk, act.post_id, act.record_id)


async def became(desk: Desk, post_id: str, record_id: str) -> Became:
    """Waits until the document says what became of this act."""
    clock = asyncio.get_running_loop().time
    ends_at, seconds = clock() + FOLD_SECONDS_MAX, POLL_SECONDS_FIRST
    while clock() < ends_at:
        document = await part_of(desk.search, post_id, *FIELDS)
        entry = result_of(document["parts"]["decided"], record_id) if document else None
        if document and entry:
            return Became(entry, document)
        await asyncio.sleep(seconds)
        seconds = min(seconds * 1.5, POLL_SECONDS_MAX)
    raise Unavailable("this is on record, and the fold has not said yet whether it counts: send it again in a moment")

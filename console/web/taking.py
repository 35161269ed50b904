"""An act on a case, from what somebody said to what became of it: the gate first, then the record, then the fold."""

from datetime import UTC, datetime

from console.web.acting import Became, act_on
from console.web.desk import Desk
from console.web.forming import Said, act_of, claim, refused
from console.web.gathering import document_of
from console.web.route import Visitor
from console.web.staffing import has_read
from moderation.cases.entries import result_of
from moderation.gate import Refusal, Reviewer, may_say


async def take(desk: Desk, who: Visitor, said: Said) -> Became | Refusal:
    """What became of an act, or why it was not even sent; raises Missing, Malformed and Unavailable.

    Said again under the same key it is the same act: what became of it the first time comes back.
    """
    document, now = await document_of(desk, said.post_id), datetime.now(UTC)
    record = act_of(said, who.staff_id, desk, now)
    if known := result_of(document["parts"]["decided"], record.record_id):
        return Became(known, dict(document))
    refusal = refused(said, document, reviewer_of(desk, who), desk, now)
    if refusal is None and said.act == "reply":
        refusal = may_say(await desk.improper(said["reply_text"]), who.role)
    if refusal:
        await desk.refused(who.staff_id, f"{said.act} on {said.post_id}", who.told(refusal.reason))
        return refusal
    return await act_on(desk, who.did(record))


async def hold(desk: Desk, who: Visitor, post_id: str, key: str) -> Became:
    """What became of taking a case for a while; under the same key it is taken once."""
    document = await document_of(desk, post_id)
    lease = claim(post_id, who.staff_id, document["version"], datetime.now(UTC), key)
    if known := result_of(document["parts"]["decided"], lease.record_id):
        return Became(known, dict(document))
    return await act_on(desk, who.did(lease))


def reviewer_of(desk: Desk, who: Visitor) -> Reviewer:
    """Who asks, as the gate knows them."""
    return Reviewer(who.staff_id, who.role, has_read(desk.set_up, who.staff_id, desk.policy))

"""Many cases at once: frozen, decided on with one decision for each, watched, and taken back together."""

from dataclasses import asdict
from typing import Annotated

from fastapi import Body, Path

from console.api.asked import AnyFreeze, BatchDecision, FreezeAlike, FreezeAuthor, FreezeQueue
from console.api.keys import batch_of as id_of_batch
from console.api.operation import Call, Called
from console.api.posts import given_of
from console.api.problems import Conflict
from console.api.values import Batch, Because, Progress
from console.web import batches, batching
from console.web.route import Missing
from records.errors import NotAllowed

BatchId = Annotated[str, Path(pattern=r"^batch-[0-9a-f]{20}$")]
_TO_COMPARE = ("act", "reason", "note", "to", "hours")


async def freeze_batch(call: Called, asked: Annotated[AnyFreeze, Body()]) -> Batch:
    """Freezes up to 1,000 posts at their versions as they are now, to be decided on together. Nothing is decided."""
    batch_id = id_of_batch(call.key)
    try:
        known = await batching.batch_of(call.desk, call.who, batch_id)
    except Missing:
        await batching.freeze(call.desk, call.who, await _chosen(call, asked), batch_id)
        known = await batching.batch_of(call.desk, call.who, batch_id)
    return await _told(call, known)


async def read_batch(call: Called, batch_id: BatchId) -> Batch:
    """How far a batch is; a batch is known for thirty days, to whom it was frozen for."""
    return await _told(call, await batching.batch_of(call.desk, call.who, batch_id))


async def decide_batch(call: Called, batch_id: BatchId, asked: BatchDecision) -> Batch:
    """Sends one decision for each post of a batch, at the version that was frozen; each can be refused by itself."""
    batch = await batching.batch_of(call.desk, call.who, batch_id)
    said = {"act": asked.act, "reason": asked.reason.strip(), "note": asked.note.strip(), "to": asked.to.strip()}
    said["hours"] = str(asked.hours or "")
    if batch.decided and any(batch.decided.get(name, "") != said[name] for name in _TO_COMPARE):
        raise Conflict("something else was decided on this batch already")
    try:
        return await _told(call, await batching.decide(call.desk, call.who, batch, said))
    except NotAllowed as refusal:
        raise Conflict(str(refusal)) from None


async def undo_batch(call: Called, batch_id: BatchId) -> Batch:
    """Takes every decision of a batch back that counted and that nobody has decided over since."""
    batch = await batching.batch_of(call.desk, call.who, batch_id)
    if batch.decided is None or batch.decided["act"] not in batching.TAKEN_BACK:
        raise Conflict("nothing of this batch can be taken back: look at its posts one by one")
    await batching.undo(call.desk, call.who, batch)
    return await read_batch(call, batch_id)


async def _chosen(call: Call, asked: AnyFreeze) -> batching.Chosen:
    if isinstance(asked, FreezeQueue):
        return await batching.by_queue(call.desk, call.who, asked.queue)
    if isinstance(asked, FreezeAuthor):
        return await batching.by_author(call.desk, asked.author, asked.source)
    if isinstance(asked, FreezeAlike):
        return await batching.by_alike(call.desk, asked.post_id)
    return await batching.by_search(call.desk, given_of(asked.search))


async def _told(call: Call, batch: batches.Batch) -> Batch:
    progress = asdict(await batching.progress_of(call.desk, batch)) if batch.decided else None
    if progress:
        progress["reasons"] = [Because(reason=reason, posts=posts) for reason, posts in progress["reasons"]]
    return Batch(
        batch_id=batch.batch_id,
        title=batch.title,
        posts=len(batch.items),
        act=batch.decided["act"] if batch.decided else None,
        undone=batch.undone,
        progress=Progress(**progress) if progress else None,
    )

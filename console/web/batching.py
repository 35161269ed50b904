"""Many cases decided at once, without its pages: what is chosen and frozen, decided on, watched, and taken back."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from console.web import asked_for
from console.web.batches import POSTS_MAX, Batch, Batches, Item
from console.web.desk import Desk
from console.web.forming import Said, act_of, refused
from console.web.gathering import alike, document_of
from console.web.queueing import queue_of, wanted_in
from console.web.route import Missing, Visitor
from console.web.taking import reviewer_of
from records.base import Record
from records.decisions import Act
from records.errors import Malformed, NotAllowed
from records.topics import DECISIONS
from search.handled import parts_of
from search.queries import HITS_MAX, Wanted
from search.queues import counts
from search.stepping import step

ACTS = ("leave", "hide", "remove", "defer", "escalate")
TAKEN_BACK = ("leave", "hide", "remove")
_FIELDS = (
    "version", "revision_id", "state", "claimed_by", "claimed_until", "decided_by", "erased", "visible", "desired",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """What may be decided on at once; `wanted` is the search behind it where it may find more."""

    title: str
    wanted: Wanted | None
    documents: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: so many decided, refused by the fold with its reasons, not sent at all, and still to come."""

    posts: int
    decided: int
    refused: int
    not_sent: int
    waiting: int
    taken_back: int
    undo_refused: int
    undo_waiting: int
    reasons: tuple[tuple[str, int], ...]


async def by_queue(desk: Desk, who: Visitor, name: str) -> Chosen:
    """Everything in a queue, as it is for this person."""
    chosen = queue_of(desk, name)
    wanted = wanted_in(chosen, who)
    found = await step(desk.search, wanted, size=POSTS_MAX)
    return Chosen(f"the queue {chosen.title}", wanted, [document for document, _ in found])


async def by_search(desk: Desk, given: asked_for.Given) -> Chosen:
    """Those of a search that wait: what nobody has to look at needs no decision."""
    wanted = replace(asked_for.wanted_of(given), waiting=True, sort="queue")
    found = await step(desk.search, wanted, size=POSTS_MAX)
    return Chosen("all that wait of a search", wanted, [document for document, _ in found])


async def by_author(desk: Desk, author: str, source: str) -> Chosen:
    """By the author's id at one source: anybody may take the name of somebody else, or their id elsewhere."""
    wanted = Wanted(authors=(author,), sources=(source,), waiting=True, sort="queue")
    found = await step(desk.search, wanted, size=POSTS_MAX)
    theirs = [document for document, _ in found if document["author_id"] == author]
    return Chosen(f"all that wait by {author} at {source}", wanted if len(theirs) == POSTS_MAX else None, theirs)


async def by_alike(desk: Desk, post_id: str) -> Chosen:
    """The post itself, and those that say the same, whatever became of them so far."""
    itself = await document_of(desk, post_id)
    same = [one.document for one in await alike(desk, itself, HITS_MAX)]
    return Chosen(f"all that say the same as {post_id}", None, [itself, *same])


async def freeze(desk: Desk, who: Visitor, chosen: Chosen, batch_id: str = "") -> str:
    """The posts as they are now, under an id of their own, or under one that was frozen already as it was then."""
    items = [Item(one["post_id"], one["version"], one.get("revision_id")) for one in chosen.documents]
    frozen = await asyncio.to_thread(Batches(desk.settings).freeze, who.staff_id, chosen.title, items, batch_id)
    await desk.audit(who.staff_id, "search", f"many at once: {chosen.title}", who.told(f"{len(items)} posts, {frozen}"))
    return frozen


async def total_of(desk: Desk, chosen: Chosen) -> int:
    """How many there are, of which only so many can be frozen."""
    if chosen.wanted is None:
        return len(chosen.documents)
    return (await counts(desk.search, {"all": chosen.wanted}))["all"]


async def batch_of(desk: Desk, who: Visitor, batch_id: str) -> Batch:
    """A batch of this person; raises Missing."""
    found = await asyncio.to_thread(Batches(desk.settings).find, batch_id, who.staff_id)
    if found is None:
        raise Missing("there is no such batch of yours: freeze one anew")
    return found


async def decide(desk: Desk, who: Visitor, batch: Batch, act: Mapping[str, str]) -> Batch:
    """Sends one decision for each post of the batch; sent again, they are the same decisions."""
    if batch.decided is None:
        if act["act"] not in ACTS:
            raise Malformed("choose what to do with all of them")
        decided = {**act, "made_at": datetime.now(UTC).isoformat()} | ({"via": who.via} if who.via else {})
        items = await _checked(desk, who, batch, decided)
        await asyncio.to_thread(Batches(desk.settings).decide, batch.batch_id, decided, items)
        batch = await batch_of(desk, who, batch.batch_id)
    await _publish(desk, [_act(desk, batch, number, item) for number, item in _sent(batch)])
    return batch


async def undo(desk: Desk, who: Visitor, batch: Batch) -> None:
    """Takes every decision of the batch back that counted and that nobody has decided over since."""
    if batch.decided is None or batch.decided["act"] not in TAKEN_BACK:
        raise NotAllowed("nothing of this batch can be taken back: look at its posts one by one")
    entries = await _entries(desk, batch)
    acts = [
        who.did(_undo(desk, batch, number, item, entry))
        for number, item in _sent(batch)
        if (entry := entries.get(item.record_id)) and entry["accepted"]
    ]
    await asyncio.to_thread(Batches(desk.settings).undo, batch.batch_id)
    await _publish(desk, acts)


async def progress_of(desk: Desk, batch: Batch) -> Progress:
    """How far it is now."""
    entries, sent = await _entries(desk, batch), _sent(batch)
    became = [entries.get(item.record_id) for _, item in sent]
    decided = [entry for entry in became if entry and entry["accepted"]]
    refused_ones = [entry for entry in became if entry and not entry["accepted"]]
    undone = [
        entries.get(_undo(desk, batch, number, item, entry).record_id)
        for (number, item), entry in zip(sent, became, strict=True)
        if batch.undone and entry and entry["accepted"]
    ]
    reasons = Counter(entry["refusal"] for entry in refused_ones)
    reasons.update(item.refusal for item in batch.items if item.refusal)
    return Progress(
        posts=len(batch.items),
        decided=len(decided),
        refused=len(refused_ones),
        not_sent=len(batch.items) - len(sent),
        waiting=became.count(None),
        taken_back=sum(bool(entry and entry["accepted"]) for entry in undone),
        undo_refused=sum(bool(entry and not entry["accepted"]) for entry in undone),
        undo_waiting=undone.count(None),
        reasons=tuple(reasons.most_common(5)),
    )


async def _checked(desk: Desk, who: Visitor, batch: Batch, act: Mapping[str, str]) -> list[Item]:
    """Each post with its decision, or with the reason why nothing is sent about it, by the gate, as it stands now."""
    now, reviewer = datetime.fromisoformat(act["made_at"]), reviewer_of(desk, who)
    documents = await parts_of(desk.search, [item.post_id for item in batch.items], *_FIELDS)
    if not batch.items:
        raise Malformed("there is nothing in this batch")
    checked = []
    for number, item in enumerate(batch.items):
        said = _said(batch, number, item, act)
        if refusal := refused(said, documents.get(item.post_id, {}), reviewer, desk, now):
            checked.append(replace(item, refusal=refusal.reason))
        else:
            checked.append(replace(item, record_id=act_of(said, batch.staff_id, desk, now).record_id))
    if all(item.refusal for item in checked):
        raise NotAllowed(checked[0].refusal)
    return checked


def _said(batch: Batch, number: int, item: Item, act: Mapping[str, str]) -> Said:
    fields = {**act, "revision": item.revision_id or ""}
    return Said(item.post_id, act["act"], "post", item.version, f"{batch.batch_id}-{number}", fields)


def _sent(batch: Batch) -> list[tuple[int, Item]]:
    return [(number, item) for number, item in enumerate(batch.items) if not item.refusal]


def _act(desk: Desk, batch: Batch, number: int, item: Item) -> Act:
    """The decision on one post: made when the batch was decided on, also where it is sent again."""
    decided = batch.decided or {}
    made_at = datetime.fromisoformat(decided["made_at"])
    act = _of(act_of(_said(batch, number, item, decided), batch.staff_id, desk, made_at), batch)
    return act.model_copy(update={"via": decided.get("via")})


def _undo(desk: Desk, batch: Batch, number: int, item: Item, entry: Mapping[str, Any]) -> Act:
    fields = {"undoes": entry["record_id"]}
    said = Said(item.post_id, "undo", "post", entry["version"], f"{batch.batch_id}-{number}-undo", fields)
    return _of(act_of(said, batch.staff_id, desk, datetime.now(UTC)), batch)


def _of(act: Act, batch: Batch) -> Act:
    return act.model_copy(update={"batch_id": batch.batch_id})


async def _publish(desk: Desk, acts: Sequence[Record]) -> None:
    """All of them, and the broker's word on each."""
    answers = await asyncio.to_thread(lambda: [desk.publisher.send(DECISIONS, act) for act in acts])
    await asyncio.gather(*(asyncio.wrap_future(answer) for answer in answers))


async def _entries(desk: Desk, batch: Batch) -> dict[str, dict[str, Any]]:
    """What became of each decision on these posts, by its record."""
    post_ids = [item.post_id for _, item in _sent(batch)]
    found = await parts_of(desk.search, post_ids, "parts.decided.decisions")
    known = [entry for one in found.values() for entry in one["parts"]["decided"]["decisions"]]
    return {entry["record_id"]: entry for entry in known}

"""Many cases decided at once: a frozen preview, one decision for each at its version, progress, and one undo."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, RedirectResponse, Response

from console.web import asked_for
from console.web.batches import POSTS_MAX, Batch, Batches, Item
from console.web.case import choices_of, other
from console.web.desk import Desk
from console.web.forming import Said, act_of, refused
from console.web.gathering import alike, document_of
from console.web.queueing import queue_of, wanted_in
from console.web.rendering import page
from console.web.reviewing import reviewer
from console.web.route import Asked, Missing
from console.web.staffing import targets
from records.base import Record
from records.decisions import Act
from records.errors import Malformed, NotAllowed
from records.topics import DECISIONS
from search.handled import parts_of
from search.queries import HITS_MAX, Wanted
from search.queues import counts
from search.stepping import step

SAMPLE_POSTS = 10
ACTS = ("leave", "hide", "remove", "defer", "escalate")
_FIELDS = (
    "version", "revision_id", "state", "claimed_by", "claimed_until", "decided_by", "erased", "visible", "desired",
)  # fmt: skip


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


async def preview(desk: Desk, asked: Asked) -> Response:
    """What would be decided on: frozen as it is now, with a count and a sample."""
    title, wanted, found = await _chosen(desk, asked)
    items = [Item(one["post_id"], one["version"], one.get("revision_id")) for one in found]
    total = (await counts(desk.search, {"all": wanted}))["all"] if wanted else len(items)
    batch_id = await asyncio.to_thread(Batches(desk.settings).freeze, asked.staff.staff_id, title, items)
    await desk.audit(asked.staff.staff_id, "search", f"many at once: {title}", f"{len(items)} posts, {batch_id}")
    return page(
        asked,
        "bulk.html",
        batch_id=batch_id,
        title=title,
        count=len(items),
        total=total,
        sample=[other(one) for one in found[:SAMPLE_POSTS]],
        choices=choices_of(desk.policy),
        targets=targets(desk.set_up, datetime.now(UTC)),
        posts_max=POSTS_MAX,
        policy=desk.policy,
        has_read=reviewer(desk, asked).has_read_policy,
    )


async def decide(desk: Desk, asked: Asked) -> Response:
    """Sends one decision for each post of the batch; sent again, they are the same decisions."""
    batch = await _batch(desk, asked, asked.said("batch"))
    if batch.decided is None:
        act = {name: asked.said(name).strip() for name in ("act", "reason", "note", "to", "hours")}
        if act["act"] not in ACTS:
            raise Malformed("choose what to do with all of them")
        act["made_at"] = datetime.now(UTC).isoformat()
        items = await _checked(desk, asked, batch, act)
        await asyncio.to_thread(Batches(desk.settings).decide, batch.batch_id, act, items)
        batch = await _batch(desk, asked, batch.batch_id)
    await _publish(desk, [_act(desk, batch, number, item) for number, item in _sent(batch)])
    return RedirectResponse(f"/bulk/batch?{urlencode({'batch': batch.batch_id})}", 303)


async def undo(desk: Desk, asked: Asked) -> Response:
    """Takes every decision of the batch back that counted and that nobody has decided over since."""
    batch = await _batch(desk, asked, asked.said("batch"))
    if batch.decided is None or batch.decided["act"] not in ("leave", "hide", "remove"):
        raise NotAllowed("nothing of this batch can be taken back: look at its posts one by one")
    entries = await _entries(desk, batch)
    acts = [
        _undo(desk, batch, number, item, entry)
        for number, item in _sent(batch)
        if (entry := entries.get(item.record_id)) and entry["accepted"]
    ]
    await asyncio.to_thread(Batches(desk.settings).undo, batch.batch_id)
    await _publish(desk, acts)
    return RedirectResponse(f"/bulk/batch?{urlencode({'batch': batch.batch_id})}", 303)


async def batch_page(desk: Desk, asked: Asked) -> Response:
    """How far it is; a script asks for it again until nothing is to come."""
    batch = await _batch(desk, asked, asked.query("batch"))
    if batch.decided is None:
        raise Missing("nothing was decided on this batch yet")
    progress = await _progress(desk, batch)
    if asked.wants_json:
        return JSONResponse({"waiting": progress.waiting + progress.undo_waiting})
    return page(asked, "batch.html", batch=batch, progress=progress, act=batch.decided["act"])


async def _chosen(desk: Desk, asked: Asked) -> tuple[str, Wanted | None, list[Mapping[str, Any]]]:
    """By a queue, a search, an author, or by what says the same as one post."""
    if post_id := asked.query("alike"):
        return f"all that say the same as {post_id}", None, await _alike(desk, post_id)
    if author := asked.query("author"):
        return await _by(desk, author, asked.query("source"))
    if asked.query("search"):
        return await _searched(desk, asked)
    chosen = queue_of(desk, asked.query("queue"))
    wanted = wanted_in(chosen, asked.staff)
    found = await step(desk.search, wanted, size=POSTS_MAX)
    return f"the queue {chosen.title}", wanted, [document for document, _ in found]


async def _searched(desk: Desk, asked: Asked) -> tuple[str, Wanted | None, list[Mapping[str, Any]]]:
    """Those of a search that wait: what nobody has to look at needs no decision."""
    given = asked_for.given_in(asked.request.query_params.multi_items())
    wanted = replace(asked_for.wanted_of(given), waiting=True, sort="queue")
    found = await step(desk.search, wanted, size=POSTS_MAX)
    return "all that wait of a search", wanted, [document for document, _ in found]


async def _by(desk: Desk, author: str, source: str) -> tuple[str, Wanted | None, list[Mapping[str, Any]]]:
    """By the author's id at one source: anybody may take the name of somebody else, or their id elsewhere."""
    wanted = Wanted(authors=(author,), sources=(source,), waiting=True, sort="queue")
    found = await step(desk.search, wanted, size=POSTS_MAX)
    theirs: list[Mapping[str, Any]] = [document for document, _ in found if document["author_id"] == author]
    return f"all that wait by {author} at {source}", wanted if len(theirs) == POSTS_MAX else None, theirs


async def _alike(desk: Desk, post_id: str) -> list[Mapping[str, Any]]:
    """The post itself, and those that say the same, whatever became of them so far."""
    itself = await document_of(desk, post_id)
    return [itself, *(one.document for one in await alike(desk, itself, HITS_MAX))]


async def _batch(desk: Desk, asked: Asked, batch_id: str) -> Batch:
    found = await asyncio.to_thread(Batches(desk.settings).find, batch_id, asked.staff.staff_id)
    if found is None:
        raise Missing("there is no such batch of yours: freeze one anew")
    return found


async def _checked(desk: Desk, asked: Asked, batch: Batch, act: Mapping[str, str]) -> list[Item]:
    """Each post with its decision, or with the reason why nothing is sent about it, by the gate, as it stands now."""
    now, who = datetime.fromisoformat(act["made_at"]), reviewer(desk, asked)
    documents = await parts_of(desk.search, [item.post_id for item in batch.items], *_FIELDS)
    if not batch.items:
        raise Malformed("there is nothing in this batch")
    checked = []
    for number, item in enumerate(batch.items):
        said = _said(batch, number, item, act)
        if refusal := refused(said, documents.get(item.post_id, {}), who, desk, now):
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
    return _of(act_of(_said(batch, number, item, decided), batch.staff_id, desk, made_at), batch)


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


async def _progress(desk: Desk, batch: Batch) -> Progress:
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

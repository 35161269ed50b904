"""The queues: what waits where, one queue as a list, and one step along it."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.responses import JSONResponse, RedirectResponse, Response

from console.web.case import Other, other
from console.web.desk import Desk
from console.web.flash import flash_in
from console.web.keeping import troubles
from console.web.rendering import page
from console.web.route import DECIDERS, Asked, Missing, Visitor
from console.web.saying import age, due, pressing
from console.words import iso, parsed
from moderation.gate import holder_of
from records.documents import PostDocument
from search.handled import part_of
from search.queries import SORTS, Wanted
from search.queues import BUILT_IN, Queue, counts, for_person
from search.stepping import Place, step

PAGE_CASES = 50
PLACE_BYTES_MAX = 4_000
LONG = range(-(2**63), 2**63)
"""The numbers that Elasticsearch knows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the list of a queue."""

    other: Other
    address: str
    labels: tuple[str, ...]
    pressing: str
    waits: str
    due: str
    late: bool
    holder: str | None
    surface: str


def queues_of(desk: Desk) -> list[Queue]:
    """Every queue in the order in which they are shown: ours, then those that people have saved."""
    return [*BUILT_IN, *desk.set_up.queues()]


def queue_of(desk: Desk, name: str) -> Queue:
    """The queue of this name; raises Missing."""
    found = next((one for one in queues_of(desk) if one.name == name), None)
    if found is None:
        raise Missing(f"there is no queue {name[:100]}")
    return found


def wanted_in(queue: Queue, visitor: Visitor) -> Wanted:
    """What this queue holds for this person, in the order of cases."""
    return replace(for_person(queue.wanted, visitor.staff_id, visitor.role), sort="queue")


async def counted(desk: Desk, visitor: Visitor) -> dict[str, int]:
    """How many cases are in each queue."""
    return await counts(desk.search, {queue.name: wanted_in(queue, visitor) for queue in queues_of(desk)})


async def queues(desk: Desk, asked: Asked) -> Response:
    """All queues with their counts."""
    count = await counted(desk, asked.staff)
    return page(asked, "queues.html", queues=queues_of(desk), counts=count, troubles=troubles(desk))


async def queue(desk: Desk, asked: Asked) -> Response:
    """One queue as a list, the most pressing first."""
    chosen, now = queue_of(desk, asked.query("queue")), datetime.now(UTC)
    wanted, after = wanted_in(chosen, asked.staff), place_of(asked.query("at"))
    found = await step(desk.search, wanted, after, size=PAGE_CASES)
    count = (await counts(desk.search, {chosen.name: wanted}))[chosen.name]
    more = place_said(found[-1][1]) if len(found) == PAGE_CASES else ""
    rows = [row(chosen, document, place, now) for document, place in found]
    await desk.audit(asked.staff.staff_id, "search", f"the queue {chosen.name}")
    return page(
        asked,
        "queue.html",
        queue=chosen,
        rows=rows,
        count=count,
        more=more,
        here=bool(after),
        ended=asked.query("end"),
        flash=await flash_in(desk, asked),
        may_decide=asked.staff.role in DECIDERS,
    )


async def next_case(desk: Desk, asked: Asked) -> Response:
    """The next case of a queue after a place, or before it; leads on to it, and says so to a script."""
    chosen, back = queue_of(desk, asked.query("queue")), bool(asked.query("back"))
    found = await case_at(desk, chosen, asked, place_of(asked.query("at")), back=back)
    if found is None:
        address = f"/queue?{urlencode({'queue': chosen.name, 'end': 'first' if back else 'last'})}"
    else:
        address = address_of(chosen.name, found[0]["post_id"], found[1])
    if asked.wants_json:
        return JSONResponse({"address": address, "post": found[0]["post_id"] if found else None})
    return RedirectResponse(address, 303)


async def case_at(
    desk: Desk, chosen: Queue, asked: Asked, place: Place, *, back: bool = False
) -> tuple[PostDocument, Place] | None:
    """The nearest case that still belongs there, and that nobody else is looking at."""
    wanted = replace(wanted_in(chosen, asked.staff), unclaimed_by_others=asked.staff.staff_id)
    while found := await step(desk.search, wanted, place, back=back):
        for document, at in found:
            if await _still(desk, document, asked.staff.staff_id):
                return document, at
        place = found[-1][1]
    return None


async def _still(desk: Desk, document: PostDocument, staff_id: str) -> bool:
    """A search knows what was a second ago: is it as it was, and in nobody else's hands?"""
    fields = ("state", "version", "claimed_by", "claimed_until")
    now = await part_of(desk.search, document["post_id"], *fields)
    if now is None or (now["state"], now["version"]) != (document["state"], document["version"]):
        return False
    return holder_of(now, datetime.now(UTC)) in (None, staff_id)


def row(queue: Queue, document: PostDocument, place: Place, now: datetime) -> Row:
    """A case as a line of a list."""
    said = due(due_in(queue, document), now)
    return Row(
        other=other(document),
        address=address_of(queue.name, document["post_id"], place),
        labels=tuple(document["labels"]),
        pressing=pressing(severity) if (severity := document.get("severity")) is not None else "",
        waits=age(document.get("opened_at"), now),
        due=said,
        late=said.startswith("late"),
        holder=holder_of(document, now),
        surface=document["surface"],
    )


def due_in(queue: Queue, document: PostDocument) -> str | None:
    """By when somebody should look: as the policy says of its labels, or the queue's service level, if earlier."""
    opened, policy = document.get("opened_at"), document.get("due_at")
    if not opened or queue.service_level_minutes is None:
        return policy
    level = iso((parsed(opened) + timedelta(minutes=queue.service_level_minutes)).isoformat())
    return min(parsed(policy), parsed(level)).isoformat() if policy and level else level


def address_of(queue_name: str, post_id: str, place: Place = ()) -> str:
    """Where the page of a case is, in a queue and at a place in it."""
    said: Mapping[str, str] = {"post": post_id, "queue": queue_name, "at": place_said(place) if place else ""}
    return f"/case?{urlencode({name: value for name, value in said.items() if value})}"


def place_said(place: Place) -> str:
    """A place in an order as one word of an address."""
    return base64.urlsafe_b64encode(orjson.dumps(list(place))).decode("ascii").rstrip("=")


def place_of(word: str) -> Place:
    """The place that a word stands for; a word that is none stands for the beginning."""
    if not word or len(word) > PLACE_BYTES_MAX:
        return ()
    try:
        found: Any = orjson.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    except (ValueError, binascii.Error):
        return ()
    length = len(SORTS["queue"])
    fits = isinstance(found, list) and len(found) == length and isinstance(found[-1], str)
    return tuple(found) if fits and all(type(one) is int and one in LONG for one in found[:-1]) else ()

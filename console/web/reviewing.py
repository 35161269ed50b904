"""The page of one case: showing it takes a lease and is on record; deciding answers with what became of it."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.responses import JSONResponse, RedirectResponse, Response

from console.web.acting import Became, act_on
from console.web.case import Case, case_of
from console.web.desk import Desk
from console.web.flash import Flash, flash_in, flash_of
from console.web.forming import Said, act_of, claim, said_in
from console.web.gathering import document_of, material_of
from console.web.labelled import labelled
from console.web.queueing import address_of, case_at, place_of, queue_of, queues_of
from console.web.rendering import fragment, page
from console.web.route import SUPERVISORS, Asked
from console.web.staffing import targets
from console.web.taking import reviewer_of, take
from moderation.gate import DECIDERS, Refusal, holder_of
from records.errors import Malformed
from search.handled import part_of
from search.stepping import Place
from search.stepping import place_of as place_in_queue

CONFLICT = 409


async def case(desk: Desk, asked: Asked) -> Response:
    """The page; without a script, opening it takes the lease and is recorded."""
    post_id = asked.query("post")
    if asked.query("prefetch"):
        return await _prefetched(desk, asked)
    document = await document_of(desk, post_id)
    await _shown(desk, asked, document["post_id"], document["version"])
    return await _page(desk, asked, flash=await flash_in(desk, asked))


async def show(desk: Desk, asked: Asked) -> Response:
    """A script shows a case that it had prefetched, or goes on looking at it: lease and record, as by the page."""
    post_id, again = asked.said("post"), bool(asked.said("again"))
    document = await document_of(desk, post_id)
    if asked.said("left"):  # the console was away meanwhile, and whoever looked has gone on
        await desk.audit(asked.staff.staff_id, "view", post_id)
    else:
        await _shown(desk, asked, post_id, document["version"], again=again)
    found = await part_of(desk.search, post_id, "version", "state", "claimed_by", "claimed_until") or {}
    now = datetime.now(UTC)
    held = {"holder": holder_of(found, now), "until": found.get("claimed_until"), "you": asked.staff.staff_id}
    return JSONResponse({**held, "version": found.get("version"), "state": found.get("state")})


async def act(desk: Desk, asked: Asked) -> Response:
    """Every act on a case; where it does not count, what was typed is still there."""
    said = said_in(asked)
    try:
        taken = await take(desk, asked.staff, said)
    except Malformed as problem:
        return await _refusal(desk, asked, said, str(problem))
    if isinstance(taken, Refusal):
        return await _refusal(desk, asked, said, taken.reason)
    if not taken.accepted:
        return await _refusal(desk, asked, said, taken.refusal or "")
    return await _accepted(desk, asked, said, taken)


async def leave(desk: Desk, asked: Asked) -> Response:
    """Leaving a page gives the case back, unless the same person has taken it anew, as by loading the page again."""
    post_id, now = asked.said("post"), datetime.now(UTC)
    found = await part_of(desk.search, post_id, "claimed_by", "claimed_until", "version")
    held = (
        found and holder_of(found, now) == asked.staff.staff_id and _same(found["claimed_until"], asked.said("until"))
    )
    if found and held:
        said = Said(post_id, "release", "post", found["version"], uuid.uuid4().hex, {})
        await act_on(desk, act_of(said, asked.staff.staff_id, desk, now))
    return Response(status_code=204)


async def _prefetched(desk: Desk, asked: Asked) -> Response:
    """A case before anybody asks to see it, the next one unless it is named: no lease, and nothing on record."""
    if post_id := asked.query("post"):
        return await _fragment(desk, asked, post_id, place_of(asked.query("at")))
    found = await case_at(
        desk, queue_of(desk, asked.query("queue")), asked, place_of(asked.query("at")), back=bool(asked.query("back"))
    )
    if found is None:
        return JSONResponse({"post": None})
    return await _fragment(desk, asked, found[0]["post_id"], found[1])


async def _fragment(desk: Desk, asked: Asked, post_id: str, place: Place) -> Response:
    shown = await _case(desk, asked, post_id)
    address = address_of(asked.query("queue"), post_id, place or place_in_queue(shown.document))
    html = fragment(asked, "_case.html", typed=None, **_values(desk, asked, shown, address))
    return JSONResponse({"post": post_id, "address": address, "html": html})


async def _shown(desk: Desk, asked: Asked, post_id: str, version: int, *, again: bool = False) -> None:
    """Looking is on record, and takes or renews the lease, where this person could decide and nobody else has it."""
    staff = asked.staff
    if not again:
        await desk.audit(staff.staff_id, "view", post_id)
    if staff.role in DECIDERS:
        await act_on(desk, claim(post_id, staff.staff_id, version, datetime.now(UTC)))


async def _case(desk: Desk, asked: Asked, post_id: str) -> Case:
    document = await document_of(desk, post_id)
    return case_of(await material_of(desk, document), labelled(desk), reviewer_of(desk, asked.staff), datetime.now(UTC))


async def _page(
    desk: Desk,
    asked: Asked,
    *,
    told: str = "",
    flash: Flash | None = None,
    typed: Said | None = None,
    status: int = 200,
) -> Response:
    post_id = typed.post_id if typed else asked.query("post")
    shown = await _case(desk, asked, post_id)
    address = address_of(_queue_name(asked), post_id, place_of(_place(asked)) or place_in_queue(shown.document))
    values = _values(desk, asked, shown, address)
    return page(asked, "case.html", status=status, told=told, flash=flash, typed=typed, **values)


def _values(desk: Desk, asked: Asked, shown: Case, address: str) -> dict[str, Any]:
    now, queue = datetime.now(UTC), _queue_name(asked)
    return {
        "case": shown,
        "address": address,
        "queue": queue,
        "queue_title": next((one.title for one in queues_of(desk) if one.name == queue), queue),
        "at": dict(parse_qsl(address.partition("?")[2])).get("at", ""),
        "key": uuid.uuid4().hex,
        "me": asked.staff.staff_id,
        "templates": desk.set_up.templates(),
        "targets": targets(desk.set_up, now),
        "policy": desk.policy,
        "has_read": reviewer_of(desk, asked.staff).has_read_policy,
        "decides": asked.staff.role in DECIDERS,
        "makes_tags": asked.staff.role in SUPERVISORS,
        "undo_seconds": desk.settings.undo_seconds,
    }


async def _accepted(desk: Desk, asked: Asked, said: Said, became: Became) -> Response:
    """On to the next case, or with a note, a release and an undo back to this one."""
    stays = said.act in ("note", "release", "undo") or said.scope != "post"
    flash = flash_of(said.post_id, became.entry, became.document)
    if asked.wants_json:
        value = {name: getattr(flash, name) for name in Flash.__slots__}
        return JSONResponse({"accepted": True, "flash": value, "stays": stays, "version": became.document["version"]})
    last = {"last": said.post_id, "record": became.entry["record_id"]}
    queue, place = _queue_name(asked), _place(asked)
    if stays or not queue:
        here = {"post": said.post_id, "queue": queue, "at": place}
        return RedirectResponse(f"/case?{urlencode({k: v for k, v in (here | last).items() if v})}", 303)
    found = await case_at(desk, queue_of(desk, queue), asked, place_of(place))
    found = found or await case_at(desk, queue_of(desk, queue), asked, ())
    onward = address_of(queue, found[0]["post_id"], found[1]) if found else f"/queue?{urlencode({'queue': queue})}"
    return RedirectResponse(f"{onward}&{urlencode(last)}", 303)


async def _refusal(desk: Desk, asked: Asked, said: Said, reason: str) -> Response:
    """What happened meanwhile, beside everything that was typed."""
    if asked.wants_json:
        found = await part_of(desk.search, said.post_id, "version", "state") or {}
        return JSONResponse({"accepted": False, "refusal": reason, **found}, CONFLICT)
    return await _page(desk, asked, told=f"This did not count: {reason}.", typed=said, status=CONFLICT)


def _same(instant: str, said: str) -> bool:
    """Whether a script means this instant: it knows whole milliseconds of it."""
    try:
        return abs(datetime.fromisoformat(instant) - datetime.fromisoformat(said)) < timedelta(milliseconds=1)
    except (ValueError, TypeError):
        return False


def _queue_name(asked: Asked) -> str:
    return asked.said("queue") or asked.query("queue")


def _place(asked: Asked) -> str:
    return asked.said("at") or asked.query("at")

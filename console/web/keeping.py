"""Saved queues as people keep them: a search becomes one in one step, its owner changes it, and it goes again."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from console.web.asked_for import given_in, given_of, kept, wanted_of
from console.web.desk import Desk
from console.web.registering import TITLE_CHARS_MAX, head, one_line, publish
from console.web.rendering import go, page
from console.web.route import DECIDERS, Asked, Missing
from console.web.saved import MINUTES, TAKEN, Saved, hours_of, may_change, name_of, queues_in
from console.web.searching import saved_of
from ingest.notifying.ways import MAIL, WEBHOOK, Way
from records.errors import Malformed, Misconfigured, NotAllowed
from records.registry import SavedQueue
from search.queues import said_of

EXPLANATION_CHARS_MAX = 500
HOURS_MAX = 24 * 365


@dataclass(frozen=True, slots=True)
class Line:
    """A saved queue as the page of all of them shows it."""

    saved: Saved
    address: str
    change: str
    service_level: str
    alerts: tuple[str, ...]
    problems: tuple[str, ...]
    may_change: bool


async def saved_queues(desk: Desk, asked: Asked) -> Response:
    """Every queue that people have saved: whose it is, what is told of it, and what is wrong with it."""
    lines = [line(desk, asked, saved) for saved in queues_in(desk.set_up.newest("queue"))]
    return page(asked, "saved.html", lines=lines)


async def save(desk: Desk, asked: Asked) -> Response:
    """The search in the address becomes a queue, or that of a queue which is named there; then the queue is shown."""
    saved = saved_of(desk, asked.query("queue"))
    title = one_line(asked.said("title"), TITLE_CHARS_MAX, "title")
    name = saved.name if saved else name_of(title, "queue")
    if name in TAKEN:
        raise Malformed(f"there is a queue {title} already, which cannot be changed: choose another title")
    saved = saved or next((one for one in queues_in(desk.set_up.newest("queue")) if one.name == name), None)
    _refuse_others(saved, asked)
    said: dict[str, Any] = {
        "title": title,
        "explanation": one_line(asked.said("explanation"), EXPLANATION_CHARS_MAX) or None,
        "query": said_of(kept(wanted_of(given_in(asked.request.query_params.multi_items())))),
        "service_level_minutes": minutes_of(asked.said("hours")),
        "owner": saved.owner if saved else asked.staff.staff_id,
        "alert_url": _allowed(desk, WEBHOOK, asked.said("alert_url").strip()),
        "alert_email": _allowed(desk, MAIL, asked.said("alert_email").strip()),
    }
    entry = head(desk, "queue", name, asked)
    await publish(desk, lambda: SavedQueue(**entry, **said))
    return go(asked, f"/queue?{urlencode({'queue': name})}", f"The queue {title} was {'changed' if saved else 'made'}.")


async def remove(desk: Desk, asked: Asked) -> Response:
    """The queue stands no more; what is in it stays as it is."""
    saved = saved_of(desk, asked.said("queue"))
    if saved is None:
        raise Missing("the form does not say which queue")
    _refuse_others(saved, asked)
    said = saved.said.model_dump(exclude={"record_id", "v", "kind", "registry_id", "version", "staff_id", "set_at"})
    entry = head(desk, "queue", saved.name, asked)
    await publish(desk, lambda: SavedQueue(**entry, **(said | {"removed": True})))
    return go(asked, "/queues", f"The queue {saved.said.title} was removed; its cases are where they were.")


def line(desk: Desk, asked: Asked, saved: Saved) -> Line:
    """What the page of all saved queues says of one."""
    said = saved.said
    may = asked.staff.role in DECIDERS and may_change(saved, asked.staff)
    shown = saved.queue is not None and given_of(saved.queue.wanted) is not None
    query = urlencode({"queue": saved.name})
    return Line(
        saved=saved,
        address=f"/queue?{query}",
        change=f"/search?{query}" if may and shown else "",
        service_level=f"{hours_of(said.service_level_minutes)} h" if said.service_level_minutes else "",
        alerts=tuple(way for way, to in ((WEBHOOK.name, said.alert_url), (MAIL.name, said.alert_email)) if to),
        problems=problems_of(desk, saved),
        may_change=may,
    )


def troubles(desk: Desk) -> list[str]:
    """What is wrong with saved queues, each with its title, for the page of all queues."""
    saved = queues_in(desk.set_up.newest("queue"))
    return [f"{one.said.title}: {problem}" for one in saved for problem in problems_of(desk, one)]


def problems_of(desk: Desk, saved: Saved) -> tuple[str, ...]:
    """Why a queue cannot be shown, and which of its alerts could not be delivered."""
    undelivered = tuple(
        f"the alert of this queue by {way} could not be delivered: {why}"
        for (name, way), why in sorted(desk.undelivered.items())
        if name == saved.name
    )
    return ((saved.problem,) if saved.problem else ()) + undelivered


def minutes_of(hours: str) -> int | None:
    """A service level that was given in hours; raises Malformed."""
    if not hours.strip():
        return None
    try:
        found = float(hours)
    except ValueError:
        found = 0.0
    if not 1 / MINUTES <= found <= HOURS_MAX:
        raise Malformed(f"a service level is a number of hours, at most {HOURS_MAX:,}")
    return round(found * MINUTES)


def _allowed(desk: Desk, way: Way, to: str) -> str | None:
    if not to:
        return None
    try:
        way.refuse(desk.settings, to)
    except Misconfigured as problem:
        raise Malformed(str(problem)) from None
    return to


def _refuse_others(saved: Saved | None, asked: Asked) -> None:
    if saved is not None and not may_change(saved, asked.staff):
        raise NotAllowed(f"the queue {saved.said.title} is kept by {saved.owner}; supervisors may change it, too")

"""Saved queues as people keep them: a search becomes one in one step, its owner changes it, and it goes again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from console.web.asked_for import given_in, given_of, kept, wanted_of
from console.web.desk import Desk
from console.web.registering import TITLE_CHARS_MAX, one_line, register, what
from console.web.rendering import go, page
from console.web.route import DECIDERS, Asked, Missing, Visitor
from console.web.saved import MINUTES, TAKEN, Saved, hours_of, may_change, name_of, queues_in
from console.web.searching import saved_of
from ingest.notifying.ways import MAIL, WEBHOOK, Way
from records.errors import Malformed, Misconfigured, NotAllowed
from records.registry import SavedQueue
from search.queries import Wanted
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


@dataclass(frozen=True, slots=True)
class Keeping:
    """A queue as somebody wants to save it."""

    title: str
    explanation: str
    wanted: Wanted
    minutes: int | None
    alert_url: str = ""
    alert_email: str = ""


async def saved_queues(desk: Desk, asked: Asked) -> Response:
    """Every queue that people have saved: whose it is, what is told of it, and what is wrong with it."""
    lines = [line(desk, asked, saved) for saved in queues_in(desk.set_up.newest("queue"))]
    return page(asked, "saved.html", lines=lines)


async def save(desk: Desk, asked: Asked) -> Response:
    """The search in the address becomes a queue, or that of a queue which is named there; then the queue is shown."""
    saved = saved_of(desk, asked.query("queue"))
    title = one_line(asked.said("title"), TITLE_CHARS_MAX, "title")
    name = saved.name if saved else name_of(title, "queue")
    saved = saved or named(desk, name)
    wanted = wanted_of(given_in(asked.request.query_params.multi_items()))
    said = Keeping(
        title=title,
        explanation=asked.said("explanation"),
        wanted=wanted,
        minutes=minutes_of(asked.said("hours")),
        alert_url=asked.said("alert_url"),
        alert_email=asked.said("alert_email"),
    )
    await keep(desk, asked.staff, name, said)
    return go(asked, f"/queue?{urlencode({'queue': name})}", f"The queue {title} was {'changed' if saved else 'made'}.")


async def remove(desk: Desk, asked: Asked) -> Response:
    """The queue stands no more; what is in it stays as it is."""
    saved = saved_of(desk, asked.said("queue"))
    if saved is None:
        raise Missing("the form does not say which queue")
    await let_go(desk, asked.staff, saved)
    return go(asked, "/queues", f"The queue {saved.said.title} was removed; its cases are where they were.")


def named(desk: Desk, name: str) -> Saved | None:
    """The saved queue of this name, if one stands."""
    return next((one for one in queues_in(desk.set_up.newest("queue")) if one.name == name), None)


async def keep(desk: Desk, who: Visitor, name: str, said: Keeping, at: datetime | None = None) -> None:
    """A search stands as a queue of this name from now on; raises Malformed and NotAllowed."""
    title, saved = one_line(said.title, TITLE_CHARS_MAX, "title"), named(desk, name)
    if name in TAKEN:
        raise Malformed(f"there is a queue {title} already, which cannot be changed: choose another title")
    _refuse_others(saved, who)
    entry: dict[str, Any] = {
        "title": title,
        "explanation": one_line(said.explanation, EXPLANATION_CHARS_MAX) or None,
        "query": said_of(kept(said.wanted)),
        "service_level_minutes": said.minutes,
        "owner": saved.owner if saved else who.staff_id,
        "alert_url": _allowed(desk, WEBHOOK, said.alert_url.strip()),
        "alert_email": _allowed(desk, MAIL, said.alert_email.strip()),
    }
    await register(desk, who, SavedQueue, name, entry, at)


async def let_go(desk: Desk, who: Visitor, saved: Saved, at: datetime | None = None) -> None:
    """A queue stands no more; raises NotAllowed."""
    _refuse_others(saved, who)
    await register(desk, who, SavedQueue, saved.name, what(saved.said) | {"removed": True}, at)


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


def _refuse_others(saved: Saved | None, who: Visitor) -> None:
    if saved is not None and not may_change(saved, who):
        raise NotAllowed(f"the queue {saved.said.title} is kept by {saved.owner}; supervisors may change it, too")

"""The page of webhooks: what is told to whom and how that goes, and a form for another one, or to change one."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import Response

from console.web.desk import Desk
from console.web.nav import INTEGRATIONS, items_for
from console.web.rendering import go, page
from console.web.route import SUPERVISORS, Asked, Missing
from console.web.subscribing import EVENTS, named, standing, subscribe, unsubscribe
from ingest.notifying import webhook
from records.errors import Malformed, Misconfigured

REFUSED = 400


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form; `changes` where it is about one that stands."""

    name: str = ""
    url: str = ""
    events: Iterable[str] = ()
    changes: bool = False


async def webhooks(desk: Desk, asked: Asked) -> Response:
    """All that stand, and a form: for a new one, or filled with one that is to be changed."""
    name = asked.query("name")
    if not name:
        return _page(desk, asked, Typed())
    if (found := named(desk, name)) is None:
        raise Missing("there is no webhook of this name, or it was removed")
    return _page(desk, asked, Typed(found.name, found.url, found.events, changes=True))


async def save_webhook(desk: Desk, asked: Asked) -> Response:
    """A new one, or the next version of the one that the form names; what is refused can be corrected there."""
    typed = Typed(
        asked.said("name").strip(), asked.said("url").strip(), asked.form.get("event", ()), bool(asked.said("changes"))
    )
    try:
        await _keep(desk, asked, typed)
    except Malformed as problem:
        return _page(desk, asked, typed, str(problem))
    return go(asked, "/webhooks", f"The webhook {typed.name} was {'changed' if typed.changes else 'made'}.")


async def remove_webhook(desk: Desk, asked: Asked) -> Response:
    """Nobody is told under this name any more."""
    name = asked.said("name")
    await unsubscribe(desk, asked.staff, name)
    return go(asked, "/webhooks", f"The webhook {name} was removed: nobody is told under this name any more.")


async def _keep(desk: Desk, asked: Asked, typed: Typed) -> None:
    known = named(desk, typed.name)
    if typed.changes and known is None:
        raise Missing(f"the webhook {typed.name} was removed meanwhile")
    if known and not typed.changes:
        raise Malformed(f"there is a webhook {typed.name} already: change that one, or choose another name")
    await subscribe(desk, asked.staff, typed.name, typed.url, typed.events)


def _page(desk: Desk, asked: Asked, typed: Typed, problem: str = "") -> Response:
    return page(
        asked,
        "webhooks.html",
        REFUSED if problem else 200,
        ways=items_for(asked, INTEGRATIONS),
        webhooks=standing(desk),
        events=EVENTS,
        why_not=_why_not(desk),
        hosts=webhook.hosts(desk.settings),
        may=asked.staff.role in SUPERVISORS,
        typed=typed,
        problem=problem,
    )


def _why_not(desk: Desk) -> str:
    """Why nothing can be told to anybody; empty where it can."""
    try:
        webhook.refuse_all(desk.settings)
    except Misconfigured as problem:
        return str(problem)
    return ""

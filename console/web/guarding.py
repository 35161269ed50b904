"""What is asked of every request before its handler: the host, the session, the form, the token, the role."""

import asyncio
import hmac

from fastapi import Request

from console.web import cookies
from console.web.address import is_our_origin
from console.web.body import BODY_BYTES_MAX, BODY_BYTES_OF_NOBODY_MAX, form_of
from console.web.desk import Desk
from console.web.labelled import labelled
from console.web.personal import care_of
from console.web.problems import NotSignedIn
from console.web.roles import any_of, named
from console.web.route import Asked, Route, Visitor
from console.web.sessions import Session
from records.errors import NotAllowed

ELSEWHERE = "this was not sent from a page of the console"
NO_TOKEN = "the page that this was sent from is too old, or is not ours: open it again"  # noqa: S105  a sentence
BACKGROUND = "lifeguard-background"
"""The header with which our scripts ask for something that no person has just asked for."""
STREAM = "text/event-stream"
_TRUSTED_SITES = ("same-origin", "none")


async def session_of(desk: Desk, request: Request) -> Session | None:
    """The session that the browser's cookie opens now; what a page asks by itself does not keep it open."""
    token = cookies.given(request, cookies.SESSION)
    used = BACKGROUND not in request.headers and STREAM not in request.headers.get("accept", "")
    return await asyncio.to_thread(desk.sessions.find, token, used=used) if token else None


async def visitor_of(desk: Desk, session: Session) -> Visitor:
    """Who that is, with the role that stands now; raises Unavailable where roles cannot be read."""
    role = desk.set_up.role(session.staff_id)
    personal = await asyncio.to_thread(desk.personal.of, session.staff_id)
    care = care_of(personal, desk.policy, labelled(desk).labels)
    return Visitor(session.staff_id, role, session.session_key, session.csrf, care)


async def read(desk: Desk, request: Request, visitor: Visitor | None) -> Asked:
    """The request with its form; raises NotAllowed for one that another site has made."""
    if request.method != "POST":
        return Asked(request, visitor, {})
    refuse_other_sites(desk, request)
    return Asked(request, visitor, await form_of(request, BODY_BYTES_MAX if visitor else BODY_BYTES_OF_NOBODY_MAX))


def refuse_other_sites(desk: Desk, request: Request) -> None:
    """By what browsers say of where a request comes from. Our pages send no referrer, so their origin is `null`."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in _TRUSTED_SITES:
        raise NotAllowed(ELSEWHERE)
    if origin == "null" and site == "same-origin":
        return
    if origin is not None and not is_our_origin(desk.settings, origin, request.headers.get("host", "")):
        raise NotAllowed(ELSEWHERE)


def refuse(route: Route, asked: Asked, form_token: str) -> None:
    """Unless this visitor may take this route, and, where it changes anything, has seen our page for it.

    `form_token` is that of the page for signing in, for whoever is not signed in.
    """
    _refuse_other_roles(route, asked.visitor)
    if route.method == "POST":
        expected = asked.visitor.csrf if asked.visitor else form_token
        if not expected or not hmac.compare_digest(asked.said("csrf").encode(), expected.encode()):
            raise NotAllowed(NO_TOKEN)


def _refuse_other_roles(route: Route, visitor: Visitor | None) -> None:
    if route.needs is None:
        return
    if visitor is None:
        raise NotSignedIn("nobody is signed in here, or not any more")
    if visitor.role not in route.needs:
        having = f"{visitor.staff_id} is {named(visitor.role)}"
        raise NotAllowed(f"{having}, and {route.what} needs {any_of(route.needs)}")

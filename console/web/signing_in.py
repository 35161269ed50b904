"""Signing in by the passphrase of a local account, and signing out."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from starlette.responses import Response

from console.staff.accounts import NAME, Wait
from console.web import cookies
from console.web.desk import Desk
from console.web.form_token import begin_form, keep
from console.web.guarding import session_of
from console.web.rendering import csrf_field, go, own_path, page
from console.web.route import Asked
from records.errors import NotAllowed, Unavailable

WHAT = "signing in to the console"


async def sign_in_page(desk: Desk, asked: Asked) -> Response:
    """The form; whoever is signed in already goes where they wanted to."""
    session = await session_of(desk, asked.request)
    if session and desk.set_up.role(session.staff_id):
        return go(asked, asked.query("next") or "/")
    return await form(desk, asked, asked.query("next"))


async def sign_in(desk: Desk, asked: Asked) -> Response:
    """Begins a session, or shows the form again with the reason."""
    name = asked.said("name").strip()
    try:
        with try_from(desk, asked):
            await _checked(desk, name, asked.said("passphrase"))
            role = role_for(desk, name)
    except NotAllowed as reason:
        # Of a name without an account nothing is kept: it could be a passphrase that was typed in the wrong place.
        known = await asyncio.to_thread(desk.accounts.has, name)
        told = str(reason) if known else "no such account"
        await desk.refused(name if known else "", WHAT, told)
        return await form(desk, asked, asked.said("next"), reason, name)
    await desk.audit(name, "sign_in", WHAT, f"as {role}, by passphrase")
    return await begin_session(desk, asked, name, asked.said("next"), by_passphrase=True)


async def sign_out(desk: Desk, asked: Asked) -> Response:
    """Ends the session, here and for whoever might have its cookie; also where it cannot be put on record now."""
    await asyncio.to_thread(desk.sessions.end, asked.staff.session_key)
    try:
        await desk.audit(asked.staff.staff_id, "sign_out", "the console")
    except Unavailable as away:
        structlog.get_logger().warning("a sign-out is not on record", staff_id=asked.staff.staff_id, problem=str(away))
    answer = go(asked, "/sign-in", "You are signed out.")
    cookies.drop(asked.request, answer, cookies.SESSION)
    return answer


def role_for(desk: Desk, staff_id: str) -> str:
    """The role with which somebody signs in; raises NotAllowed without one."""
    role = desk.set_up.role(staff_id)
    if not role:
        raise NotAllowed(f"{staff_id} has no role here: an administrator gives one with `lifeguard staff role`")
    return role


@contextmanager
def try_from(desk: Desk, asked: Asked) -> Iterator[None]:
    """One try to sign in; raises Wait where the address has failed too often, and counts it unless it succeeds."""
    host = asked.request.client.host if asked.request.client else ""
    desk.attempts.begin(host)
    failed = False
    try:
        yield
    except NotAllowed:
        failed = True
        raise
    finally:
        if not failed:
            desk.attempts.succeeded(host)


async def begin_session(desk: Desk, asked: Asked, staff_id: str, wanted: str, *, by_passphrase: bool) -> Response:
    """A new session in the browser, whatever it had before, and the way on."""
    before = await session_of(desk, asked.request)
    if before:
        await asyncio.to_thread(desk.sessions.end, before.session_key)
    session = await asyncio.to_thread(desk.sessions.begin, staff_id, by_passphrase=by_passphrase)
    answer = go(asked, own_path(wanted))
    cookies.give(asked.request, answer, cookies.SESSION, session.new_token)
    cookies.drop(asked.request, answer, cookies.FORM)
    return answer


async def form(desk: Desk, asked: Asked, wanted: str, problem: NotAllowed | None = None, name: str = "") -> Response:
    """The page for signing in: with the provider, if there is one, and with a local account."""
    cookie, token = begin_form(asked.request)
    status = 429 if isinstance(problem, Wait) else 401 if problem else 200
    answer = page(
        asked,
        "sign_in.html",
        status,
        form_field=csrf_field(token),
        wanted=own_path(wanted),
        problem=str(problem or ""),
        name=name[:64],
        provider=desk.provider.title if desk.provider else "",
        accounts=bool(await asyncio.to_thread(desk.accounts.all)),
    )
    if isinstance(problem, Wait):
        answer.headers["retry-after"] = str(problem.seconds)
    return keep(asked.request, answer, cookie)


async def _checked(desk: Desk, name: str, passphrase: str) -> None:
    if not NAME.fullmatch(name):
        raise NotAllowed("this is not the passphrase of that name, or there is no such account")
    await desk.passphrases.run(lambda: desk.accounts.check(name, passphrase, time.time()))

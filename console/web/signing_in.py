"""Signing in by the passphrase of a local account, and signing out."""

import asyncio
import time

from starlette.responses import Response

from console.web import cookies
from console.web.desk import Desk
from console.web.form_token import begin_form, keep
from console.web.rendering import csrf_field, go, own_path, page
from console.web.route import Asked
from records.errors import NotAllowed

WHAT = "signing in to the console"
NAME_CHARS_MAX = 64


async def sign_in_page(desk: Desk, asked: Asked) -> Response:
    """The form, or the page that was wanted for whoever is signed in already."""
    if asked.visitor and asked.visitor.role:
        return go(asked, asked.query("next") or "/")
    return await _form(desk, asked, asked.query("next"))


async def sign_in(desk: Desk, asked: Asked) -> Response:
    """Begins a session, or shows the form again with the reason."""
    name, wanted = asked.said("name").strip()[:NAME_CHARS_MAX], asked.said("next")
    try:
        await asyncio.to_thread(desk.accounts.check, name, asked.said("passphrase"), time.time())
        role = role_for(desk, name)
    except NotAllowed as reason:
        await desk.audit(name, "refusal", WHAT, str(reason))
        return await _form(desk, asked, wanted, str(reason), name)
    await desk.audit(name, "sign_in", WHAT, f"as {role}, by passphrase")
    return await begin(desk, asked, name, wanted, by_passphrase=True)


def role_for(desk: Desk, staff_id: str) -> str:
    """The role with which somebody signs in; raises NotAllowed without one."""
    role = desk.set_up.role(staff_id)
    if not role:
        raise NotAllowed(f"{staff_id} has no role here: an administrator gives one with `lifeguard staff role`")
    return role


async def begin(desk: Desk, asked: Asked, staff_id: str, wanted: str, *, by_passphrase: bool) -> Response:
    """A new session in the browser, whatever it had before, and the way on."""
    if asked.visitor:
        await asyncio.to_thread(desk.sessions.end, asked.visitor.session_key)
    session = await asyncio.to_thread(desk.sessions.begin, staff_id, by_passphrase=by_passphrase)
    answer = go(asked, own_path(wanted))
    cookies.give(asked.request, answer, cookies.SESSION, session.new_token)
    cookies.drop(asked.request, answer, cookies.FORM)
    return answer


async def sign_out(desk: Desk, asked: Asked) -> Response:
    """Ends the session, here and for whoever might have its cookie."""
    if asked.visitor:
        await asyncio.to_thread(desk.sessions.end, asked.visitor.session_key)
        await desk.audit(asked.visitor.staff_id, "sign_out", "the console")
    answer = go(asked, "/sign-in", "You are signed out.")
    cookies.drop(asked.request, answer, cookies.SESSION)
    return answer


async def _form(desk: Desk, asked: Asked, wanted: str, problem: str = "", name: str = "") -> Response:
    cookie, token = begin_form(asked.request)
    field = csrf_field(asked.visitor.csrf if asked.visitor else token)
    answer = page(
        asked,
        "sign_in.html",
        401 if problem else 200,
        form_field=field,
        wanted=own_path(wanted),
        problem=problem,
        name=name,
        nobody_yet=not await asyncio.to_thread(desk.accounts.all),
    )
    return keep(asked.request, answer, cookie)

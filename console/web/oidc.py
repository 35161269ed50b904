"""Signing in with a provider of OpenID Connect: to it, and back with a code that one browser alone can use.

State, nonce and verifier of PKCE are derived from a cookie of ten minutes; nothing is remembered here.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.responses import RedirectResponse, Response

from console.staff.accounts import NAME, Accounts
from console.web import cookies
from console.web.desk import Desk
from console.web.provider import Begun, Provider
from console.web.rendering import own_path
from console.web.route import Asked, Missing
from console.web.signing_in import WHAT, begin_session, form, role_for, try_from
from records.errors import NotAllowed

WAY_SECONDS_MAX = 600
"""So long somebody may take at the provider."""
CODE_CHARS_MAX = 4_096
NEXT_CHARS_MAX = 1_500
PATH_BACK = "/sign-in/back"


async def begin(desk: Desk, asked: Asked) -> Response:
    """Sends the browser to the provider."""
    provider = _provider(desk)
    seed = secrets.token_urlsafe(32)
    answer = RedirectResponse(await provider.address(_begun(seed)), 303)
    wanted = own_path(asked.query("next"))[:NEXT_CHARS_MAX]
    kept = f"{seed}.{base64.urlsafe_b64encode(wanted.encode()).decode()}"
    cookies.give(asked.request, answer, cookies.PROVIDER, kept, WAY_SECONDS_MAX)
    return answer


async def back(desk: Desk, asked: Asked) -> Response:
    """Begins a session for whom the provider names, or says why not."""
    provider = _provider(desk)
    seed, _, wanted = cookies.given(asked.request, cookies.PROVIDER).partition(".")
    try:
        with try_from(desk, asked):
            _refuse_strange(asked, provider, seed)
            claims = await provider.claims(asked.query("code"), _begun(seed))
            staff_id = _name_of(claims, desk.settings.oidc_name)
            await asyncio.to_thread(_refuse_local, desk.accounts, staff_id)
            role = role_for(desk, staff_id)
    except NotAllowed as reason:
        await desk.refused("", WHAT, str(reason))
        answer = await form(desk, asked, "/", reason)
    else:
        await desk.audit(staff_id, "sign_in", WHAT, f"as {role}, by {provider.issuer}")
        answer = await begin_session(desk, asked, staff_id, _path(wanted), by_passphrase=False)
    cookies.drop(asked.request, answer, cookies.PROVIDER)
    return answer


def _provider(desk: Desk) -> Provider:
    if desk.provider is None:
        raise Missing("no provider for signing in is set up here")
    return desk.provider


def _begun(seed: str) -> Begun:
    state, nonce, verifier = (
        hmac.new(seed.encode("utf-8", "replace"), use, hashlib.sha256).hexdigest()
        for use in (b"state", b"nonce", b"verifier")
    )
    return Begun(state, nonce, verifier)


def _refuse_strange(asked: Asked, provider: Provider, seed: str) -> None:
    if not seed or not hmac.compare_digest(asked.query("state").encode(), _begun(seed).state.encode()):
        raise NotAllowed("this was not begun in this browser, or took longer than ten minutes: begin again")
    if asked.query("iss") not in ("", provider.issuer):  # RFC 9207
        raise NotAllowed("this answer comes from another provider: begin again")
    if asked.query("error"):
        raise NotAllowed(f"the provider says no ({asked.query('error')[:80]}): begin again, or ask who runs it")
    if not 0 < len(asked.query("code")) <= CODE_CHARS_MAX:
        raise NotAllowed("the provider's answer has no code: begin again")


def _name_of(claims: Mapping[str, Any], claim: str) -> str:
    """The member of staff whom the claims name."""
    name = claims.get(claim)
    if not isinstance(name, str) or not name:
        raise NotAllowed(f"the provider does not tell your {claim}: ask who runs it to send it to this console")
    if claim == "email":
        if claims.get("email_verified") not in (True, "true"):
            raise NotAllowed("the provider has not verified your email: verify it there, and begin again")
        name = name.lower()
    if not NAME.fullmatch(name):
        raise NotAllowed(f"your {claim} at the provider cannot be a name here: letters, digits and . _ @ + - only, 64")
    return name


def _refuse_local(accounts: Accounts, staff_id: str) -> None:
    """A provider may let people choose their names: nobody becomes the owner of a passphrase by it."""
    if accounts.has(staff_id):
        raise NotAllowed(f"{staff_id} is a local account: sign in with its passphrase, or have it removed")


def _path(kept: str) -> str:
    try:
        return own_path(base64.urlsafe_b64decode(kept.encode()).decode())
    except ValueError:
        return "/"

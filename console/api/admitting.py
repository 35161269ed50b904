"""What is asked of every request before it finds its operation: whose token, how much, and of which type.

Nothing of a body is parsed before that, and cookies are not looked at: no browser can be made to ask anything here.
"""

import asyncio
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.api.operation import Call
from console.api.problems import NotJson, NoToken, answer_to
from console.staff.integrations import stands
from console.staff.tokens import Tokens
from console.web.body import BODY_BYTES_MAX, body_of
from console.web.desk import Desk
from console.web.route import Visitor
from records.codec import parse_json
from records.errors import Malformed, Problem
from records.registry import Integration

OPEN = "/openapi.json"
"""What the API is says nothing of anybody: it is told without a token."""
WHAT = "using the API"


class Admission:
    """An ASGI layer before the router."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app, self._desk, self._tokens = app, desk, Tokens(desk.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks for."""
        if scope["type"] != "http" or scope["path"] == scope.get("root_path", "") + OPEN:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            request.state.call = await self._call(request)
            body = await _body(request)
        except NoToken as problem:
            await self._desk.refused("", WHAT, str(problem))
            await answer_to(problem)(scope, receive, send)
        except Problem as problem:
            await answer_to(problem)(scope, receive, send)
        else:
            request.state.body = body
            await self._app(scope, _again(body, receive), send)

    async def _call(self, request: Request) -> Call:
        """By the newest record of the integration, with the role that its person has now."""
        sort, _, token = request.headers.get("authorization", "").partition(" ")
        if sort.lower() != "bearer":
            raise NoToken("send a token: Authorization: Bearer lgt_...")
        kept = await asyncio.to_thread(self._tokens.find, token.strip())
        registered = self._desk.set_up.newest("integration").get(kept.name) if kept else None
        said = registered.said if registered else None
        if kept is None or not isinstance(said, Integration) or said.record_id != kept.entry:
            raise NoToken("this token is not known, or its integration was removed")
        if not stands(said, datetime.now(UTC)):
            raise NoToken("this token has ended: an administrator makes another one")
        role = self._desk.set_up.role(said.authority)
        if not role:
            raise NoToken("the person on whose authority this integration acts has no role any more")
        who = Visitor(said.authority, role, "", "", via=kept.name)
        return Call(self._desk, who, frozenset(said.scopes), said.until)


async def _body(request: Request) -> bytes:
    """The body of what changes something, as JSON that has one meaning; of what only asks it is not read."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return b""
    body = await body_of(request, BODY_BYTES_MAX, "body")
    if not body:
        return b""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if kind.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
        raise NotJson("send content-type: application/json")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise NotJson("send the body as it is, not compressed")
    try:
        parse_json(body)
    except Malformed as problem:
        raise Malformed(f"the body {problem}") from None
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """The body for whoever reads it after us."""
    told = False

    async def heard() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return heard

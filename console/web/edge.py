"""The outermost layer: which hosts we answer for, headers that every answer has, and what becomes of a bug."""

import traceback
from pathlib import Path

import structlog
from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.web.address import is_our_host, is_secure
from console.web.problems import BUG, told
from console.web.route import Asked
from records.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "x-dns-prefetch-control": "off",  # a link to a stranger's host tells that host nothing before somebody follows it
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
    "cache-control": "no-store",
}
HSTS_SECONDS = 365 * 24 * 3600
PATH_CHARS_MAX = 200
FOR_PROBES = "/healthz"
"""Whoever asks for it knows us by whatever address there is."""


class Edge:
    """An ASGI layer around the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._headers = HEADERS | (
            {"strict-transport-security": f"max-age={HSTS_SECONDS}"} if is_secure(settings) else {}
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks for."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def dressed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._dress(message)
            await send(message)

        if not self._is_for_us(scope):
            answer = PlainTextResponse("This host is not served here.\n", 421)
            await answer(scope, receive, dressed)
            return
        try:
            await self._app(scope, receive, dressed)
        except Exception as bug:  # noqa: BLE001  one page is lost, and not the work of everybody else
            _log(bug, scope)
            if not begun:
                asked = scope.get("state", {}).get("asked") or Asked(Request(scope), None, {})
                await told(asked, BUG, "")(scope, receive, dressed)

    def _is_for_us(self, scope: Scope) -> bool:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        return scope["path"] == FOR_PROBES or (len(hosts) == 1 and is_our_host(self._settings, hosts[0]))

    def _dress(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self._headers.items():
            headers.setdefault(name, value)


def _log(bug: Exception, scope: Scope) -> None:
    """Where it happened; never its message, which may quote a post."""
    frames = traceback.extract_tb(bug.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-3:]]
    path = scope["raw_path"].decode("ascii", "backslashreplace")[:PATH_CHARS_MAX]
    structlog.get_logger().error("bug", path=path, error=type(bug).__name__, at=" > ".join(places))

"""The token of the form for signing in, where there is no session yet: a cookie, and its keyed digest in the form."""

import hashlib
import hmac
import secrets

from fastapi import Request
from starlette.responses import Response

from console.web import cookies

_KEY = secrets.token_bytes(32)
"""Of this process: after a restart the page for signing in is asked for once more."""


def form_token(request: Request) -> str:
    """What the form must say, by the cookie that its page was given; empty without one."""
    given = cookies.given(request, cookies.FORM)
    return _digest(given) if given else ""


def begin_form(request: Request) -> tuple[str, str]:
    """The cookie for the page, and what its form says; a page that is open already stays good."""
    given = cookies.given(request, cookies.FORM) or secrets.token_urlsafe(32)
    return given, _digest(given)


def keep(request: Request, answer: Response, cookie: str) -> Response:
    """The page with its cookie."""
    cookies.give(request, answer, cookies.FORM, cookie)
    return answer


def _digest(cookie: str) -> str:
    return hmac.new(_KEY, cookie.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

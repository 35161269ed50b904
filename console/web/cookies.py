"""The console's cookies: their names and attributes, which depend on whether it is served under https."""

from typing import cast

from fastapi import Request
from starlette.responses import Response

from console.web.address import is_secure
from records.settings import Settings

SESSION, MESSAGE, FORM, PROVIDER = "lifeguard", "lifeguard-said", "lifeguard-form", "lifeguard-oidc"
PREFIX = "__Host-"
"""With it, browsers take a cookie only from this very host, under https."""


def given(request: Request, name: str) -> str:
    """What the browser sends under this name; empty for nothing."""
    return request.cookies.get(_named(request, name), "")


def give(request: Request, answer: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Sets it for so long, or until the browser is closed.

    Lax and not Strict: a link to a case in a mail, and the way back from a provider of sign-in, must find the session.
    Nothing is changed by a GET.
    """
    secure = is_secure(_settings(request))
    answer.set_cookie(
        _named(request, name), value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax"
    )


def is_given(request: Request, answer: Response, name: str) -> bool:
    """Whether an answer sets it, or takes it away."""
    return any(said.startswith(f"{_named(request, name)}=") for said in answer.headers.getlist("set-cookie"))


def drop(request: Request, answer: Response, name: str) -> None:
    """Takes it away."""
    secure = is_secure(_settings(request))
    answer.delete_cookie(_named(request, name), path="/", secure=secure, httponly=True, samesite="lax")


def _named(request: Request, name: str) -> str:
    return f"{PREFIX}{name}" if is_secure(_settings(request)) else name


def _settings(request: Request) -> Settings:
    return cast("Settings", request.app.state.desk.settings)

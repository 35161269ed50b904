"""The first page after signing in: who somebody is here, and where they can go; and the health of the process."""

from starlette.responses import JSONResponse, Response

from console.web.desk import Desk
from console.web.rendering import page
from console.web.route import Asked


async def home(_: Desk, asked: Asked) -> Response:
    """Who is signed in, as what, and the ways from here."""
    return page(asked, "home.html")


async def health(desk: Desk, _: Asked) -> Response:
    """200 while everything that a page needs can be read, else 503 with what is waited for."""
    problem = desk.set_up.problem
    return JSONResponse({"ok": problem is None, "waiting": problem}, 200 if problem is None else 503)

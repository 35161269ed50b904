"""The health of the console's process."""

from starlette.responses import JSONResponse, Response

from console.web.desk import Desk
from console.web.route import Asked


async def health(desk: Desk, _: Asked) -> Response:
    """200 while everything that a page needs can be read, else 503 with what is waited for."""
    problem = desk.set_up.problem
    return JSONResponse({"ok": problem is None, "waiting": problem}, 200 if problem is None else 503)

"""The console as a web application: every route of the list, and around each what is asked of every request."""

import re
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount

from console.api.app import PATH, create_api
from console.web import cookies, guarding
from console.web.desk import Desk
from console.web.edge import Edge
from console.web.form_token import form_token
from console.web.problems import NotSignedIn, NotThisWay, answer_to
from console.web.route import Asked, Missing, Route
from console.web.routes import ROUTES
from ingest.serving import application
from records.errors import NotAllowed, Problem

METHOD_NOT_ALLOWED = 405


def create_app(desk: Desk, routes: Sequence[Route] = ROUTES) -> FastAPI:
    """The application around one desk."""
    app = application("Lifeguard's console", openapi_url=None)
    app.state.desk = desk
    for route in routes:
        app.add_route(route.path, _answering(desk, route), methods=[route.method])
    app.router.routes.append(_mounted(create_api(desk)))
    app.add_exception_handler(HTTPException, _elsewhere)
    app.add_middleware(Edge, settings=desk.settings)
    return app


def _mounted(api: FastAPI) -> Mount:
    """Under its path with whatever stands behind it: the framework stops at a line break (`%0A`)."""
    mount = Mount(PATH, api)
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


def _answering(desk: Desk, route: Route) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        request.state.asked = Asked(request, None, {})
        if route.needs is None:
            return await _answered(desk, route, request)
        try:
            session = await guarding.session_of(desk, request)
            if session:
                request.state.asked = Asked(request, await guarding.visitor_of(desk, session), {})
        except Problem as problem:
            return answer_to(request.state.asked, problem)
        response = await _answered(desk, route, request)
        if session and session.new_token and not cookies.is_given(request, response, cookies.SESSION):
            cookies.give(request, response, cookies.SESSION, session.new_token)
        return response

    return answer


async def _answered(desk: Desk, route: Route, request: Request) -> Response:
    try:
        request.state.asked = await guarding.read(desk, request, request.state.asked.visitor)
        guarding.refuse(route, request.state.asked, form_token(request))
        return await route.handler(desk, request.state.asked)
    except Problem as problem:
        return await _refused(desk, route, request.state.asked, problem)


async def _refused(desk: Desk, route: Route, asked: Asked, problem: Problem) -> Response:
    if isinstance(problem, NotSignedIn) and route.method == "GET":
        # A stream that was led on to the page for signing in would replace the token of the form that is open there.
        if asked.wants_json or guarding.STREAM in asked.request.headers.get("accept", ""):
            return answer_to(asked, problem)
        return RedirectResponse(f"/sign-in?next={quote(_address(asked.request))}", 303)
    if isinstance(problem, NotAllowed):
        await desk.refused(asked.visitor.staff_id if asked.visitor else "", route.what, str(problem))
    return answer_to(asked, problem)


def _address(request: Request) -> str:
    """Path and query as they were sent: in the path that we are given, an escaped `?` would look like a plain one."""
    path, query = (
        part.decode("ascii", "replace") for part in (request.scope["raw_path"], request.scope["query_string"])
    )
    return f"{path}?{query}" if query else path


async def _elsewhere(request: Request, error: Exception) -> Response:
    """No route of ours, or not by this method."""
    if isinstance(error, HTTPException) and error.status_code == METHOD_NOT_ALLOWED:
        return answer_to(Asked(request, None, {}), NotThisWay("this address is not asked for in this way"))
    return answer_to(Asked(request, None, {}), Missing("no page has this address"))

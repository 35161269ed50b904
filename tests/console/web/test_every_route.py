"""Every route of the console, for every role and for nobody: who is let in is what the table says, and nothing else."""

import re
from dataclasses import replace
from typing import Any

import pytest
from starlette.responses import PlainTextResponse, Response

from console.web.app import create_app
from console.web.desk import Desk
from console.web.roles import any_of
from console.web.route import EVERYBODY, SIGNED_IN, Asked, Route
from console.web.routes import ROUTES
from tests.console.web.desks import Browser, Scene

ROLES = (*sorted(EVERYBODY), "")
SAMPLES = {"int": "1", "float": "1", "uuid": "00000000-0000-4000-8000-000000000000"}
LET_IN = "let in"
SECONDS_MAX = 10.0


def names(one: Any) -> str:
    """A route, or a role, as a test's name."""
    return f"{one.method} {one.path}" if isinstance(one, Route) else str(one or "no role")


def address(route: Route) -> str:
    """The path with a value for each of its parameters."""
    return re.sub(r"\{\w+(?::(\w+))?\}", lambda found: SAMPLES.get(found[1] or "", "x-1"), route.path)


async def _let_in(_: Desk, asked: Asked) -> Response:
    return PlainTextResponse(f"{LET_IN} {asked.visitor.role if asked.visitor else ''}")


async def ask(browser: Browser, route: Route, csrf: str) -> Any:
    """As a page or a form of ours would."""
    if route.method == "GET":
        return await browser.get(address(route), timeout=SECONDS_MAX)
    return await browser.post(address(route), data={"csrf": csrf} if csrf else {}, timeout=SECONDS_MAX)


@pytest.fixture
def gate(scene: Scene) -> Scene:
    """The whole table, with handlers that only say that somebody was let in."""
    scene.app = create_app(scene.desk, [replace(route, handler=_let_in) for route in ROUTES])
    return scene


def test_the_table_is_sound() -> None:
    """No address twice, roles that there are, words for a refusal; and what changes something is for somebody."""
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)
    for route in ROUTES:
        assert route.what, names(route)
        assert route.needs is None or route.needs <= SIGNED_IN
        assert route.needs is None or route.needs, names(route)
    assert [names(route) for route in ROUTES if route.needs is None] == [
        "GET /healthz",
        "GET /static/{digest}/{name}",
        "GET /sign-in",
        "POST /sign-in",
        "GET /sign-in/provider",
        "GET /sign-in/back",
    ]


def test_an_examiner_changes_nothing() -> None:
    """They look, verify and export, each on record, end their session, and set up their own pages."""
    sent = [route.path for route in ROUTES if route.method == "POST" and "examiner" in (route.needs or ())]
    assert sent == [
        "/sign-out",
        "/case/show",
        "/dossier/verify",
        "/export",
        "/you",
        "/you/reminder",
        "/you/exposure",
    ]


@pytest.mark.parametrize("role", ROLES, ids=names)
async def test_each_role_is_let_in_or_refused_as_the_table_says(gate: Scene, role: str) -> None:
    """On every route; a refusal says what is needed, and is on record with who it was."""
    browser = gate.signed_in("ann", role)
    for route in (one for one in ROUTES if one.needs is not None):
        gate.broker.said.clear()
        answer = await ask(browser, route, browser.csrf)
        if role in (route.needs or ()):
            assert (answer.status_code, answer.text) == (200, f"{LET_IN} {role}"), names(route)
            assert gate.broker.refusals == [], names(route)
        else:
            assert answer.status_code == 403, names(route)
            assert LET_IN not in answer.text, names(route)
            assert [who for who, _ in gate.broker.refusals] == ["ann"], names(route)
            assert f"{route.what} needs {any_of(route.needs or ())}" in gate.broker.refusals[0][1], names(route)


async def test_nobody_is_let_in_where_somebody_is_needed(gate: Scene) -> None:
    """A page leads to where one signs in; a form is refused, on record."""
    for route in ROUTES:
        gate.broker.said.clear()
        answer = await ask(gate.browser(), route, "made-up")
        if route.needs is None and route.method == "GET":
            assert answer.status_code == 200, names(route)
        elif route.method == "GET":
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in"), names(route)
            assert gate.broker.refusals == [], names(route)
        else:
            assert answer.status_code == (403 if route.needs is None else 401), names(route)
            assert [who for who, _ in gate.broker.refusals] == ["(nobody)"], names(route)
        assert (LET_IN in answer.text) == (route.needs is None and route.method == "GET"), names(route)


@pytest.mark.parametrize("csrf", ["", "made-up"], ids=["no token", "a wrong token"])
async def test_nothing_is_changed_without_the_token(gate: Scene, csrf: str) -> None:
    """Also for whoever may; and that is on record."""
    people = {role: gate.signed_in(role, role) for role in ROLES if role}
    for route in (one for one in ROUTES if one.method == "POST"):
        gate.broker.said.clear()
        answer = await ask(people[max(route.needs) if route.needs else "reviewer"], route, csrf)
        assert answer.status_code == 403, names(route)
        assert LET_IN not in answer.text, names(route)
        assert len(gate.broker.refusals) == 1, names(route)


@pytest.mark.parametrize("route", ROUTES, ids=names)
async def test_no_handler_fails_without_a_word(scene: Scene, route: Route) -> None:
    """With no index behind it each one says what it waits for, or that there is no such thing; none is a bug."""
    scene.desk.stopping.set()
    role = max(route.needs) if route.needs else ""
    browser = scene.signed_in("ann", role)
    answer = await ask(browser, route, browser.csrf)
    assert answer.status_code != 500

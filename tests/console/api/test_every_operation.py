"""Every operation of the API, for every scope and role: who is let in is what the list says, and nothing else."""

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from starlette.routing import Mount

from console.api.app import create_api
from console.api.operation import Called, Operation
from console.api.operations import OPERATIONS
from console.staff.integrations import SCOPES
from console.web.route import EVERYBODY, READERS
from tests.console.api.world import Client, World

ROLES = sorted(EVERYBODY)
TOLD = "urn:lifeguard:problem:not-allowed"


def names(one: Any) -> str:
    """An operation, or a word, as a test's name."""
    return f"{one.method} {one.path}" if isinstance(one, Operation) else str(one)


def path(operation: Operation) -> str:
    """With a value for each of its parameters."""
    samples = {"queue": "flagged", "name": "flagged", "at": "2-17", "batch_id": f"batch-{'0' * 20}"}
    return re.sub(r"\{(\w+)\}", lambda found: samples[found[1]], operation.path)


async def _let_in(call: Called) -> None:
    assert call.who.staff_id == "ann"


@pytest.fixture
def gate(world: World) -> World:
    """The whole list, with handlers that do nothing."""
    listed = [replace(one, handler=_let_in, status=204) for one in OPERATIONS]
    [mount] = [one for one in world.scene.app.routes if isinstance(one, Mount)]
    mount.app = create_api(world.scene.desk, listed)
    return world


async def ask(program: Client, operation: Operation) -> Any:
    """As a program would."""
    return await program.request(operation.method, path(operation), headers={"idempotency-key": "the-first-key"})


def test_the_list_is_sound() -> None:
    """No address twice, scopes and roles that there are; what changes anything needs more than to read."""
    assert len({(one.method, one.path) for one in OPERATIONS}) == len(OPERATIONS)
    assert len({one.name for one in OPERATIONS}) == len(OPERATIONS)
    for one in OPERATIONS:
        assert one.scope in SCOPES
        assert one.roles <= READERS
        assert one.what
        assert (one.handler.__doc__ or "").strip()
        assert not one.writes or (one.scope != "read" and "examiner" not in one.roles)


@pytest.mark.parametrize("operation", OPERATIONS, ids=names)
async def test_scope_and_role_are_both_needed(gate: World, operation: Operation) -> None:
    """A refusal says which, and is on record with the integration."""
    for scope, role in product(SCOPES, ROLES):
        gate.scene.broker.said.clear()
        answer = await ask(gate.client(scope, role=role), operation)
        if scope == operation.scope and role in operation.roles:
            assert answer.status_code == 204, answer.text
            assert gate.scene.broker.refusals == []
        else:
            assert (answer.status_code, answer.json()["type"]) == (403, TOLD)
            [(who, why)] = gate.scene.broker.refusals
            assert who == "ann"
            assert why == f"through the integration tool: {answer.json()['detail']}"


@pytest.mark.parametrize("operation", OPERATIONS, ids=names)
async def test_nothing_is_told_without_a_token(world: World, operation: Operation) -> None:
    """Whatever a cookie says."""
    program = Client(world, "")
    session = world.scene.desk.sessions.begin("ann", by_passphrase=False)
    world.scene.grant("ann", "supervisor")
    program.cookies.set("lifeguard", session.new_token)
    answer = await ask(program, operation)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.writes], ids=names)
async def test_what_changes_something_has_a_key(world: World, operation: Operation) -> None:
    """Before anything else of the request is looked at."""
    answer = await world.client(*SCOPES, role="supervisor").request(operation.method, path(operation), json={})
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=names)
async def test_no_operation_fails_without_a_word(world: World, operation: Operation) -> None:
    """With nothing behind it each says what it waits for, or what it lacks; none is a bug."""
    program = world.client(*SCOPES, role="supervisor")
    world.scene.broker.away = True
    world.index.documents.clear()
    answer = await ask(program, operation)
    assert answer.status_code < 500 or (answer.status_code == 503 and answer.headers["retry-after"])

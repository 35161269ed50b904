"""Who is told what happens, as a program sets it up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.api.world import Client, World
from tests.ingest.notifying.alerts import alerting

HOOK = {"url": "https://hooks.example.com/in", "events": ["case.opened", "case.overdue"]}
PATH = "/webhooks/desk"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Whoever runs it allows one host."""
    found = World(alerting(tmp_path, alert_hosts="hooks.example.com"))
    yield found
    found.scene.desk.close()


@pytest.fixture
def program(world: World) -> Client:
    """Of a supervisor."""
    return world.client("set_up", role="supervisor")


async def test_a_webhook_is_kept_and_removed_once(world: World, program: Client) -> None:
    """And says what could not be delivered."""
    count = world.published
    for _ in range(2):
        made = await program.write("PUT", PATH, HOOK, "key-number-1")
        assert made.status_code == 200, made.text
    world.scene.desk.undelivered["webhook:desk", "case.opened"] = "it answers with HTTP 500"
    [told] = (await program.get("/webhooks")).json()["webhooks"]
    never = dict.fromkeys(HOOK["events"])
    assert told == {
        "name": "desk",
        "version": 1,
        "problems": ["it answers with HTTP 500"],
        "delivered_at": never,
        **HOOK,
    }
    for _ in range(2):
        assert (await program.write("DELETE", PATH, key="key-number-2")).status_code == 204
    assert world.published == count + 2
    assert (await program.get("/webhooks")).json() == {"webhooks": []}
    assert (await program.write("DELETE", f"{PATH}-none", key="key-number-3")).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"url": "https://elsewhere.example/in"},
        {"url": "http://hooks.example.com/in"},
        {"url": "no address"},
        {"url": ""},
        {"events": []},
        {"events": ["case.shouted"]},
    ],
)
async def test_an_address_that_nobody_allowed_is_a_problem(
    world: World, program: Client, change: dict[str, Any]
) -> None:
    """And nothing is set up."""
    count = world.published
    assert (await program.write("PUT", PATH, HOOK | change)).status_code == 422
    assert world.published == count

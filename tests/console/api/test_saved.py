"""Queues and replies that a program sets up: each version once, by who may."""

from typing import Any

import pytest

from tests.console.api.world import Client, World

QUEUE = {"title": "Fees", "search": {"words": "fee", "waiting": "yes", "label": ["complaint"]}}
REPLY = {"title": "Thanks", "text": "Thank you, {name}."}
KEPT: dict[str, dict[str, Any]] = {"/saved-queues/fees": QUEUE, "/reply-templates/thanks": REPLY}


@pytest.fixture
def program(world: World) -> Client:
    """Of a supervisor."""
    return world.client("read", "set_up", role="supervisor")


@pytest.mark.parametrize("path", KEPT)
async def test_it_is_kept_changed_and_removed_once_each(world: World, program: Client, path: str) -> None:
    """A request that comes again later does not bring back what was changed since; what stands is no change."""
    said = KEPT[path]
    made = await program.write("PUT", path, said, "key-number-1")
    assert made.status_code == 200, made.text
    changed = await program.write("PUT", path, said | {"title": "Other"}, "key-number-2")
    assert changed.json()["title"] == "Other"
    count = world.published
    for key, body in (("key-number-1", said), ("key-number-2", said | {"title": "Other"})):
        again = await program.write("PUT", path, body, key)
        assert (again.status_code, again.json()["title"]) == (200, "Other")
    assert (await program.write("PUT", path, said | {"title": "Other"}, "key-number-3")).status_code == 200
    assert world.published == count
    for _ in range(2):
        assert (await program.write("DELETE", path, key="key-number-4")).status_code == 204
    assert world.published == count + 1
    assert world.scene.broker.set_up[-1].said.via == "tool"
    assert (await program.write("DELETE", f"{path}-none", key="key-number-5")).status_code == 404


async def test_a_saved_queue_is_listed_with_its_search(program: Client) -> None:
    """As it was saved."""
    await program.write("PUT", "/saved-queues/fees", QUEUE)
    [told] = (await program.get("/saved-queues")).json()["queues"]
    assert told["search"] == {"words": ["fee"], "label": ["complaint"], "waiting": ["yes"]}
    assert (told["owner"], told["version"], told["problem"]) == ("ann", 1, None)
    assert "fees" in [one["name"] for one in (await program.get("/queues")).json()["queues"]]


async def test_a_reply_is_listed(program: Client) -> None:
    """With its placeholders."""
    await program.write("PUT", "/reply-templates/thanks", REPLY)
    told = (await program.get("/reply-templates")).json()["templates"]
    assert told == [{"name": "thanks", "title": "Thanks", "text": "Thank you, {name}."}]


async def test_the_queue_of_somebody_else_stays(world: World, program: Client) -> None:
    """A moderator changes their own; and nobody takes the name of one of ours."""
    await program.write("PUT", "/saved-queues/fees", QUEUE)
    other = world.client("set_up", name="other", who="kim")
    assert (await other.write("PUT", "/saved-queues/fees", QUEUE | {"title": "Mine"})).status_code == 403
    assert (await other.write("DELETE", "/saved-queues/fees", key="key-number-2")).status_code == 403
    assert (await program.write("PUT", "/saved-queues/flagged", QUEUE, "key-number-3")).status_code == 422


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "\n"},
        {"search": {"words": "fee", "x": 1}},
        {"search": {"from": "never"}},
        {"service_level_minutes": 0},
        {"alert_url": "https://elsewhere.example/"},
        {"alert_email": "no address"},
    ],
)
async def test_what_cannot_be_kept_is_a_problem(world: World, program: Client, change: dict[str, Any]) -> None:
    """And nothing is."""
    count = world.published
    assert (await program.write("PUT", "/saved-queues/fees", QUEUE | change)).status_code == 422
    assert world.published == count

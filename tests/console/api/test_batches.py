"""Many cases at once through the API: frozen, decided, watched and taken back, each once."""

from typing import Any

import pytest

from records.decisions import Decide, Undo
from tests.console.api.world import Client, World

LEFT = {"act": "leave", "reason": "4.2"}
CHOSEN: dict[str, dict[str, Any]] = {
    "queue": {"by": "queue", "queue": "flagged"},
    "search": {"by": "search", "search": {"words": "hello"}},
    "author": {"by": "author", "author": "u-1", "source": "forum"},
    "alike": {"by": "alike", "post_id": "forum:1"},
}


@pytest.fixture
def program(world: World) -> Client:
    """Of a moderator."""
    for document in world.index.documents.values():
        document["author_id"] = "u-1"
    return world.client("read", "decide")


@pytest.mark.parametrize("by", CHOSEN)
async def test_what_is_chosen_is_frozen_once(program: Client, by: str) -> None:
    """The same request again is the same batch, whatever came since."""
    made = (await program.write("POST", "/batches", CHOSEN[by])).json()
    assert (made["posts"] >= 1, made["act"], made["progress"]) == (True, None, None)
    assert (await program.write("POST", "/batches", CHOSEN[by])).json() == made
    other = (await program.write("POST", "/batches", CHOSEN[by], "another-key")).json()
    assert other["batch_id"] != made["batch_id"]


async def test_a_batch_is_decided_and_taken_back_once(world: World, program: Client) -> None:
    """One decision for each, with the name of the integration; each request again changes nothing."""
    path = f"/batches/{(await program.write('POST', '/batches', CHOSEN['queue'])).json()['batch_id']}"
    for _ in range(2):
        decided = await program.write("POST", f"{path}/decision", LEFT, "key-number-1")
        assert (decided.status_code, decided.json()["progress"]["decided"]) == (200, 4), decided.text
    assert {one.record_id for one in world.index.decisions if isinstance(one, Decide)} == {
        one["record_id"] for document in world.index.documents.values() for one in entries(document)
    }
    for _ in range(2):
        undone = await program.write("POST", f"{path}/undo", key="key-number-2")
        assert (undone.json()["undone"], undone.json()["progress"]["taken_back"]) == (True, 4)
    assert {(one.via, one.staff_id) for one in world.index.decisions} == {("tool", "ann")}
    assert len({one.record_id for one in world.index.decisions if isinstance(one, Undo)}) == 4
    assert all(document["version"] == 2 for document in world.index.documents.values())
    assert (await program.get(path)).json() == undone.json()


def entries(document: dict[str, Any]) -> list[dict[str, Any]]:
    """What a document knows of its decisions."""
    found: list[dict[str, Any]] = document["parts"]["decided"]["decisions"]
    return found


async def test_something_else_cannot_be_decided_on_it(program: Client) -> None:
    """And nothing can be taken back that was not decided; a batch is known to its person alone."""
    path = f"/batches/{(await program.write('POST', '/batches', CHOSEN['queue'])).json()['batch_id']}"
    assert (await program.write("POST", f"{path}/undo", key="key-number-1")).status_code == 409
    await program.write("POST", f"{path}/decision", LEFT, "key-number-2")
    other = await program.write("POST", f"{path}/decision", LEFT | {"act": "hide"}, "key-number-3")
    assert (other.status_code, other.json()["type"]) == (409, "urn:lifeguard:problem:conflict")
    assert (await program.get(f"/batches/batch-{'0' * 20}")).status_code == 404


async def test_a_batch_that_the_gate_refuses_whole_is_refused(program: Client) -> None:
    """With the reason; nothing was sent."""
    path = f"/batches/{(await program.write('POST', '/batches', CHOSEN['queue'])).json()['batch_id']}"
    refused = await program.write("POST", f"{path}/decision", {"act": "hide", "reason": "2.3"}, "key-number-1")
    assert (refused.status_code, "is no reason to hide" in refused.json()["detail"]) == (409, True)

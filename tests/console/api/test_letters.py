"""Dead letters as a program reads them, and has one published again once."""

from dataclasses import replace

import pytest

from records.errors import NotAllowed
from records.registry import Replay
from tests.console.api.world import Client, World
from tests.console.web.test_lettering import Box, letter

PATH = "/dead-letters/2-17"


@pytest.fixture
def box(world: World) -> Box:
    """With one letter."""
    found = world.scene.desk.letters = Box(letter(value=b"\xff<b>", message_key=b"\xffkey"))
    return found


@pytest.fixture
def program(world: World, box: Box) -> Client:
    """Of a supervisor."""
    assert box.letters
    return world.client("read", "set_up", "export", role="supervisor")


def replays(world: World) -> list[tuple[int, str | None, str]]:
    """What is on record of letters that were published again."""
    said = [one.said for one in world.scene.broker.set_up if isinstance(one.said, Replay)]
    return [(one.version, one.via, one.place) for one in said]


async def test_letters_come_in_pages_and_looking_is_on_record(world: World, program: Client, box: Box) -> None:
    """Without their bytes; a cursor that is none is a problem."""
    told = (await program.get("/dead-letters")).json()
    [line] = told["letters"]
    assert (line["at"], line["origin"], line["offset"], line["replays"]) == ("2-17", "posts", 17, 0)
    assert "value" not in line
    await program.get("/dead-letters", params={"cursor": told["next"]})
    assert box.before == {0: 3, 2: 17}
    assert ("view", "ann", "dead letters", "through the integration tool") in world.scene.broker.audits
    mark = told["next"].partition(".")[0]
    for wrong in ("", "x", f"{mark}.", f"{mark}.x", f"{mark}.1.2_x", "a.1.2"):
        assert (await program.get("/dead-letters", params={"cursor": wrong})).status_code == 422, wrong


async def test_the_bytes_of_a_letter_are_taken_with_a_scope_of_its_own(world: World, program: Client) -> None:
    """As they are, as a file, on record."""
    assert (await program.get(PATH)).json()["key"] == "\\xffkey"
    answer = await program.get(f"{PATH}/bytes")
    assert (answer.content, answer.headers["content-type"]) == (b"\xff<b>", "application/octet-stream")
    said = ("export", "ann", "dead-letters-2-17", "through the integration tool: 4 bytes")
    assert said in world.scene.broker.audits
    assert (await world.client("read", name="other", role="supervisor").get(f"{PATH}/bytes")).status_code == 403


async def test_it_is_published_again_once_for_each_key(world: World, program: Client, box: Box) -> None:
    """Who has not seen that it was done is told so; the integration is on record."""
    box.again = replace(letter(reason="is still not JSON"), offset=18)
    for _ in range(2):
        answer = await program.write("POST", f"{PATH}/replay", {"times": 0}, "key-number-1")
        assert answer.json() == {"at": "2-17", "times": 1, "place": "posts-1-100"}
    other = await program.write("POST", f"{PATH}/replay", {"times": 0}, "key-number-2")
    assert (other.status_code, "meanwhile" in other.json()["detail"]) == (409, True)
    assert (await program.write("POST", f"{PATH}/replay", {"times": 1}, "key-number-3")).json()["times"] == 2
    assert (await program.write("POST", f"{PATH}/replay", {"times": 0}, "key-number-1")).json()["times"] == 1
    assert box.published == ["posts-1-100", "posts-1-101"]
    assert replays(world) == [(1, "tool", "posts-1-100"), (2, "tool", "posts-1-101")]
    told = (await program.get(PATH)).json()
    assert (told["replays"], told["replayed_by"], told["place"], told["again"]) == (2, "ann", "posts-1-101", "2-18")


async def test_what_may_not_be_published_again_is_a_conflict_on_record(world: World, program: Client, box: Box) -> None:
    """And nothing is."""
    box.problem = NotAllowed("what stands at posts-1-17 is not what this letter speaks of")
    answer = await program.write("POST", f"{PATH}/replay", {"times": 0})
    assert answer.status_code == 409
    assert world.scene.broker.refusals == [("ann", f"through the integration tool: {box.problem}")]
    assert replays(world) == []
    assert (await program.write("POST", "/dead-letters/0-1/replay", {"times": 0}, "key-number-2")).status_code == 404

"""Tags and lists of words as a program reads, tries and publishes them: each version once, and none unseen."""

import asyncio
from typing import Any

import pytest

from moderation.tags.files import EXAMPLES_MIN
from records.registry import PublishedTag, WordList
from tests.console.api.world import Client, World
from tests.moderation.published import LATE

TAG: dict[str, Any] = {"title": "The bus is late", "examples": list(LATE), "counter_examples": ["nice bus"]}
LIST: dict[str, Any] = {"title": "Cheap offers", "label": "spam", "terms": ["cheap pills", "hello", "hello"]}
KEPT: dict[str, dict[str, Any]] = {"/tags/late_bus": TAG, "/word-lists/offers": LIST}


@pytest.fixture
def program(world: World) -> Client:
    """Of a supervisor."""
    return world.client("read", "set_up", role="supervisor")


@pytest.mark.parametrize("path", KEPT)
async def test_it_is_published_changed_and_removed_once_each(world: World, program: Client, path: str) -> None:
    """A request that comes again later does not bring back what was changed since; what stands is no change."""
    said = KEPT[path]
    other = said | {"title": "Other"}
    made = await program.write("PUT", path, said | {"version": 0}, "key-number-1")
    assert made.status_code == 200, made.text
    assert (made.json()["version"], made.json()["published_by"], made.json()["problem"]) == (1, "ann", None)
    assert (await program.write("PUT", path, other | {"version": 1}, "key-number-2")).json()["version"] == 2
    count = world.published
    for key, body in (("key-number-1", said | {"version": 0}), ("key-number-2", other | {"version": 1})):
        again = await program.write("PUT", path, body, key)
        assert (again.status_code, again.json()["title"], again.json()["version"]) == (200, "Other", 2)
    assert (await program.write("PUT", path, other | {"version": 0}, "key-number-3")).status_code == 200
    assert world.published == count
    for _ in range(2):
        assert (await program.write("DELETE", path, key="key-number-4")).status_code == 204
    assert world.published == count + 1
    assert world.scene.broker.set_up[-1].said.via == "tool"
    assert (await program.get(path)).status_code == 404
    assert (await program.write("DELETE", f"{path}-none", key="key-number-5")).status_code == 404
    back = await program.write("PUT", path, said | {"version": 0}, "key-number-6")
    assert (back.status_code, back.json()["version"]) == (200, 4)


@pytest.mark.parametrize("path", KEPT)
async def test_nobody_replaces_what_they_have_not_seen(world: World, program: Client, path: str) -> None:
    """By a version before the one that stands, or as if there were none."""
    said, count = KEPT[path], world.published
    await program.write("PUT", path, said | {"version": 0}, "key-number-1")
    await program.write("PUT", path, said | {"title": "Second", "version": 1}, "key-number-2")
    for number, version in enumerate((0, 1, 3)):
        body = said | {"title": "Third", "version": version}
        assert (await program.write("PUT", path, body, f"key-numbered-{number}")).status_code == 409
    assert world.published == count + 2


@pytest.mark.parametrize("path", KEPT)
async def test_of_two_at_the_same_moment_the_second_is_told(world: World, program: Client, path: str) -> None:
    """Neither replaces the other unseen."""
    said, count = KEPT[path] | {"version": 0}, world.published
    asked = [program.write("PUT", path, said | {"title": f"No. {n}"}, f"key-number-{n}") for n in range(2)]
    assert sorted([answer.status_code for answer in await asyncio.gather(*asked)]) == [200, 409]
    assert world.published == count + 1


async def test_both_are_listed_and_read(world: World, program: Client) -> None:
    """As they were published; a tag of a file says so, and is not removed here."""
    await program.write("PUT", "/tags/late_bus", TAG | {"version": 0}, "key-number-1")
    await program.write("PUT", "/word-lists/offers", LIST | {"version": 0}, "key-number-2")
    listed = {one["name"]: one for one in (await program.get("/tags")).json()["tags"]}
    assert {name: (one["version"], one["file"]) for name, one in listed.items()} == {
        "bereavement": (0, "bereavement.toml"),
        "late_bus": (1, None),
        "press_enquiry": (0, "press_enquiry.toml"),
    }
    assert (await program.get("/tags/late_bus")).json()["examples"] == list(LATE)
    of_file = (await program.get("/tags/bereavement")).json()
    assert (of_file["file"], len(of_file["examples"]) >= EXAMPLES_MIN) == ("bereavement.toml", True)
    assert (await program.write("DELETE", "/tags/bereavement", key="key-number-3")).status_code == 422
    [line] = (await program.get("/word-lists")).json()["word_lists"]
    assert (line["name"], line["label"], line["version"]) == ("offers", "spam", 1)
    assert (await program.get("/word-lists/offers")).json()["terms"] == ["cheap pills", "hello"]
    kinds = {type(one.said) for one in world.scene.broker.set_up}
    assert {PublishedTag, WordList} <= kinds


async def test_an_example_is_kept_as_the_form_keeps_it(program: Client) -> None:
    """On one line, and without what nobody sees."""
    body = TAG | {"examples": [*LATE[:4], "two\n lines, \u202eand\u200b hidden"], "version": 0}
    made = (await program.write("PUT", "/tags/late_bus", body)).json()
    assert made["examples"][-1] == "two lines, and hidden"


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/tags/late_bus", {"examples": list(LATE[:4])}),
        ("/tags/late_bus", {"examples": [*LATE, LATE[0]]}),
        ("/tags/late_bus", {"examples": [*LATE, "\u200b"]}),
        ("/tags/late_bus", {"clause": "99"}),
        ("/tags/late_bus", {"threshold": 0}),
        ("/tags/late_bus", {"severity": 4}),
        ("/tags/late_bus", {"title": "\n"}),
        ("/tags/spam", {}),
        ("/tags/Late Bus", {}),
        ("/word-lists/offers", {"label": "unscored"}),
        ("/word-lists/offers", {"terms": []}),
        ("/word-lists/offers", {"terms": ["?!"]}),
        ("/word-lists/offers", {"more": 1}),
        ("/word-lists/Offers", {}),
    ],
)
async def test_what_cannot_be_used_is_a_problem(
    world: World, program: Client, path: str, change: dict[str, Any]
) -> None:
    """And nothing is published."""
    count, said = world.published, TAG if path.startswith("/tags") else LIST
    answer = await program.write("PUT", path, said | {"version": 0} | change)
    assert answer.status_code == 422, answer.text
    assert world.published == count


async def test_a_trial_publishes_nothing_and_needs_no_key(world: World, program: Client) -> None:
    """It says what would be found, and is on record."""
    count = world.published
    told = (await program.post("/trials/word-list", json=LIST)).json()
    assert (told["looked_at"], told["found"]) == (4, 4)
    assert (told["posts"][0]["excerpt"], told["posts"][0]["matched"]) == ("hello", ["hello"])
    tag = (await program.post("/trials/tag", json=TAG | {"name": "late_bus"})).json()
    assert (tag["looked_at"], tag["found_again"]["of"], tag["posts"]) == (4, 5, [])
    assert world.published == count
    said = "through the integration tool: the tag late_bus, tried on the 4 posts that came last"
    assert ("search", "ann", "posts", said) in world.scene.broker.audits
    assert (await program.post("/trials/tag", json=TAG | {"name": "spam"})).status_code == 422


async def test_a_moderator_reads_what_supervisors_publish(world: World, program: Client) -> None:
    """And changes nothing, whatever the scopes are."""
    await program.write("PUT", "/tags/late_bus", TAG | {"version": 0})
    bob = world.client("read", "set_up", name="other", who="bob")
    assert (await bob.get("/tags/late_bus")).status_code == 200
    for path, said in KEPT.items():
        assert (await bob.write("PUT", path, said | {"version": 0}, "key-number-1")).status_code == 403
        assert (await bob.write("DELETE", path, key="key-number-2")).status_code == 403

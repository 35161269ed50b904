"""What the API tells: queues, posts, facts and searches, page by page."""

from typing import Any

import pytest

from tests.console.api.world import HOSTILE, World
from tests.console.dossiers import material_of
from tests.console.web.views import records
from tests.moderation.case_records import at

ALL = sorted(["forum:1", "forum:2", "forum:3", HOSTILE])
PAGED: dict[str, tuple[str, dict[str, Any]]] = {
    "a queue": ("/queues/flagged/cases", {}),
    "a search": ("/search", {"words": "hello", "sort": "newest"}),
}


async def test_queues_have_their_counts(world: World) -> None:
    """In the order of the page."""
    told = (await world.client("read").get("/queues")).json()["queues"]
    assert told[0] == {
        "name": "flagged",
        "title": "Flagged",
        "explanation": "A rule, the model or a tag found something that a person should look at.",
        "service_level_minutes": 480,
        "cases": 4,
    }


async def test_the_policy_can_be_read(world: World) -> None:
    """Its clauses are the reasons of decisions."""
    told = (await world.client("read").get("/policy")).json()
    assert told["digest"] == world.scene.desk.policy.digest
    assert {"id", "title", "text", "removal"} == told["clauses"][0].keys()


@pytest.mark.parametrize("post_id", ALL)
async def test_a_post_is_told_whole_and_looking_is_on_record(world: World, post_id: str) -> None:
    """Whatever its id is; no lease is taken."""
    answer = await world.client("read").get("/post", params={"post_id": post_id})
    told = answer.json()
    assert (told["post_id"], told["text"], told["labels"], told["version"]) == (post_id, "hello", ["spam"], 0)
    assert [one["label"] for one in told["reasons"]] == ["spam"]
    assert {one["act"]: one["refusal"] for one in told["acts"]}["leave"] is None
    assert ("view", "ann", post_id, "through the integration tool") in world.scene.broker.audits
    assert world.index.decisions == []


async def test_a_post_that_there_is_not_is_a_problem(world: World) -> None:
    """And an id that is none."""
    program = world.client("read")
    assert (await program.get("/post", params={"post_id": "forum:9"})).status_code == 404
    assert (await program.get("/post", params={"post_id": "x" * 513})).status_code == 422
    assert (await program.get("/post")).status_code == 422


@pytest.mark.parametrize("what", PAGED)
async def test_pages_follow_one_another(world: World, what: str) -> None:
    """Each post once; a cursor is of its question only."""
    (path, asked), program = PAGED[what], world.client("read")
    found, cursor = [], None
    while True:
        params = asked | {"limit": 3} | ({"cursor": cursor} if cursor else {})
        answer = await program.get(path, params=params)
        assert answer.status_code == 200, answer.text
        found += [one["post_id"] for one in answer.json()["posts"]]
        if answer.json()["next"] is None:
            break
        cursor = answer.json()["next"]
    assert found == ALL
    assert cursor is not None
    other = ("/queues/mine/cases", {}) if what == "a queue" else ("/search", {"words": "other"})
    for where, params in (other, PAGED["a search" if what == "a queue" else "a queue"]):
        assert (await program.get(where, params=params | {"cursor": cursor})).status_code == 422
    for wrong in (f"{cursor}x", cursor[:-9], "", "x", f"{cursor.partition('.')[0]}.AAAA", "a." + "b" * 7000):
        assert (await program.get(path, params=asked | {"cursor": wrong})).status_code == 422, wrong


async def test_facts_come_in_pages(world: World) -> None:
    """In the order in which they were recorded."""
    program = world.client("read", "decide")
    for number in range(3):
        await program.act("note", key=f"key-number-{number}", version=0, note=f"note {number}")
    first = (await program.get("/post/facts", params={"post_id": "forum:1", "limit": 2})).json()
    rest = {"post_id": "forum:1", "cursor": first["next"]}
    second = (await program.get("/post/facts", params=rest)).json()
    assert [one["record"]["note"] for one in first["facts"] + second["facts"]] == ["note 0", "note 1", "note 2"]
    assert second["next"] is None
    other = rest | {"post_id": "forum:2"}
    assert (await program.get("/post/facts", params=other)).status_code == 422
    mark = first["next"].partition(".")[0]
    for wrong in ("zz", "5b5d", "7b7d", "5b312c312c312c315d"):
        answer = await program.get("/post/facts", params=rest | {"cursor": f"{mark}.{wrong}"})
        assert answer.status_code == 422


async def test_a_search_is_on_record_with_what_was_asked(world: World) -> None:
    """With facets where they are asked for."""
    program = world.client("read")
    asked = {"words": "hello", "label": ["spam", "threat"], "facets": "yes", "from": "2026-01-01"}
    told = (await program.get("/search", params=asked)).json()
    assert (told["total"], told["at_least"]) == (4, False)
    assert told["facets"]["label"] == {"values": [{"value": "x", "posts": 2}], "others": 1}
    [(_, _, _, detail)] = [one for one in world.scene.broker.audits if one[0] == "search"]
    assert "label: spam or threat" in detail
    assert detail.startswith("through the integration tool: words: hello")


async def test_a_search_tells_which_posts_said_it_before(world: World) -> None:
    """And not now, as their text shows."""
    program = world.client("read")
    for matched, says in (((), None), (("before",), "before"), (("now", "before"), "now")):
        world.index.matched = matched
        told = (await program.get("/search", params={"words": "hello"})).json()
        assert {one["says"] for one in told["posts"]} == {says}


@pytest.mark.parametrize(
    ("minute", "texts", "untold"),
    [(3, ["hello everybody"], []), (1, ["hello there"], []), (-1, [], ["forum:1"])],
)
async def test_a_search_as_of_a_time_tells_posts_as_they_stood(
    world: World, minute: int, texts: list[str], untold: list[str]
) -> None:
    """And names those of which that cannot be told; a cursor of another time is none of it."""
    world.index.documents = {"forum:1": dict(material_of(records()).told)}
    facts = material_of(records()).facts
    world.index._facts = lambda _: [{"_source": dict(one), "sort": [0]} for one in facts]  # type: ignore[method-assign]
    asked = {"words": "hello", "at": at(minute).isoformat(), "limit": 1}
    told = (await world.client("read").get("/search", params=asked)).json()
    assert ([one["text"] for one in told["posts"]], told["untold"]) == (texts, untold)
    assert f"as of: {at(minute).isoformat()}; words: hello" in str(world.scene.broker.audits)
    other = asked | {"at": at(9).isoformat(), "cursor": told["next"]}
    assert (await world.client("read").get("/search", params=other)).status_code == 422


@pytest.mark.parametrize(
    "asked",
    [
        {"at": "2026-01-01"},
        {"at": "2026-01-01T00:00:00"},
        {"state": "no such"},
        {"severity": "9"},
        {"from": "SECRET"},
        {"SECRET": "1"},
        {"limit": "0"},
        {"sort": "SECRET"},
    ],
)
async def test_a_search_that_cannot_be_is_a_problem(world: World, asked: dict[str, str]) -> None:
    """That names the field."""
    answer = await world.client("read").get("/search", params=asked)
    assert answer.status_code == 422
    assert "SECRET" not in answer.text


async def test_an_unknown_queue_is_a_problem(world: World) -> None:
    """Of another name, or of a name that no queue can have."""
    program = world.client("read")
    assert (await program.get("/queues/nothing/cases")).status_code == 404
    assert (await program.get("/queues/%00%2f/cases")).status_code == 404

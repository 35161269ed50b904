"""What is like a text, and what is around a post, as the API tells it."""

from typing import Any

import pytest

from tests.console.api.world import World


async def test_posts_that_say_a_text_are_found_and_that_is_on_record(world: World) -> None:
    """Narrowed by a search; and why meanings could not be compared is told."""
    asked = {"like": " hello there ", "label": "spam"}
    told = (await world.client("read").get("/search/like", params=asked)).json()
    assert {one["post_id"] for one in told["said"]} == world.index.documents.keys()
    assert told["said"][0]["similarity"] is None
    said = ("search", "ann", "posts", "through the integration tool: like: hello there; label: spam; sort: relevance")
    assert said in world.scene.broker.audits
    assert told["why_not"] == "nothing can be compared with forum:1: no model has judged it; give a text instead"


@pytest.mark.parametrize("asked", [{}, {"like": " "}, {"like": "x" * 2_001}, {"like": "x", "cursor": "x"}])
async def test_a_text_that_cannot_be_is_a_problem(world: World, asked: dict[str, Any]) -> None:
    """None, or one that is too long."""
    assert (await world.client("read").get("/search/like", params=asked)).status_code == 422


async def test_what_is_around_a_post_is_told(world: World) -> None:
    """Its conversation, its author's others, and those that say the same; looking is on record."""
    for document in world.index.documents.values():
        document |= {"surface": "blog/fees", "author_id": "u-1"}
    told = (await world.client("read").get("/post/surroundings", params={"post_id": "forum:1"})).json()
    assert {one["place"] for one in told["conversation"]} <= {"parent", "before", "after"}
    assert told["conversation"]
    assert (told["author_posts"], told["author_actions"]) == (9, {"hide": 2})
    assert [one["similarity"] for one in told["alike"]] == [1.0] * len(told["alike"])
    assert told["alike"]
    said = ("view", "ann", "forum:1", "through the integration tool: with what is around it")
    assert said in world.scene.broker.audits
    assert (await world.client("read").get("/post/surroundings", params={"post_id": "x"})).status_code == 404

"""Queues on a real node: each finds exactly its own, in order, and is counted."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from records.documents import PostDocument
from records.settings import Settings
from search.client import Search
from search.finder import find
from search.indexer import Indexer
from search.indices import setup
from search.queries import Wanted
from search.queues import BUILT_IN, counts, for_person
from search.stepping import place_of, step

pytestmark = pytest.mark.live

NOW = datetime.now(UTC)
"""The suite may run for long before these tests do: nothing here is about to come within the hour."""


def _at(minutes: float) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat()


OPEN: dict[str, Any] = {"state": "open", "severity": 1, "opened_at": _at(-30), "evidence": 500, "reports": 0}
DECIDED: dict[str, Any] = {"state": "decided", "severity": 2, "reports": 0, "order_result": "refused"}
CASES: dict[str, tuple[set[str], dict[str, Any]]] = {
    "plain": ({"flagged"}, OPEN),
    "grave": ({"flagged", "overdue"}, OPEN | {"severity": 3, "due_at": _at(-5)}),
    "soon": ({"flagged"}, OPEN | {"severity": 3, "due_at": _at(6000)}),
    "sooner": ({"flagged"}, OPEN | {"severity": 3, "due_at": _at(5000)}),
    "sure": ({"flagged"}, OPEN | {"evidence": 900}),
    "old": ({"flagged"}, OPEN | {"opened_at": _at(-9000)}),
    "reported": ({"reported"}, OPEN | {"severity": None, "reports": 2}),
    "unscored": ({"unscored"}, OPEN | {"unscored": "the model was not measured in the language de"}),
    "complaint": ({"flagged", "complaints"}, OPEN | {"labels": ["complaint"]}),
    "to me": ({"escalated", "flagged", "mine"}, OPEN | {"state": "escalated", "escalated_to": "s-ann"}),
    "to my role": ({"escalated", "mine"}, OPEN | {"state": "escalated", "severity": 0, "escalated_to": "compliance"}),
    "to another": ({"escalated", "flagged"}, OPEN | {"state": "escalated", "escalated_to": "s-bob"}),
    "held by me": ({"flagged", "mine"}, OPEN | {"claimed_by": "s-ann", "claimed_until": _at(6000)}),
    "was held by me": ({"flagged"}, OPEN | {"claimed_by": "s-ann", "claimed_until": _at(-1)}),
    "held": ({"flagged"}, OPEN | {"claimed_by": "s-bob", "claimed_until": _at(6000)}),
    "back": ({"reopened"}, OPEN | {"state": "reopened", "severity": None, "reopened_because": ["edited"]}),
    "put off": ({"deferred"}, OPEN | {"state": "deferred", "deferred_until": _at(6000)}),
    "its time has come": ({"flagged", "reopened"}, OPEN | {"state": "deferred", "deferred_until": _at(-1)}),
    "to hide": ({"by_hand"}, DECIDED | {"desired": "hidden", "visible": True}),
    "hidden": (set(), DECIDED | {"desired": "hidden", "visible": False}),
    "to show": ({"by_hand"}, DECIDED | {"desired": "visible", "action": None, "visible": False}),
    "shown": (set(), DECIDED | {"desired": "visible", "action": None, "visible": True}),
    "to answer": ({"by_hand"}, DECIDED | {"desired": "visible", "action": "reply", "visible": True}),
    "done": (set(), DECIDED | {"order_result": "done", "desired": "hidden", "visible": True}),
    "clear": (set(), {"state": "clear", "severity": 0, "reports": 0}),
    "erased": (set(), {"state": "erased", "severity": 3, "reports": 4, "erased": True, "escalated_to": "s-ann"}),
}
"""Posts, the queues of s-ann (compliance) that each is in, and what is known of it."""


@pytest.fixture
async def search(live_settings: Settings) -> AsyncIterator[Search]:
    """A connection to the live node, with these posts."""
    async with Search(live_settings) as connected:
        await setup(connected)
        made: Any = {name: {"post_id": name, **known} for name, (_, known) in CASES.items()}
        documents: dict[str, PostDocument] = made
        assert await Indexer(connected).write(documents, {}, []) == set()
        await connected.ask("POST", f"/{connected.posts}/_refresh")
        yield connected


async def _found(search: Search, wanted: Wanted) -> list[str]:
    return [hit.document["post_id"] for hit in (await find(search, replace(wanted, size=100))).hits]


async def test_each_queue_finds_exactly_its_own_and_counts_it(search: Search) -> None:
    """Seen by one person; whatever waits is in one of them."""
    asked = {queue.name: for_person(queue.wanted, "s-ann", "compliance") for queue in BUILT_IN}
    counted = await counts(search, asked)
    for name, wanted in asked.items():
        expected = {post_id for post_id, (queues, _) in CASES.items() if name in queues}
        assert (name, set(await _found(search, wanted)), counted[name]) == (name, expected, len(expected))
    in_some = {post_id for post_id, (queues, _) in CASES.items() if queues}
    assert set(await _found(search, Wanted(waiting=True))) <= in_some
    assert await counts(search, {}) == {}


async def test_the_gravest_comes_first_then_what_is_due_then_what_is_surest_then_the_oldest(search: Search) -> None:
    """Page by page, also where a post has no such time."""
    wanted = Wanted(waiting=True, severity_min=1, unscored=False, sort="queue", unclaimed_by_others="s-ann", size=1)
    order = [post_id async for post_id in _one_by_one(search, wanted)]
    assert order[:3] == ["grave", "sooner", "soon"]
    assert order[3:5] == ["sure", "old"]
    assert order[5:] == sorted(order[5:])
    assert "held by me" in order
    assert "held" not in order


async def _one_by_one(search: Search, wanted: Wanted) -> AsyncIterator[str]:
    while True:
        answer = await find(search, wanted)
        for hit in answer.hits:
            yield hit.document["post_id"]
        if not answer.after:
            return
        wanted = replace(wanted, after=answer.after)


async def test_a_step_from_any_post_leads_to_its_neighbours(search: Search) -> None:
    """By its place as a document tells it, which is that of the server: no case is met twice, and none is left out."""
    wanted = Wanted(sort="queue")
    found = await step(search, wanted, size=100)
    order = [document["post_id"] for document, _ in found]
    assert sorted(order) == sorted(CASES)
    for number, (document, place) in enumerate(found):
        assert list(place_of(document)) == place
        after = await step(search, wanted, place_of(document), size=100)
        before = await step(search, wanted, place_of(document), back=True, size=100)
        assert [one["post_id"] for one, _ in after] == order[number + 1 :]
        assert [one["post_id"] for one, _ in before] == order[:number][::-1]


async def test_a_filter_can_be_turned_round(search: Search) -> None:
    """What does not wait, what is not overdue, what has waited for long."""
    waits = set(await _found(search, Wanted(waiting=True)))
    assert set(await _found(search, Wanted(waiting=False))) == CASES.keys() - waits
    assert "grave" not in await _found(search, Wanted(overdue=False, waiting=True))
    assert await _found(search, Wanted(older_minutes=6000)) == ["old"]
    assert set(await _found(search, Wanted(escalated_to=("s-bob", "compliance")))) == {"to another", "to my role"}

"""One step along a queue, forwards and backwards, as the request that asks for it."""

from typing import Any

import pytest

from records.errors import Malformed
from search.queries import SORTS, Wanted, query
from search.stepping import place_of, step_body

PLACE = (3, 9_223_372_036_854_775_807, 900, 1_790_000_000_000, "forum:1")
QUEUE = Wanted(waiting=True, sort="queue")


def ends(body: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """Field, order, and where what lacks it comes."""
    said = [(field, options) for one in body["sort"] for field, options in one.items()]
    return [
        (field, options, None) if isinstance(options, str) else (field, options["order"], options.get("missing"))
        for field, options in said
    ]


def test_forwards_is_the_search_as_it_is() -> None:
    """From the first on, or after a place; the documents are not counted."""
    body = step_body(QUEUE, (), 5)
    assert body["query"] == query(QUEUE)
    assert body["sort"] == SORTS["queue"]
    assert (body["size"], body["track_total_hits"], "search_after" in body) == (5, False, False)
    assert step_body(QUEUE, PLACE, 5)["search_after"] == list(PLACE)


def test_backwards_is_the_same_order_turned_around() -> None:
    """What lacks a value stands at the other end, so that no case is met twice or never."""
    forwards, backwards = ends(step_body(QUEUE, PLACE, 5)), ends(step_body(QUEUE, PLACE, 5, back=True))
    other = {"asc": "desc", "desc": "asc", "_last": "_first", None: None}
    assert backwards == [(field, other[order], other[missing]) for field, order, missing in forwards]
    assert ("severity", "asc", "_first") in backwards
    assert backwards[-1] == ("post_id", "desc", None)
    assert step_body(QUEUE, PLACE, 5, back=True)["search_after"] == list(PLACE)


@pytest.mark.parametrize("sort", [name for name in SORTS if name != "relevance"])
def test_turned_around_twice_every_order_is_itself(sort: Any) -> None:
    """And the orders that ship with us are not changed by it."""
    before = repr(SORTS)
    wanted = Wanted(sort=sort)
    backwards = ends(step_body(wanted, (), 5, back=True))
    turned = {"asc": "desc", "desc": "asc", "_last": "_first", "_first": "_last", None: None}
    again = [(field, turned[order], turned[missing]) for field, order, missing in backwards]
    assert again == ends(step_body(wanted, (), 5))
    assert repr(SORTS) == before


def test_the_place_of_a_post_is_what_the_server_sorts_it_by() -> None:
    """Also where it lacks a value: a queue of reported posts has no severities."""
    known: Any = {"post_id": "forum:1", "severity": 3, "evidence": 900, "opened_at": "2026-11-26T12:00:00.123456Z"}
    assert place_of(known) == (3, 2**63 - 1, 900, 1_795_694_400_123, "forum:1")
    assert place_of({"post_id": "forum:1"}) == (-(2**31), 2**63 - 1, -(2**63), 2**63 - 1, "forum:1")


def test_no_step_is_asked_for_that_no_search_can_be() -> None:
    """As everywhere."""
    with pytest.raises(Malformed):
        step_body(Wanted(size=0, sort="queue"), (), 5)

"""Queues as values: what they ask, for whom, and how a record keeps them."""

from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import Malformed
from records.registry import SavedQueue
from search import holds
from search.queries import Wanted, filters
from search.queues import BUILT_IN, FILTERS, ME, counts_body, for_person, queue_of, said_of, wanted_of

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
OF_A_PAGE = {"nearest", "before", "sort", "size", "after", "seen_until"}
OF_NOW = {"waiting", "overdue", "deferred", "by_hand", "mine", "unclaimed_by_others", "older_minutes"}


def test_a_queue_may_ask_whatever_a_search_can() -> None:
    """But for the page; and a legal hold may ask nothing that changes by itself."""
    assert set(FILTERS) == {field.name for field in fields(Wanted)} - OF_A_PAGE
    assert not OF_NOW & set(holds.FILTERS)


def test_the_queues_that_ship_have_names_of_their_own_and_an_order() -> None:
    """Each says in a sentence what is in it."""
    assert len({queue.name for queue in BUILT_IN}) == len(BUILT_IN)
    assert all(queue.wanted.sort == "queue" and queue.explanation.endswith(".") for queue in BUILT_IN)


def test_a_queue_is_another_one_for_everybody_who_looks() -> None:
    """By name and role; what asks for nobody in particular stays."""
    (mine,) = [queue.wanted for queue in BUILT_IN if queue.name == "mine"]
    assert for_person(mine, "s-ann", "compliance").mine == ("s-ann", "compliance")
    assert for_person(mine, "s-ann").mine == ("s-ann",)
    others = Wanted(mine=("s-bob",), escalated_to=(ME, "legal"), unclaimed_by_others=ME)
    asked = for_person(others, "s-ann", "reviewer")
    assert (asked.mine, asked.escalated_to) == (("s-bob",), ("s-ann", "reviewer", "legal"))
    assert asked.unclaimed_by_others == "s-ann"


def test_a_case_that_another_holds_is_left_out_and_my_own_is_not() -> None:
    """Only while the lease lasts."""
    (clause,) = filters(Wanted(unclaimed_by_others="s-ann"))
    (held,) = clause["bool"]["must_not"]
    lasts, by_me = held["bool"]["filter"]
    assert lasts == {"range": {"claimed_until": {"gt": "now"}}}
    assert by_me == {"bool": {"must_not": [{"terms": {"claimed_by": ["s-ann"]}}]}}


def test_a_wait_that_nobody_can_mean_is_refused() -> None:
    """Before a server has to reckon with it."""
    for minutes in (-1, 10**9):
        with pytest.raises(Malformed):
            filters(Wanted(older_minutes=minutes))


def test_all_queues_are_counted_at_once() -> None:
    """By their names; without hits."""
    body = counts_body({queue.name: queue.wanted for queue in BUILT_IN})
    assert body["size"] == 0
    assert list(body["aggs"]["queues"]["filters"]["filters"]) == [queue.name for queue in BUILT_IN]


def test_a_search_is_kept_as_a_queue_and_read_again() -> None:
    """Only the filters that were given, as JSON; its order is kept apart."""
    wanted = Wanted(text="bond", states=("open",), from_at=MARCH, overdue=False, mine=(ME,), size=7, sort="newest")
    said = said_of(wanted)
    assert said == {
        "text": "bond", "states": ["open"], "from_at": "2026-03-01T00:00:00+00:00", "overdue": False, "mine": ["@me"],
    }  # fmt: skip
    assert wanted_of(said) == replace(wanted, size=20, sort="queue")
    for queue in BUILT_IN:
        assert wanted_of(said_of(queue.wanted)) == queue.wanted


@pytest.mark.parametrize(
    "said",
    [{"colour": "red"}, {"size": 7}, {"waiting": "yes"}, {"labels": "complaint"}, {"text": '"..."'}, {"mine": [1]}],
)
def test_what_no_queue_can_ask_is_refused(said: dict[str, Any]) -> None:
    """Named, and never guessed at."""
    with pytest.raises(Malformed, match=r"colour|size|waiting|labels|word|mine"):
        wanted_of(said)


@given(st.dictionaries(st.sampled_from(FILTERS) | st.text(max_size=9), st.none() | st.integers() | st.text()))
def test_any_query_is_read_or_refused(said: dict[str, Any]) -> None:
    """Whatever somebody puts into the registry."""
    with suppress(Malformed):
        wanted_of(said)


def test_a_queue_that_somebody_set_up_is_shown_like_the_others() -> None:
    """With its own order; one that this release does not know is refused by its name."""
    saved = SavedQueue(
        registry_id="q-1", staff_id="s-ann", set_at=MARCH, title="Bonds", query={"text": "bond"}, order="newest"
    )
    queue = queue_of(saved)
    assert (queue.name, queue.title, queue.service_level_minutes) == ("q-1", "Bonds", None)
    assert (queue.wanted, queue.explanation) == (Wanted(text="bond", sort="newest"), "set up by s-ann")
    with pytest.raises(Malformed, match="order"):
        queue_of(saved.model_copy(update={"order": "by mood"}))

"""How a legal hold stands after the entries of several people, and what may be asked for then."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st

from moderation.gate import may_confirm, may_erase, may_place, may_release, may_request_release
from moderation.holds import HoldState, standing
from moderation.retention import Kept
from records.registry import Hold

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEPT = Kept("moderation", "Reviews", datetime(2030, 1, 1, tzinfo=UTC))
LATER = datetime(2030, 1, 1, tzinfo=UTC)

State = Literal["placed", "release_requested", "released"]


def entry(state: State, by: str, minute: int = 0, version: int = 1, **fields: Any) -> Hold:
    """An entry of the hold `case-7`."""
    said = {"registry_id": "case-7", "reason": "court", "query": {"text": "bond"}, **fields}
    return Hold(staff_id=by, set_at=START + timedelta(minutes=minute), state=state, version=version, **said)


def held(*entries: Hold) -> HoldState:
    """The hold after these entries."""
    return standing(entries)["case-7"]


def test_a_hold_ends_when_another_person_confirms_it() -> None:
    """Not when it is requested, and not by whoever requested it."""
    placed, requested = entry("placed", "cora"), entry("release_requested", "cora", 1, 2)
    assert held(placed).state == "placed"
    assert held(placed, requested).state == "release_requested"
    assert held(placed, requested).in_force
    assert held(placed, requested, entry("released", "cora", 2, 3)).in_force
    assert not held(placed, requested, entry("released", "omar", 2, 3)).in_force


def test_a_release_that_nobody_requested_is_none() -> None:
    """One record alone cannot end a hold."""
    assert held(entry("placed", "cora"), entry("released", "omar", 1, 2)).in_force


def test_two_who_request_it_at_once_can_both_be_confirmed() -> None:
    """By either of them, or by a third: two people have agreed in each case."""
    both = entry("placed", "cora"), entry("release_requested", "cora", 1, 2), entry("release_requested", "omar", 1, 2)
    assert held(*both).requested_by == ("cora", "omar")
    for by in ("cora", "omar", "third"):
        assert not held(*both, entry("released", by, 2, 3)).in_force


def test_the_first_of_two_placements_of_one_name_counts() -> None:
    """The second person is told so, and chooses another name."""
    one, other = entry("placed", "cora"), entry("placed", "omar", query={"text": "share"})
    assert held(one, other).placed == one
    assert may_place(held(one, other), 1, 100) is not None


def test_a_name_can_be_used_again_after_the_release() -> None:
    """As another hold, which needs two people again."""
    ended = entry("placed", "cora"), entry("release_requested", "cora"), entry("released", "omar")
    again = held(*ended, entry("placed", "omar", 9, 4), entry("released", "omar", 10, 5))
    assert again.in_force
    assert again.version == 5
    assert not again.requests


@given(st.lists(st.tuples(st.sampled_from(["placed", "release_requested", "released"]), st.sampled_from("ab"))))
def test_no_order_of_entries_lets_one_person_end_a_hold(said: list[tuple[State, str]]) -> None:
    """Whoever ends it is not the only one who asked."""
    entries = [entry(state, by, minute, minute + 1) for minute, (state, by) in enumerate(said)]
    for state in standing(entries).values():
        if state.released:
            assert set(state.requested_by) - {state.released.staff_id}


def test_what_is_refused_is_told_with_its_reason() -> None:
    """In words, with the date where there is one."""
    for holds, now, reason, until in (
        (["a"], LATER, "a legal hold is in force: a", None),
        (["d", "c", "b", "a"], LATER, "a legal hold is in force: a, b, c and 1 more", None),
        ([], START, "it is kept until 2030-01-01: retention class moderation (Reviews)", KEPT.until),
    ):
        refusal = may_erase(KEPT, holds, now)
        assert refusal is not None
        assert (refusal.reason, refusal.until) == (reason, until)
    assert may_erase(KEPT, [], LATER) is None


def test_who_may_release_and_who_not() -> None:
    """Each sentence says what to do."""
    placed, requested = held(entry("placed", "cora")), held(entry("placed", "cora"), entry("release_requested", "cora"))
    assert may_request_release(placed, "cora") is None
    assert may_request_release(requested, "omar") is None
    assert may_release(requested, "omar") is None
    for refusal, word in (
        (may_request_release(None, "cora"), "no such hold"),
        (may_request_release(requested, "cora"), "already"),
        (may_release(None, "cora"), "no such hold"),
        (may_release(placed, "omar"), "nobody has requested"),
        (may_release(requested, "cora"), "another person"),
        (may_confirm([], "cora"), "nobody has requested"),
        (may_place(placed, 1, 100), "choose another name"),
        (may_place(None, 100, 100), "the limit"),
    ):
        assert refusal is not None
        assert word in refusal.reason
    assert may_place(None, 99, 100) is None

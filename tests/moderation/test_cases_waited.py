"""How long a decision took is told from records alone, and what it was an answer to counts."""

import pytest
from hypothesis import given, settings

from moderation.cases import fold_post
from records.base import Record
from records.received import Received
from tests.moderation.case_histories import histories
from tests.moderation.case_records import decide, defer, edited, escalate, folded, judged, reported, seen, undo

MINUTE = 60
SPAM: list[Record] = [seen("buy"), judged("buy", "spam")]
HIDE = decide("k1", "hide", "buy")


def took(records: list[Record], *minutes: float) -> float | None:
    """Minutes that the decision took that stands, where the records were appended at these."""
    seconds = folded(*records, minutes=minutes)["decided_after_seconds"]
    return None if seconds is None else seconds / MINUTE


def test_it_is_counted_from_when_something_was_found_until_it_was_decided() -> None:
    """Not from when it was posted or seen; and what comes later changes nothing."""
    assert took([*SPAM, HIDE], 0, 2, 12) == 10
    later = [reported("mia"), judged("buy", "spam", "scam", severity=3, policy=2), edited("buy now", 30)]
    assert took([*SPAM, HIDE, *later], 0, 2, 12, 13, 14, 30) == 10
    assert took([*SPAM], 0, 2) is None


def test_the_first_reason_counts_of_several() -> None:
    """A report before the machine found anything; what could not be scored; a case that was passed on."""
    assert took([seen("buy"), reported("mia"), judged("buy", "spam"), reported("ben"), HIDE], 0, 1, 5, 6, 12) == 11
    assert took([seen("buy"), judged("buy", unscored="no model"), HIDE], 0, 3, 12) == 9
    passed_on = [seen("hello"), judged("hello"), escalate("k0", "ann"), decide("k1", "leave", "hello", saw=1)]
    assert took(passed_on, 0, 1, 4, 12) == 8


def test_nothing_waits_where_nothing_was_found() -> None:
    """Somebody decided on it of their own accord, or on another text than the one with findings."""
    assert took([seen("hello"), judged("hello"), decide("k1", "leave", "hello")], 0, 1, 12) is None
    note = [seen("buy"), judged("buy", "spam", severity=0), HIDE]
    assert took(note, 0, 1, 12) is None


def test_a_case_that_came_back_has_waited_since_the_news() -> None:
    """An edit, or a report, after the decision before; not since the beginning."""
    edit = [*SPAM, HIDE, edited("buy now", 30), judged("buy now", "spam"), decide("k2", "remove", "buy now", saw=1)]
    assert took(edit, 0, 2, 12, 30, 31, 40) == 10
    assert took([*SPAM, HIDE, reported("mia"), decide("k2", "leave", "buy", saw=1)], 0, 2, 12, 20, 25) == 5


def test_a_decision_that_was_undone_leaves_the_case_waiting_since_the_beginning() -> None:
    """Nobody has decided it, until somebody does."""
    undone = [*SPAM, HIDE, undo("k2", HIDE)]
    assert took(undone, 0, 2, 12, 13) is None
    assert took([*undone, decide("k3", "remove", "buy", saw=2)], 0, 2, 12, 13, 22) == 20


@pytest.mark.parametrize(("decided", "waited"), [(90, 30), (40, None)])
def test_a_deferred_case_waits_again_once_its_time_has_come(decided: int, waited: int | None) -> None:
    """Whoever decides on it before had not let it wait."""
    acts = [*SPAM, defer("k1", 60), decide("k2", "hide", "buy", saw=1)]
    assert took(acts, 0, 2, 12, decided) == waited


def test_reports_that_were_answered_are_not_waited_for_again() -> None:
    """The answer was about them; the decision is about the text."""
    answer = decide("k1", "leave", "buy", scope="report")
    acts = [seen("buy"), reported("mia"), answer, judged("buy", "spam"), decide("k2", "hide", "buy", saw=1)]
    assert took(acts, 0, 1, 4, 10, 15) == 5


def test_what_an_older_release_decided_is_not_guessed_at() -> None:
    """A rebuild tells."""
    old = folded(*SPAM, HIDE)
    del old["parts"]["decided"]["decision"]["before"]
    assert fold_post(old, [])["decided_after_seconds"] is None


@settings(max_examples=100, deadline=None)
@given(histories())
def test_it_is_never_less_than_nothing_and_only_told_of_a_decision_that_stands(logs: dict[str, list[Received]]) -> None:
    """In whatever history."""
    document = fold_post(None, [one for log in logs.values() for one in log])
    seconds = document["decided_after_seconds"]
    assert seconds is None or (seconds >= 0 and document["decided_at"] is not None)

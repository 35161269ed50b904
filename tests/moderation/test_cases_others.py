"""What a moderator decides about the author of a post, or about a report of it, apart from the post."""

import pytest
from hypothesis import given, settings

from moderation.cases import decided as deciding
from moderation.cases.entries import result_of
from records.received import Received
from tests.moderation.case_histories import histories
from tests.moderation.case_records import (
    decide,
    defer,
    erase,
    escalate,
    folded,
    iso,
    judged,
    order,
    reported,
    results,
    seen,
    undo,
)

SPAM = (seen("buy"), judged("buy", "spam"))
OF_THE_POST = ("standing", "decision", "undone", "wants")
EXAMPLES = settings(max_examples=100, deadline=None)


@EXAMPLES
@given(histories())
def test_what_is_decided_about_an_author_or_a_report_never_touches_the_post(logs: dict[str, list[Received]]) -> None:
    """Neither what its site is asked nor what stands; nor does undoing it."""
    decided = deciding.nothing()
    for one in logs["decisions"]:
        before, decided = decided, deciding.fold(decided, one)
        undone = result_of(before, getattr(one.record, "undoes", ""))
        if (undone["scope"] if undone else one.record.scope) != "post":
            assert [before[name] for name in OF_THE_POST] == [decided[name] for name in OF_THE_POST]


@pytest.mark.parametrize("scope", ["author", "report"])
def test_an_author_or_a_report_can_only_be_left(scope: str) -> None:
    """The refusal says so; and it counts for nothing."""
    document = folded(*SPAM, decide("k1", "hide", "buy", scope=scope))
    said = f"about the {scope} of a post it can only be decided to leave it: to hide is about the post"
    assert (results(document), document["version"], document["wants"]) == ([(False, said)], 0, None)


def test_a_decision_about_the_author_makes_a_version_and_leaves_the_post_open() -> None:
    """Who decides about the post must have seen it; and it stands in a place of its own."""
    left = decide("k1", "leave", "buy", by="ann", scope="author", reason="2.1")
    document = folded(*SPAM, left, decide("k2", "hide", "buy", by="bob"))
    assert (document["state"], document["version"], document["action"]) == ("open", 1, None)
    assert results(document)[1][0] is False
    author = document["parts"]["decided"]["others"]["author"]
    assert (author["action"], author["reason"], author["staff_id"]) == ("leave", "2.1", "ann")
    assert document["parts"]["decided"]["others"]["report"] is None


def test_reports_that_were_answered_open_nothing_and_later_ones_do() -> None:
    """They are still counted."""
    answered = [seen("hello"), judged("hello"), reported("mia"), decide("k1", "leave", "hello", scope="report")]
    document = folded(*answered)
    assert (document["state"], document["opened_at"], document["reports"]) == ("clear", None, 1)
    again = folded(*answered, reported("eve"))
    assert (again["state"], again["opened_at"]) == ("open", iso(4))


def test_reports_that_were_answered_reopen_nothing() -> None:
    """After a decision about the post, too."""
    reopened = [*SPAM, decide("k1", "leave", "buy"), reported("mia")]
    assert folded(*reopened)["state"] == "reopened"
    answered = [*reopened, decide("k2", "leave", "buy", saw=1, scope="report")]
    assert (folded(*answered)["state"], folded(*answered)["reopened_because"]) == ("decided", [])
    assert folded(*answered, reported("eve"))["reopened_because"] == ["reported"]


def test_an_answer_to_reports_that_was_undone_answers_nothing() -> None:
    """The report waits again since it was made."""
    answer = decide("k1", "leave", "hello", scope="report")
    document = folded(seen("hello"), judged("hello"), reported("mia"), answer, undo("k2", answer))
    assert (document["state"], document["opened_at"], document["version"]) == ("open", iso(2), 2)
    assert document["parts"]["decided"]["others"]["report"] is None


def test_undoing_a_decision_about_an_author_leaves_the_order_of_the_post_alone() -> None:
    """And the other way round."""
    hide, left = decide("k1", "hide", "buy"), decide("k2", "leave", "buy", saw=1, scope="author")
    document = folded(*SPAM, hide, left, order("decisions-0-0", hide), undo("k3", left, saw=2))
    assert (document["state"], document["wants"], document["order_id"]) == ("decided", None, "decisions-0-0")
    document = folded(*SPAM, hide, left, undo("k3", hide, saw=2))
    assert document["parts"]["decided"]["others"]["author"]["action"] == "leave"


@pytest.mark.parametrize("scope", ["author", "report"])
def test_a_case_whose_author_or_report_is_passed_on_is_escalated_until_that_is_decided(scope: str) -> None:
    """Whatever is decided about the post meanwhile; deferring it does not take it back."""
    passed = [*SPAM, decide("k1", "hide", "buy"), escalate("k2", saw=1, scope=scope, to="legal")]
    document = folded(*passed)
    assert (document["state"], document["escalated_to"], document["opened_at"]) == ("escalated", "legal", iso(3))
    assert (document["action"], document["wants"]) == ("hide", "hide")
    later = defer("k3", 60, saw=2, scope=scope)
    assert (folded(*passed, later)["state"], folded(*passed, later)["escalated_to"]) == ("escalated", "legal")
    left = decide("k4", "leave", "buy", saw=3, scope=scope)
    assert (folded(*passed, later, left)["state"], folded(*passed, later, left)["escalated_to"]) == ("decided", None)


def test_of_an_erased_post_no_words_are_left_in_what_was_decided_about_its_author() -> None:
    """A number of a clause stays."""
    acts = [
        decide("k1", "leave", "buy", scope="report", reason="2.1"),
        escalate("k2", saw=1, scope="author", reason="she says: quince"),
        erase("k3", "requested", "ann"),
        erase("k4", "confirmed", "bob"),
    ]
    document = folded(*SPAM, *acts)
    others = document["parts"]["decided"]["others"]
    assert (others["report"]["reason"], others["author"]["reason"]) == ("2.1", "erased with the post")
    assert (document["state"], document["opened_at"], document["due_at"]) == ("erased", None, None)


def test_an_act_of_a_batch_names_it() -> None:
    """So that all of it can be undone."""
    document = folded(*SPAM, decide("k1", "hide", "buy", batch_id="b-7"), decide("k2", "leave", "buy", saw=1))
    assert [entry["batch_id"] for entry in document["parts"]["decided"]["decisions"]] == ["b-7", None]

"""What the gate lets a person do with a case, and what it says to whom it refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.cases import fold_post
from moderation.gate import ACTS, Reviewer, holder_of, may_act, may_act_on, may_give_reason, may_send
from moderation.policy import Clause, load_policy
from records.received import Received
from tests.moderation.case_histories import histories
from tests.moderation.case_records import at, iso

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LATER = (NOW + timedelta(minutes=4)).isoformat()


def reviewer(role: str = "reviewer", *, has_read_policy: bool = True) -> Reviewer:
    """Alex, who has read the policy unless a test says otherwise."""
    return Reviewer("alex", role, has_read_policy)


def allowed(document: dict[str, Any], who: Reviewer) -> set[str]:
    """What they may do."""
    return {
        act
        for act, refusal in may_act({"revision_id": "r", "visible": True} | document, who, NOW).items()
        if not refusal
    }


def said(document: dict[str, Any], who: Reviewer, act: str = "remove") -> str:
    """Why they may not."""
    refusal = may_act({"revision_id": "r", "visible": True} | document, who, NOW)[act]
    return refusal.reason if refusal else ""


@pytest.mark.parametrize("role", ["reviewer", "supervisor", "compliance"])
def test_who_decides_may_do_everything_to_an_open_case_that_makes_sense(role: str) -> None:
    """There is nothing to undo, and nothing to give back, before somebody has decided or taken the case."""
    assert allowed({}, reviewer(role)) == set(ACTS) - {"undo", "release"}


@pytest.mark.parametrize(
    ("role", "words"), [("examiner", "an examiner reads"), ("administrator", "an administrator"), ("", "no role")]
)
def test_others_read_only(role: str, words: str) -> None:
    """Each is told by their role."""
    assert allowed({}, reviewer(role)) == set()
    assert words in said({}, reviewer(role))


def test_nobody_decides_without_having_read_the_policy() -> None:
    """The sixth duty."""
    assert allowed({}, reviewer(has_read_policy=False)) == set()
    assert "read the policy" in said({}, reviewer(has_read_policy=False))


def test_a_colleagues_lease_is_respected_by_reviewers_and_told_by_name() -> None:
    """Supervisors may step in, and a lease that has run out holds nobody."""
    held = {"claimed_by": "kim", "claimed_until": LATER}
    assert "kim is looking at this until 12:04:00 UTC" in said(held, reviewer())
    assert "remove" in allowed(held, reviewer("supervisor"))
    over = {"claimed_by": "kim", "claimed_until": NOW.isoformat()}
    assert "remove" in allowed(over, reviewer())
    assert (holder_of(held, NOW), holder_of(over, NOW)) == ("kim", None)


def test_who_holds_a_case_can_give_it_back() -> None:
    """And nobody else."""
    held = {"claimed_by": "alex", "claimed_until": LATER}
    assert "release" in allowed(held, reviewer())
    assert "release" not in allowed({"claimed_by": "kim", "claimed_until": LATER}, reviewer("supervisor"))


def test_what_is_not_on_the_site_is_not_taken_from_it() -> None:
    """Unless we took it away ourselves: then it stays away, or is brought back by undoing that, or by leaving it."""
    gone = {"visible": False}
    assert allowed(gone, reviewer()) == {"leave", "escalate", "defer", "note"}
    hidden = {"visible": False, "desired": "hidden", "decided_by": "kim"}
    assert allowed(hidden, reviewer()) == {"leave", "hide", "remove", "escalate", "defer", "note", "undo"}


def test_an_erased_post_is_left_alone() -> None:
    """Nothing is decided about it any more."""
    assert allowed({"erased": True}, reviewer("compliance")) == set()


def test_criticism_of_us_is_no_reason_to_take_a_post_away() -> None:
    """Clause 2.3 of the shipped policy says so; abuse is a reason, and everything is one to leave it."""
    clauses = {clause.id: clause for clause in load_policy().clauses}
    for act in ("hide", "remove"):
        refusal = may_give_reason(act, clauses["2.3"])
        assert refusal is not None
        assert "2.3 (Complaints) is no reason" in refusal.reason
        assert may_give_reason(act, clauses["4.2"]) is None
    assert may_give_reason("leave", clauses["2.3"]) is None


def test_a_reason_is_a_clause() -> None:
    """None, or one of another policy, is none."""
    assert may_give_reason("leave", None) is not None
    assert may_give_reason("hide", Clause(id="9", title="Ours", text="Whatever it be.")) is None


def test_about_the_author_or_the_report_nothing_is_taken_from_the_site() -> None:
    """They are decided apart from the post."""
    for scope in ("author", "report"):
        assert may_act_on(scope, "leave") is None
        refusal = may_act_on(scope, "remove")
        assert refusal is not None
        assert scope in refusal.reason
    assert may_act_on("post", "remove") is None


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("", "a reply says something: write it"),
        (" \n", "a reply says something: write it"),
        ("Dear {author}, see {link}, {author}", "fill in {author}, {link} first"),
        ("Thank you, Dana.", None),
    ],
)
def test_a_reply_goes_out_whole_or_not_at_all(reply: str, words: str | None) -> None:
    """A placeholder that nobody filled is named."""
    refusal = may_send(reply)
    assert (refusal.reason if refusal else None) == words


@settings(max_examples=60, deadline=None)
@given(histories(), st.sampled_from(["reviewer", "supervisor", "examiner", ""]), st.integers(0, 20))
def test_of_every_post_the_gate_says_about_each_act_yes_or_a_sentence(
    logs: dict[str, list[Received]], role: str, minutes: int
) -> None:
    """Whatever happened to it; nobody who only reads may do anything, and a lease is somebody's until it ends."""
    document: Any = fold_post(None, [one for log in logs.values() for one in log])
    found = may_act(document, reviewer(role), at(minutes))
    assert tuple(found) == ACTS
    assert all(refusal is None or refusal.reason for refusal in found.values())
    assert role in ("reviewer", "supervisor") or all(found.values())
    holder = holder_of(document, at(minutes))
    assert holder is None or (holder == document["claimed_by"] and iso(minutes) < document["claimed_until"])

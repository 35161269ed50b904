"""What the page of a case shows, worked out from documents that the real fold has made."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.web.case import case_of, choices_of, other
from console.web.deeds import Deed
from console.web.saying import BECAUSE, STATES, TITLES
from moderation.cases import fold_post
from moderation.cases.reasons import REOPENING
from moderation.gate import ACTS, Reviewer
from records.documents import STATES as ALL_STATES
from records.received import Received
from records.verdicts import Span
from search.expunging import without_content
from search.handled import AuthorHistory
from tests.console.web.cases import LATER, POLICY, beside, case, material
from tests.moderation import case_records as make
from tests.moderation.case_histories import TEXTS, histories

EXAMPLES = settings(max_examples=100, deadline=None)
BY_MACHINE = frozenset({"hide", "remove", "restore", "reply"})


def one_by_one(logs: dict[str, list[Received]]) -> list[Received]:
    """All of them."""
    return [one for log in logs.values() for one in log]


@EXAMPLES
@given(histories(), st.sampled_from(["ann", "dee"]), st.sampled_from(["reviewer", "compliance", "examiner", ""]))
def test_every_post_has_a_page_that_says_all_it_waits_for(logs: dict[str, list[Received]], who: str, role: str) -> None:
    """Whatever happened to it, and whoever looks; also where it is shown beside another one."""
    received = one_by_one(logs)
    document = fold_post(None, received)
    gathered = material(received, **beside(document))
    found = case_of(gathered, POLICY, Reviewer(who, role, has_read_policy=True), make.at(7))
    assert len(found.because) == len(document["reopened_because"])
    assert found.state == STATES[document["state"]]
    assert (found.waits != "") == (document["opened_at"] is not None)
    assert (found.due != "") == (document["due_at"] is not None)
    assert [button.act for button in found.buttons] == list(ACTS)
    assert len(found.deeds) == sum(fact["kind"] not in ("claim", "release") for fact in gathered.handling)
    assert "".join(piece.text for piece in found.pieces) == (document["text"] or "")


@EXAMPLES
@given(histories())
def test_of_an_erased_post_no_word_is_shown(logs: dict[str, list[Received]]) -> None:
    """Neither as itself nor beside another post."""
    acts = [make.hold("r1", "x", "released"), make.hold("r2", "y", "released")]
    log = logs["decisions"]
    for act in [*acts, make.erase("e1", "requested", "dee"), make.erase("e2", "confirmed", "eve")]:
        log.append(Received("decisions", "id-of-decisions", 0, len(log), make.at(90), act))
    received = one_by_one(logs)
    gathered = material(received, **beside(fold_post(None, received)))
    scrubbed = replace(
        gathered,
        observations=[without_content(fact) for fact in gathered.observations],
        handling=[without_content(fact) for fact in gathered.handling],
    )
    found = case_of(scrubbed, POLICY, Reviewer("ann", "compliance", has_read_policy=True), LATER)
    assert found.state == "erased"
    assert {button.refusal for button in found.buttons} == {"the post was erased"}
    assert {one.text for one in (*found.by_author, *found.alike)} == {"erased"}
    assert not any(said in repr(found) for said in (*TEXTS, "called them"))
    assert "unsure" not in repr(found.deeds)


def test_every_state_every_reason_and_every_act_has_words() -> None:
    """None is shown by its name in the code."""
    assert STATES.keys() == set(ALL_STATES)
    assert BECAUSE.keys() == set(REOPENING)
    assert TITLES.keys() == set(ACTS)


def test_why_it_is_here_is_said_with_its_place_and_its_clause() -> None:
    """What was found, how sure, under which clause, and where in the text; as many places as findings."""
    found = case(make.seen("buy now"), make.judged("buy now", "spam", "threat", hours=1))
    assert [(reason.number, reason.title) for reason in found.reasons] == [
        (number, POLICY.labels[name].title) for number, name in ((1, "spam"), (2, "threat"))
    ]
    assert found.reasons[0].sure == "found by the rule links"
    assert not found.reasons[0].placed
    assert found.due.startswith("late by")
    self_harm = case(make.seen("buy now"), make.judged("buy now", "self_harm"))
    assert self_harm.reasons[0].help == POLICY.labels["self_harm"].help


def test_a_label_and_a_clause_of_another_policy_are_named_as_they_are() -> None:
    """A verdict may be older than the policy."""
    found = case(make.seen("buy now"), make.judged("buy now", "gone"))
    assert (found.reasons[0].title, found.reasons[0].clause) == ("gone", "1.1")
    verdict = make.judged("buy now", "spam")
    placed = verdict.findings[0].model_copy(update={"clause": "2.3", "span": Span(start=0, end=3)})
    found = case(make.seen("buy now"), verdict.model_copy(update={"findings": (placed,)}))
    assert (found.reasons[0].clause, found.reasons[0].placed) == ("2.3 Complaints", True)
    assert [(piece.text, piece.numbers) for piece in found.pieces] == [("buy", (1,)), (" now", ())]


def test_the_text_is_shown_as_it_changed_the_latest_change_first() -> None:
    """Each text once, however often it was seen."""
    found = case(make.seen("buy now", 1), make.seen("buy now", 2), make.edited("buy later", 3), make.edited("hello", 4))
    assert [change.when for change in found.earlier] == ["2026-03-01 12:04", "2026-03-01 12:03"]
    [first] = found.earlier[1:]
    assert [(piece.kind, piece.text) for piece in first.changes] == [
        ("same", "buy "),
        ("removed", "now"),
        ("added", "later"),
    ]


def test_who_wrote_it_is_told_by_what_became_of_their_other_posts() -> None:
    """Or that there is none."""
    seen = make.seen("hello", author=make.author("dana"))
    assert case(seen).author == "No other post by this author."
    one = case(seen, author=AuthorHistory(1, {}, ()))
    assert one.author == "1 other post by this author; no decision stands on any of them."
    many = case(seen, author=AuthorHistory(1_200, {"hide": 3, "leave": 1_000}, ()))
    assert many.author == "1,200 other posts by this author: 3 hidden, 1,000 left as it is."


def test_what_stands_against_acts_is_said_once_and_what_a_person_must_do_by_hand() -> None:
    """A source that takes no orders leaves it to a person; one that does says nothing."""
    seen = make.seen("hello")
    [(reason, acts)] = case(seen).refusals
    assert reason == "the source forum takes no such order, so it is to be carried out on the site by hand"
    assert acts == ("hide", "remove", "reply")
    assert case(seen, can=BY_MACHINE).refusals == ()
    gone = case(seen, make.removed(9), can=BY_MACHINE)
    assert gone.refusals == (("the post is not on the site any more", ("hide", "remove", "reply")),)
    held = case(seen, make.claim("c", "kim"), now=make.at(2), can=BY_MACHINE)
    assert held.holder == "kim"
    [(reason, acts)] = held.refusals
    assert reason.startswith("kim is looking at this until 12:06:00 UTC")
    assert acts == ("leave", "hide", "remove", "reply", "escalate", "defer")


def test_the_decision_that_stands_can_be_taken_back() -> None:
    """By its record; without one there is nothing to undo."""
    hidden = make.decide("k1", "hide", "hello")
    assert case(make.seen("hello"), hidden).undoes == hidden.record_id
    assert case(make.seen("hello")).undoes is None
    assert case(make.seen("hello"), hidden, make.undo("k2", hidden)).undoes is None


def test_what_was_done_is_told_in_order() -> None:
    """The newest first; claims are not among it."""
    hidden = make.decide("k1", "hide", "hello")
    found = case(make.seen("hello"), make.claim("c", "ann"), hidden, make.undo("k2", hidden, "bob"))
    assert found.deeds == (
        Deed("2026-03-01 12:03", "bob took a decision back"),
        Deed("2026-03-01 12:02", "ann hid it, by clause 1.1", "", "taken back by bob"),
    )


def test_the_clauses_of_the_findings_come_first_and_nine_have_a_digit() -> None:
    """Then those that allow removal, then the others; each once."""
    found = choices_of(POLICY, ["2.3", "2.3"])
    assert found[0].clause_id == "2.3"
    assert [choice.digit for choice in found] == [str(n) if n < 10 else "" for n in range(1, len(POLICY.clauses) + 1)]
    assert {choice.clause_id for choice in found} == {clause.id for clause in POLICY.clauses}
    removal = [choice.removal for choice in found[1:]]
    assert removal == sorted(removal, reverse=True)


@pytest.mark.parametrize(
    ("fields", "who", "text", "how"),
    [
        ({}, "somebody without a name", "", "not judged yet"),
        ({"author_id": "u-1"}, "u-1", "", "not judged yet"),
        ({"author_id": "u-1", "author_name": "Dana", "text": "a\nb"}, "Dana", "a b", "not judged yet"),
        ({"action": "hide", "state": "decided"}, "somebody without a name", "", "hidden"),
        ({"erased": True, "text": "left behind"}, "somebody without a name", "erased", "not judged yet"),
    ],
)
def test_another_post_is_told_in_a_line(fields: dict[str, Any], who: str, text: str, how: str) -> None:
    """By whom, what it says, and how it stands."""
    found = other({"post_id": "forum:2", "state": "unjudged", **fields})
    assert (found.who, found.text, found.how, found.post_id) == (who, text, how, "forum:2")
    assert other({"post_id": "x", "state": "open"}, 1.0).how == "waits, word for word"
    assert other({"post_id": "x", "state": "open"}, 0.93).how == "waits, 93% alike"

"""What people did, what a site was asked for and what it answered, each in a sentence."""

from typing import Any

import pytest

from console.web.deeds import ASKED, DONE, OUTCOMES, Deed, deeds
from moderation.cases import fold_post
from records.base import Record
from tests.console.web.cases import facts
from tests.moderation import case_records as make
from tests.moderation.case_records import logged

HIDDEN = make.decide("k1", "hide", "hello")
QUIET = (make.claim("c", "ann"), make.release("r", "ann"))


def told(*records: Record) -> tuple[Deed, ...]:
    """Of what is done after the post was seen."""
    received = logged([make.seen("hello"), *records])
    handled = [fact for fact in facts(received) if fact["topic"] != "posts"]
    return deeds(handled, fold_post(None, received)["parts"]["decided"])


def only(record: Record) -> Deed:
    """Of one thing that is done."""
    [found] = told(record)
    return found


@pytest.mark.parametrize(
    ("record", "what"),
    [
        (make.decide("k", "leave", "hello"), "ann left it, by clause 1.1"),
        (make.decide("k", "hide", "hello"), "ann hid it, by clause 1.1"),
        (make.decide("k", "remove", "hello"), "ann removed it, by clause 1.1"),
        (make.decide("k", "reply", "hello"), "ann answered it, by clause 1.1"),
        (make.decide("k", "leave", "hello", scope="author"), "ann left it, by clause 1.1 (about the author)"),
        (make.escalate("k"), "ann passed it to compliance, by clause unsure"),
        (make.escalate("k", scope="report", reason=""), "ann passed it to compliance (about the report)"),
        (make.defer("k", 60), "ann put it off until 2026-03-01 13:00 UTC"),
        (make.note("k"), "ann noted"),
        (make.note("k").model_copy(update={"via": "desk-tool"}), "ann, through the integration desk-tool, noted"),
        (make.hold("k", "court-7"), "lex placed the legal hold court-7"),
        (make.hold("k", "court-7", "released"), "lex released the legal hold court-7"),
        (make.erase("k", "requested", "dee"), "dee requested its erasure"),
    ],
)
def test_every_kind_of_act_is_a_sentence(record: Record, what: str) -> None:
    """With who, and by which clause."""
    assert only(record).what == what


def test_looking_is_not_among_what_was_done() -> None:
    """It is in the dossier; here it would hide the rest."""
    assert told(*QUIET) == ()


def test_every_order_and_every_outcome_is_a_sentence() -> None:
    """Also those that no decision of ours can lead to yet."""
    for action in ("hide", "remove", "restore", "reply"):
        assert only(make.order("decisions-0-0", HIDDEN, action)).what == f"The site was asked to {ASKED[action]}"
    for result in ("done", "failed", "refused"):
        assert only(make.outcome("decisions-0-0", result)).what == OUTCOMES[result]
    assert only(make.outcome("decisions-0-0", "observed", visible=True)).what == "Seen on the site by us"
    gone = "Looked for: visitors do not see it any more"
    assert only(make.outcome("decisions-0-0", "observed", visible=False)).what == gone


def test_what_was_said_with_it_stands_beside_it() -> None:
    """A note, or what we answered, or what the site answered."""
    assert only(make.decide("k", "reply", "hello", reply_text="Thank you.", note="seen")).note == "Thank you."
    assert only(make.decide("k", "leave", "hello", note="seen")).note == "seen"
    assert only(make.note("k")).note == "called them"
    outcome = make.outcome("decisions-0-0", "failed").model_copy(update={"detail": "403: forbidden"})
    assert only(outcome).note == "403: forbidden"


def test_what_became_of_it_is_told() -> None:
    """One that did not count says why, one that was taken back says by whom."""
    late = make.decide("k2", "remove", "hello", "bob")
    undone, refused, done = told(HIDDEN, late, make.undo("k3", HIDDEN, "cyd"))
    assert undone.what == "cyd took a decision back"
    assert refused.became.startswith("did not count: the case is at version 1")
    assert done.became == "taken back by cyd"


def test_what_was_forgotten_by_the_document_is_still_told() -> None:
    """It keeps the latest hundred acts only."""
    received = logged([HIDDEN])
    assert deeds(facts(received), {"decisions": []}) == (Deed("2026-03-01 12:00", "ann hid it, by clause 1.1"),)


def test_every_action_has_words() -> None:
    """Of those that a record can name."""

    def choices(kind: type[Any], field: str) -> set[str]:
        return set(kind.model_fields[field].annotation.__args__)

    assert DONE.keys() == choices(type(HIDDEN), "action")
    assert ASKED.keys() == choices(type(make.order("o", HIDDEN)), "action")
    assert OUTCOMES.keys() == choices(type(make.outcome("o", "done")), "result") - {"observed"}

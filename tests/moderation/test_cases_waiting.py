"""Why a case waits for a moderator, since when and until when, and what its site should show meanwhile."""

from hypothesis import given, settings

from moderation.cases import fold_post
from moderation.cases.entries import DECISIONS_KEPT
from moderation.cases.observed import REPORT_TIMES_KEPT
from records.documents import WAITING
from records.received import Received
from tests.moderation.case_histories import histories
from tests.moderation.case_records import (
    claim,
    decide,
    defer,
    edited,
    escalate,
    folded,
    iso,
    judged,
    order,
    outcome,
    removed,
    reported,
    results,
    seen,
    undo,
)

SPAM = (seen("buy"), judged("buy", "spam"))
HIDE = decide("k1", "hide", "buy")
FIRST = "decisions-0-0"
HIDDEN = (*SPAM, HIDE, order(FIRST, HIDE), outcome(FIRST, "done", happened=20))
EXAMPLES = settings(max_examples=150, deadline=None)


@EXAMPLES
@given(histories())
def test_what_waits_says_since_when_and_what_does_not_says_nothing(logs: dict[str, list[Received]]) -> None:
    """And what is reopened says why."""
    document = fold_post(None, [one for log in logs.values() for one in log])
    waits = document["state"] in WAITING
    assert (document["opened_at"] is not None) == waits
    assert waits or document["due_at"] is None
    assert (document["state"] == "reopened") == bool(document["reopened_because"])
    assert not (document["backfill"] and document["due_at"])


def test_a_case_waits_since_the_first_reason_to_look() -> None:
    """By append times: the finding, or the report before it; a second report does not make it younger."""
    assert folded(*SPAM)["opened_at"] == iso(1)
    assert folded(*SPAM, reported("mia"))["opened_at"] == iso(1)
    assert folded(seen("hello"), reported("mia"), judged("hello"), reported("eve"))["opened_at"] == iso(1)
    assert folded(seen("buy"), judged("buy", unscored="no model"))["opened_at"] == iso(1)
    assert folded(seen("hello"), judged("hello"))["opened_at"] is None


def test_many_reports_do_not_make_the_first_one_younger() -> None:
    """Only so many times are remembered."""
    many = [reported(f"r{number}") for number in range(REPORT_TIMES_KEPT + 5)]
    document = folded(seen("hello"), judged("hello"), *many)
    assert document["opened_at"] == iso(2)
    assert len(document["parts"]["observed"]["report_times"]) == REPORT_TIMES_KEPT
    late = folded(seen("hello"), judged("hello"), *many, decide("k1", "leave", "hello"), reported("eve"))
    assert (late["reopened_because"], late["opened_at"]) == (["reported"], iso(2 + REPORT_TIMES_KEPT + 6))


def test_a_case_that_is_judged_again_waits_since_its_first_finding() -> None:
    """Under a policy to which it is graver it is not younger."""
    again = [*SPAM, judged("buy", "spam", severity=3, policy=2, hours=4)]
    assert (folded(*again)["opened_at"], folded(*again)["due_at"]) == (iso(1), iso(1 + 240))


def test_a_reopened_case_waits_since_the_news() -> None:
    """Not since it was flagged at first."""
    document = folded(*SPAM, decide("k1", "leave", "buy"), edited("buy!", 4), judged("buy!", "spam"))
    assert (document["reopened_because"], document["opened_at"]) == (["edited", "found"], iso(3))
    document = folded(*SPAM, decide("k1", "leave", "buy"), judged("buy", "spam", "scam", policy=2))
    assert (document["reopened_because"], document["opened_at"]) == (["found"], iso(3))


def test_a_text_that_was_known_before_the_decision_on_another_waits_since_the_decision() -> None:
    """Nobody has looked at it."""
    document = folded(*SPAM, edited("buy!", 4), decide("k1", "leave", "buy"))
    assert (document["reopened_because"], document["opened_at"]) == (["edited"], iso(3))


def test_a_case_that_is_passed_on_waits_since_before() -> None:
    """Passing it on is no answer; a decided one waits since it was passed on."""
    assert folded(*SPAM, escalate("k1"))["opened_at"] == iso(1)
    assert folded(*SPAM, decide("k1", "leave", "buy"), escalate("k2", saw=1))["opened_at"] == iso(3)


def test_the_earliest_clock_of_what_was_found_says_until_when() -> None:
    """Labels without a clock wait their turn, and so does a note."""
    assert folded(seen("buy"), judged("buy", "spam", hours=24))["due_at"] == iso(1 + 24 * 60)
    assert folded(*SPAM)["due_at"] is None
    assert folded(seen("buy"), reported("mia"), judged("buy", "spam", severity=0, hours=24))["due_at"] is None


def test_nothing_is_due_once_it_was_decided_or_put_off_or_where_it_is_history() -> None:
    """A person has looked; an import starts no clock."""
    found = [seen("buy"), judged("buy", "spam", hours=24)]
    assert folded(*found, decide("k1", "leave", "buy"))["due_at"] is None
    assert folded(*found, defer("k1", 60))["due_at"] is None
    assert folded(seen("buy", backfill=True), found[1])["due_at"] is None
    assert folded(seen("buy", backfill=True), found[1])["opened_at"] == iso(1)


def test_what_the_decision_knew_is_not_due_again_but_news_is() -> None:
    """A report reopens without a clock; a new text has one from when it was judged."""
    decided = [seen("buy"), judged("buy", "spam", hours=24), decide("k1", "leave", "buy")]
    assert folded(*decided, reported("mia"))["due_at"] is None
    assert folded(*decided, edited("buy!", 4), judged("buy!", "spam", hours=24))["due_at"] == iso(4 + 24 * 60)
    worse = judged("buy", "spam", severity=3, policy=2, hours=4)
    assert folded(*decided, worse)["due_at"] == iso(3 + 4 * 60)


def test_reports_weigh_more_than_any_score() -> None:
    """Nine of them at most; the highest score in thousandths."""
    assert folded(*SPAM)["evidence"] == 900
    assert folded(seen("hello"), judged("hello"))["evidence"] == 0
    assert folded(*SPAM, reported("mia"))["evidence"] == 1900
    assert folded(*SPAM, *(reported(f"r{number}") for number in range(12)))["evidence"] == 9900


def test_the_site_should_show_what_the_standing_decision_says() -> None:
    """Without a decision nothing is desired; an undone one lets it be seen."""
    assert folded(*SPAM)["desired"] is None
    said = {"leave": "visible", "reply": "visible", "hide": "hidden", "remove": "removed"}
    for action, shows in said.items():
        assert folded(*SPAM, decide("k1", action, "buy"))["desired"] == shows
    assert folded(*SPAM, HIDE, undo("k2", HIDE))["desired"] == "visible"
    assert folded(*SPAM, HIDE, undo("k2", HIDE), escalate("k3", saw=2))["desired"] == "visible"


def test_a_reply_shows_nothing_again_that_an_order_has_hidden() -> None:
    """Where the order never left, the post can be seen."""
    reply = decide("k2", "reply", "buy", saw=1, reply_text="We have.")
    assert folded(*SPAM, HIDE, order(FIRST, HIDE), reply)["desired"] == "hidden"
    assert folded(*SPAM, HIDE, reply)["desired"] == "visible"


def test_leaving_a_post_that_was_hidden_asks_the_site_to_restore_it() -> None:
    """After the grace, under the place of the decision; where the order never left nothing is asked."""
    leave = decide("k2", "leave", "buy", saw=1, grace=60)
    document = folded(*SPAM, HIDE, order(FIRST, HIDE), leave)
    assert (document["wants"], document["wants_after"], document["desired"]) == ("restore", iso(5), "visible")
    assert folded(*SPAM, HIDE, leave)["wants"] is None
    restored = order("decisions-0-1", leave, "restore")
    assert folded(*SPAM, HIDE, order(FIRST, HIDE), leave, restored)["wants"] is None
    undone = undo("k3", leave, saw=2)
    assert folded(*SPAM, HIDE, order(FIRST, HIDE), leave, undone)["wants"] is None


def test_leaving_a_post_restores_it_whichever_of_several_orders_has_left() -> None:
    """Hidden and ordered; then removed, without an order; then a reply; then left."""
    remove, reply = decide("k2", "remove", "buy", saw=1), decide("k3", "reply", "buy", saw=2)
    acts = [HIDE, order(FIRST, HIDE), remove, reply, decide("k4", "leave", "buy", saw=3)]
    assert folded(*SPAM, *acts)["wants"] == "restore"
    assert folded(*SPAM, *acts, decide("k5", "leave", "buy", saw=4))["wants"] is None


def test_an_order_that_failed_reopens_the_case() -> None:
    """Since the answer was recorded; a later attempt that is done closes it, and one that is refused is for a hand."""
    ordered = [*SPAM, HIDE, order(FIRST, HIDE)]
    document = folded(*ordered, outcome(FIRST, "failed"))
    assert (document["state"], document["reopened_because"], document["opened_at"]) == ("reopened", ["failed"], iso(4))
    assert folded(*ordered, outcome(FIRST, "failed"), outcome(FIRST, "done", attempt=2))["state"] == "decided"
    assert folded(*ordered, outcome(FIRST, "refused"))["state"] == "decided"
    known = [outcome(FIRST, "failed"), defer("k2", 60, saw=1)]
    assert folded(*ordered, *known)["state"] == "deferred"


def test_a_decision_that_could_not_be_undone_on_the_site_comes_back() -> None:
    """The post is still hidden, and nobody wants it to be."""
    calm = [seen("hello"), judged("hello"), decide("k1", "hide", "hello")]
    undone = undo("k2", calm[2])
    restore = order("decisions-0-1", undone, "restore")
    acts = [*calm, order(FIRST, calm[2]), undone, restore]
    assert folded(*acts)["state"] == "clear"
    document = folded(*acts, outcome("decisions-0-1", "failed"))
    assert (document["state"], document["reopened_because"], document["desired"]) == ("reopened", ["failed"], "visible")


def test_a_post_that_is_seen_again_after_the_site_had_hidden_it_reopens_its_case() -> None:
    """By our clock: a sighting before the answer says nothing."""
    assert folded(*HIDDEN, seen("buy", 19))["state"] == "decided"
    document = folded(*HIDDEN, seen("buy", 21))
    assert (document["state"], document["reopened_because"], document["opened_at"]) == ("reopened", ["visible"], iso(5))
    assert (document["desired"], document["visible"]) == ("hidden", True)
    again = [*HIDDEN, seen("buy", 21), seen("buy", 22, author=None, site=3)]
    assert folded(*again)["opened_at"] == iso(5)
    assert folded(*HIDDEN, seen("buy", 21), removed(23))["state"] == "decided"


def test_a_look_at_the_site_that_finds_the_post_reopens_its_case_since_the_first_such_look() -> None:
    """Where a later look finds it gone, nothing waits any more."""
    looks = [outcome(FIRST, "observed", number, 20 + number, visible=True) for number in (1, 2, 3)]
    document = folded(*HIDDEN, *looks)
    assert (document["reopened_because"], document["opened_at"]) == (["visible"], iso(5))
    assert folded(*HIDDEN, *looks, outcome(FIRST, "observed", 4, 30, visible=False))["state"] == "decided"
    before = outcome(FIRST, "observed", 1, 19, visible=True)
    assert folded(*HIDDEN, before)["state"] == "decided"
    document = folded(*HIDDEN, before, looks[1])
    assert (document["reopened_because"], document["opened_at"]) == (["visible"], iso(6))


def test_a_post_that_is_to_be_seen_is_not_reopened_because_it_is() -> None:
    """Nor one whose order nobody has carried out."""
    assert folded(*SPAM, decide("k1", "leave", "buy"), seen("buy", 30))["state"] == "decided"
    refused = [*SPAM, HIDE, order(FIRST, HIDE), outcome(FIRST, "refused", happened=20)]
    assert folded(*refused, seen("buy", 30))["state"] == "decided"


def test_looking_at_a_case_again_and_again_does_not_push_out_what_was_decided() -> None:
    """Each look is a claim; a decision can be undone after very many of them."""
    looks = [claim(f"c{number}", "bob") for number in range(DECISIONS_KEPT * 2)]
    document = folded(*SPAM, HIDE, *looks, undo("k2", HIDE))
    assert results(document)[-1] == (True, None)
    assert len(results(document)) == DECISIONS_KEPT

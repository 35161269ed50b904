"""What the site is asked after a decision, and what it answered."""

from moderation.cases import wanted
from tests.moderation.case_records import decide, folded, iso, judged, order, outcome, removed, seen, undo

SPAM = (seen("buy"), judged("buy", "spam"))
HIDE = decide("k1", "hide", "buy", grace=60)
FIRST = "decisions-0-0"


def test_a_decision_to_hide_wants_it_of_the_site_after_its_grace() -> None:
    """The grace runs from the append time of the decision."""
    document = folded(*SPAM, HIDE)
    assert (document["wants"], document["wants_after"], document["order_id"]) == ("hide", iso(3), None)
    want = wanted(document["parts"]["decided"], document["parts"]["carried_out"])
    assert want is not None
    assert (want["place"], want["record_id"]) == (FIRST, HIDE.record_id)


def test_a_decision_to_leave_a_post_wants_nothing() -> None:
    """The site is not asked."""
    assert folded(*SPAM, decide("k1", "leave", "buy"))["wants"] is None


def test_a_refused_decision_wants_nothing() -> None:
    """Only what was accepted reaches the site."""
    document = folded(*SPAM, decide("k1", "leave", "buy"), decide("k2", "hide", "buy", by="bob"))
    assert document["wants"] is None


def test_once_ordered_nothing_more_is_wanted_and_the_answer_shows() -> None:
    """The order's id is the place of its decision."""
    document = folded(*SPAM, HIDE, order(FIRST, HIDE))
    assert (document["wants"], document["wants_after"]) == (None, None)
    assert (document["order_id"], document["order_result"]) == (FIRST, None)
    answers = [outcome(FIRST, "failed"), outcome(FIRST, "done", attempt=2)]
    assert folded(*SPAM, HIDE, order(FIRST, HIDE), *answers)["order_result"] == "done"


def test_undone_within_the_grace_the_order_never_leaves() -> None:
    """The site is asked nothing at all."""
    document = folded(*SPAM, HIDE, undo("k2", HIDE), minutes=[0, 1, 2, 2.5])
    assert (document["wants"], document["order_id"], document["state"]) == (None, None, "open")


def test_an_undo_in_the_last_moment_of_the_grace_is_in_time() -> None:
    """The grace is over after it, not at it."""
    assert folded(*SPAM, HIDE, undo("k2", HIDE), minutes=[0, 1, 2, 3])["wants"] is None
    assert folded(*SPAM, HIDE, undo("k2", HIDE), minutes=[0, 1, 2, 3.001])["wants"] == "restore"


def test_undone_after_the_grace_the_site_is_asked_to_restore() -> None:
    """At once, under the place of the undo."""
    document = folded(*SPAM, HIDE, order(FIRST, HIDE), undo("k2", HIDE), minutes=[0, 1, 2, 4, 5])
    assert (document["wants"], document["wants_after"]) == ("restore", iso(5))
    restored = [HIDE, order(FIRST, HIDE), undo("k2", HIDE), order("decisions-0-1", undo("k2", HIDE), "restore")]
    document = folded(*SPAM, *restored, outcome("decisions-0-1", "done"))
    assert (document["wants"], document["order_id"], document["order_result"]) == (None, "decisions-0-1", "done")


def test_undone_within_the_grace_though_the_order_left_the_site_is_asked_to_restore() -> None:
    """Whichever of the two was read first."""
    minutes = [0, 1, 2, 2.5, 3]
    document = folded(*SPAM, HIDE, undo("k2", HIDE), order(FIRST, HIDE), minutes=minutes)
    assert document["wants"] == "restore"


def test_a_reply_that_is_out_cannot_be_restored() -> None:
    """Undoing it asks nothing of the site."""
    reply = decide("k1", "reply", "buy", reply_text="Please call us.")
    assert folded(*SPAM, reply)["wants"] == "reply"
    assert folded(*SPAM, reply, order(FIRST, reply, "reply"), undo("k2", reply))["wants"] is None


def test_a_newer_decision_replaces_what_an_older_one_still_wanted() -> None:
    """Hide, then leave within the grace: nothing leaves."""
    assert folded(*SPAM, HIDE, decide("k2", "leave", "buy", saw=1))["wants"] is None


def test_undoing_a_hide_that_was_followed_by_a_reply_restores_the_post() -> None:
    """The reply goes out first; without an order to hide there is nothing to restore."""
    reply = decide("k2", "reply", "buy", saw=1)
    acts = [HIDE, order(FIRST, HIDE), reply, undo("k3", HIDE, saw=2)]
    assert folded(*SPAM, *acts)["wants"] == "reply"
    replied = order("decisions-0-1", reply, "reply")
    assert folded(*SPAM, *acts, replied)["wants"] == "restore"
    assert folded(*SPAM, HIDE, reply, undo("k3", HIDE, saw=2), replied)["wants"] is None


def test_undoing_an_older_hide_while_a_later_removal_stands_restores_nothing() -> None:
    """The post is to stay away."""
    remove = decide("k2", "remove", "buy", saw=1)
    document = folded(*SPAM, HIDE, order(FIRST, HIDE), remove, undo("k3", HIDE, saw=2))
    assert (document["wants"], document["action"]) == ("remove", "remove")


def test_what_was_looked_up_on_the_site_says_whether_the_post_is_visible() -> None:
    """Where it is later than what the source told; an answer alone says nothing of it."""
    ordered = [*SPAM, HIDE, order(FIRST, HIDE)]
    assert folded(*ordered, outcome(FIRST, "done"))["visible"] is True
    assert folded(*ordered, outcome(FIRST, "observed", visible=False))["visible"] is False
    assert folded(*ordered, outcome(FIRST, "observed", happened=10, visible=True), removed(12))["visible"] is False


def test_a_look_at_the_site_that_arrives_late_does_not_replace_a_later_one() -> None:
    """By when it was looked, not by when it was told."""
    looks = [outcome(FIRST, "observed", happened=10, visible=False), outcome(FIRST, "observed", 2, 8, visible=True)]
    assert folded(*SPAM, HIDE, order(FIRST, HIDE), *looks)["visible"] is False


def test_an_order_that_is_given_twice_is_one_order() -> None:
    """A crash can repeat an id, never invent one."""
    once = folded(*SPAM, HIDE, order(FIRST, HIDE))
    twice = folded(*SPAM, HIDE, order(FIRST, HIDE), order(FIRST, HIDE))
    assert {**twice, "applied": once["applied"]} == once

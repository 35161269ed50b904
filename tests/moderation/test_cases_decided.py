"""What a moderator is told about their decisions, and where a case stands after them."""

from moderation.cases.custody import HOLDS_MAX
from moderation.cases.entries import DECISIONS_KEPT, result_of
from tests.moderation.case_records import (
    at,
    claim,
    decide,
    defer,
    edited,
    erase,
    escalate,
    folded,
    hold,
    iso,
    judged,
    note,
    release,
    removed,
    reported,
    results,
    seen,
    undo,
)

SPAM = (seen("buy"), judged("buy", "spam"))


def test_a_decided_case_says_who_decided_what_and_when() -> None:
    """When is the append time of the decision."""
    decision = decide("k1", "leave", "buy", by="ann")
    document = folded(*SPAM, decision)
    assert (document["state"], document["version"], document["action"]) == ("decided", 1, "leave")
    assert (document["decided_by"], document["decided_at"]) == ("ann", iso(2))
    assert document["decided_revision_id"] == document["revision_id"]
    told = result_of(document["parts"]["decided"], decision.record_id)
    assert told is not None
    assert (told["accepted"], told["place"], told["offset"], told["version"]) == (True, "decisions-0-0", 0, 1)


def test_the_second_of_two_people_who_decide_at_once_is_refused_with_a_reason() -> None:
    """Both saw version 0."""
    document = folded(*SPAM, decide("k1", "leave", "buy", by="ann"), decide("k2", "hide", "buy", by="bob"))
    assert (document["action"], document["decided_by"], document["version"]) == ("leave", "ann", 1)
    reason = "the case is at version 1 and this was decided on version 0: another decision came in between"
    assert results(document) == [(True, None), (False, reason)]


def test_who_saw_the_first_decision_may_decide_again() -> None:
    """The later decision stands."""
    document = folded(*SPAM, decide("k1", "leave", "buy"), decide("k2", "hide", "buy", by="bob", saw=1))
    assert (document["action"], document["decided_by"], document["version"]) == ("hide", "bob", 2)


def test_an_edit_or_a_new_verdict_never_refuses_a_decision() -> None:
    """Only another decision does."""
    document = folded(*SPAM, edited("buy!", 4), judged("buy!", "scam"), decide("k1", "leave", "buy"))
    assert (results(document), document["state"]) == ([(True, None)], "reopened")


def test_an_edit_after_the_decision_reopens_the_case_and_it_keeps_the_decided_revision() -> None:
    """The old decision keeps showing the old text."""
    document = folded(*SPAM, decide("k1", "leave", "buy"), edited("buy!", 4))
    assert (document["state"], document["decided_by"]) == ("reopened", "ann")
    assert document["decided_revision_id"] != document["revision_id"]
    assert folded(*SPAM, decide("k1", "leave", "buy"), edited("buy!", 4), edited("buy", 5))["state"] == "decided"


def test_a_report_after_the_decision_reopens_the_case_and_one_before_it_does_not() -> None:
    """The person who decided knew the earlier one."""
    assert folded(*SPAM, decide("k1", "leave", "buy"), reported("mia"))["state"] == "reopened"
    assert folded(*SPAM, reported("mia"), decide("k1", "leave", "buy"))["state"] == "decided"


def test_a_finding_that_the_decision_could_not_know_reopens_the_case() -> None:
    """A new label, or a known one that weighs more; the known label again does not."""
    decided = [*SPAM, decide("k1", "leave", "buy")]
    assert folded(*decided, judged("buy", "spam", "scam", policy=2))["state"] == "reopened"
    assert folded(*decided, judged("buy", "spam", severity=3, policy=2))["state"] == "reopened"
    assert folded(*decided, judged("buy", "spam", policy=2))["state"] == "decided"
    assert folded(*decided, judged("buy", policy=2))["state"] == "decided"


def test_what_was_recorded_in_the_same_instant_as_the_decision_is_no_news() -> None:
    """Neither a finding nor a report."""
    records = [*SPAM, decide("k1", "leave", "buy"), judged("buy", "scam", policy=2), reported("mia")]
    assert folded(*records, minutes=[0, 1, 2, 2, 2])["state"] == "decided"


def test_a_new_decision_closes_a_reopened_case() -> None:
    """It binds to the new revision."""
    reopened = [*SPAM, decide("k1", "leave", "buy"), edited("buy!", 4)]
    document = folded(*reopened, decide("k2", "hide", "buy!", saw=1))
    assert (document["state"], document["action"]) == ("decided", "hide")


def test_an_escalated_case_says_to_whom() -> None:
    """It stays there until somebody decides."""
    document = folded(*SPAM, escalate("k1"), edited("buy!", 4))
    assert (document["state"], document["escalated_to"], document["version"]) == ("escalated", "compliance", 1)
    assert folded(*SPAM, escalate("k1"), decide("k2", "leave", "buy", saw=1))["state"] == "decided"


def test_a_deferred_case_says_until_when_and_an_edit_brings_it_back() -> None:
    """A post that changes after it was put off is looked at again."""
    document = folded(*SPAM, defer("k1", until=60))
    assert (document["state"], document["deferred_until"]) == ("deferred", iso(60))
    assert folded(*SPAM, defer("k1", until=60), edited("buy!", 4))["state"] == "reopened"


def test_while_one_person_holds_a_case_another_cannot_claim_it() -> None:
    """The refusal names who holds it and until when."""
    document = folded(*SPAM, claim("k1", "ann", lease=300), claim("k2", "bob"))
    assert (document["claimed_by"], document["claimed_until"], document["version"]) == ("ann", iso(2 + 5), 0)
    assert results(document)[1] == (False, f"ann holds the case until {iso(7)}")


def test_when_a_lease_has_run_out_another_may_claim_the_case() -> None:
    """By append times: the claim was recorded 5 minutes after a lease of 5 minutes."""
    document = folded(*SPAM, claim("k1", "ann", lease=300), claim("k2", "bob"), minutes=[0, 1, 2, 7])
    assert document["claimed_by"] == "bob"


def test_who_holds_a_case_may_claim_it_for_longer() -> None:
    """The lease runs from the newer claim."""
    assert folded(*SPAM, claim("k1", "ann"), claim("k2", "ann"))["claimed_until"] == iso(3 + 5)


def test_only_the_holder_releases_a_case() -> None:
    """Somebody else's release is refused."""
    document = folded(*SPAM, claim("k1", "ann"), release("k2", "bob"))
    assert results(document)[1] == (False, "only the person who holds a case can release it")
    assert document["claimed_by"] == "ann"
    assert folded(*SPAM, claim("k1", "ann"), release("k2", "ann"))["claimed_by"] is None


def test_a_claim_ends_when_its_holder_decides() -> None:
    """Whoever gets the case next need not wait for the lease."""
    assert folded(*SPAM, claim("k1", "ann"), escalate("k2", by="ann"))["claimed_by"] is None
    assert folded(*SPAM, claim("k1", "ann"), escalate("k2", by="bob"))["claimed_by"] == "ann"


def test_an_undone_decision_leaves_the_case_open_again() -> None:
    """Undoing counts as a decision."""
    decision = decide("k1", "leave", "buy")
    document = folded(*SPAM, decision, undo("k2", decision))
    assert (document["state"], document["version"], document["action"]) == ("open", 2, None)
    assert document["parts"]["decided"]["decisions"][0]["undone_by"] == "ann"


def test_only_an_accepted_decision_can_be_undone_and_only_once() -> None:
    """The reason says which."""
    decision, refused = decide("k1", "leave", "buy"), decide("k2", "hide", "buy", by="bob")
    document = folded(
        *SPAM, decision, refused, undo("k3", refused), undo("k4", decision, by="bob"), undo("k5", decision, saw=2)
    )
    assert [refusal for _, refusal in results(document)[2:]] == [
        "there is no accepted decision of that id to undo",
        None,
        "bob has undone it already",
    ]


def test_a_note_is_always_accepted_and_changes_nothing_else() -> None:
    """Not even the version."""
    document = folded(*SPAM, decide("k1", "leave", "buy"), note("k2"), decide("k3", "hide", "buy", saw=1))
    assert ([accepted for accepted, _ in results(document)], document["version"]) == ([True, True, True], 2)


def test_a_legal_hold_is_in_force_until_it_is_released() -> None:
    """Several may be."""
    assert folded(*SPAM, hold("k1", "b"), hold("k2", "a"))["holds"] == ["a", "b"]
    assert folded(*SPAM, hold("k1", "b"), hold("k2", "b"))["holds"] == ["b"]
    assert folded(*SPAM, hold("k1", "b"), hold("k2", "a"), hold("k3", "b", "released"))["holds"] == ["a"]


def test_a_legal_hold_is_never_dropped_to_make_room() -> None:
    """The one too many is refused."""
    document = folded(*SPAM, *(hold(f"k{number}", f"h{number:03}") for number in range(HOLDS_MAX + 1)))
    assert (len(document["holds"]), results(document)[-1][0]) == (HOLDS_MAX, False)


def test_an_erasure_takes_two_people() -> None:
    """Nobody confirms their own request."""
    alone = folded(*SPAM, erase("k1", "requested", "ann"), erase("k2", "confirmed", "ann"))
    assert (alone["erased"], alone["text"]) == (False, "buy")
    reason = "an erasure is confirmed by another person than the one who requested it"
    assert results(alone)[1] == (False, reason)
    document = folded(*SPAM, erase("k1", "requested", "ann"), erase("k2", "confirmed", "bob"))
    assert (document["erased"], document["state"], document["text"]) == (True, "erased", None)
    assert document["revision_id"] is not None


def test_nothing_is_erased_under_a_legal_hold() -> None:
    """Once the hold is released, the confirmation can be given again."""
    held = [*SPAM, erase("k1", "requested", "ann"), hold("k2", "h"), erase("k3", "confirmed", "bob")]
    assert (folded(*held)["erased"], results(folded(*held))[-1]) == (False, (False, "a legal hold is in force: h"))
    assert folded(*held, hold("k4", "h", "released"), erase("k5", "confirmed", "bob"))["erased"]


def test_nothing_is_erased_before_its_retention_period_has_ended() -> None:
    """Neither by two people nor by expiry; the date and the class are told, and afterwards it may be."""
    early = erase("k1", "requested", "ann", retention="complaints", kept_until=at(60))
    refused = (False, f"it is kept until {iso(60)[:10]}, as its retention class complaints says")
    assert results(folded(*SPAM, early)) == [refused]
    late = erase("k2", "expired", "retention", retention="complaints", kept_until=at(60))
    assert results(folded(*SPAM, late))[-1] == refused
    assert folded(*SPAM, late, minutes=[0, 0, 61])["erased"]


def test_an_expiry_was_requested_by_nobody_and_a_hold_stops_it() -> None:
    """The policy asks for it; who confirmed an erasure and where that stands is in the document."""
    expired = erase("k1", "expired", "retention", kept_until=at(1))
    assert not folded(*SPAM, hold("k0", "h"), expired, minutes=[0, 0, 5, 6])["erased"]
    found = folded(*SPAM, expired, minutes=[0, 0, 5])["parts"]["decided"]["erasure"]
    assert (found["requested_by"], found["confirmed_by"], found["confirmed_place"]) == (
        None,
        "retention",
        "decisions-0-0",
    )
    two = [erase("k1", "requested", "ann"), erase("k2", "requested", "bob"), erase("k3", "confirmed", "bob")]
    found = folded(*SPAM, *two, erase("k4", "confirmed", "eve"))["parts"]["decided"]["erasure"]
    assert (found["requested_by"], found["requested_place"]) == ("ann", "decisions-0-0")
    assert (found["confirmed_by"], found["confirmed_place"]) == ("bob", "decisions-0-2")


def test_a_stub_says_that_the_post_is_still_there_and_is_no_revision() -> None:
    """Of an erased post it moves the clocks; where nothing is known of the post it makes no text of it either."""
    erased = [*SPAM, erase("k1", "requested", "ann"), erase("k2", "confirmed", "bob")]
    document = folded(*erased, removed(7), edited("my secret", 9).reduced())
    assert (document["last_seen_at"], document["visible"], document["revisions"]) == (iso(9), True, 1)
    alone = folded(seen("my secret", 1).reduced())
    assert (alone["text"], alone["revisions"], alone["visible"], alone["state"]) == (None, 0, None, "unjudged")


def test_text_that_is_seen_again_after_an_erasure_stays_out_of_the_document() -> None:
    """A later sighting changes the stub's times, and brings no text."""
    erased = [*SPAM, erase("k1", "requested", "ann"), erase("k2", "confirmed", "bob")]
    document = folded(*erased, edited("my secret", 9))
    assert (document["text"], document["last_seen_at"], document["state"]) == (None, iso(9), "erased")
    assert "secret" not in str(document)


def test_the_latest_decisions_are_kept() -> None:
    """The version still counts them all, and an older one cannot be undone any more."""
    many = [decide(f"k{number}", "leave", "buy", saw=number) for number in range(DECISIONS_KEPT + 5)]
    document = folded(*SPAM, *many, undo("last", many[0], saw=DECISIONS_KEPT + 5))
    assert document["version"] == DECISIONS_KEPT + 5
    assert len(results(document)) == DECISIONS_KEPT
    assert results(document)[-1] == (False, "there is no accepted decision of that id to undo")

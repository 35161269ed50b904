"""What the retaining process publishes is the same fact whenever it is made again from what it sees."""

from datetime import UTC, datetime, timedelta
from typing import Any

from console.holding import in_words
from console.retaining.acts import erasure, expired, lifted, placed
from console.retaining.reach import Sent
from console.retaining.standing import Round, Standing
from moderation.cases.custody import HOLDS_MAX
from moderation.holds import HoldState, standing
from moderation.retention import Kept
from records.registry import Hold

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEPT = Kept("moderation", "Reviews", datetime(2026, 1, 1, tzinfo=UTC))
ERASURE = {
    "basis": "asked", "requested_by": "cora", "requested_place": "decisions-0-1", "confirmed_by": "omar",
    "confirmed_place": "decisions-0-2", "confirmed_at": "2026-03-01T12:00:00.000000Z",
}  # fmt: skip


def hold(state: Any = "placed", by: str = "cora") -> HoldState:
    """A hold with one entry, or with its release."""
    said: dict[str, Any] = {"registry_id": "case-7", "set_at": NOW, "reason": "court", "query": {"text": "bond"}}
    entries = [Hold(state="placed", staff_id=by, **said)]
    if state == "released":
        entries += [Hold(state="release_requested", staff_id="cora", version=2, **said)]
        entries += [Hold(state="released", staff_id="omar", version=3, **said)]
    return standing(entries)["case-7"]


def post(*acts: str, holds: tuple[str, ...] = ()) -> dict[str, Any]:
    """What the index shows of a post with these acts."""
    decisions = [{"record_id": act} for act in acts]
    return {"post_id": "web:1", "holds": list(holds), "parts": {"decided": {"decisions": decisions}} if acts else {}}


def test_an_act_made_again_is_the_same_fact() -> None:
    """Whenever, and by whichever process."""
    one, later = placed(hold(), post(), NOW), placed(hold(), post(), NOW + timedelta(hours=1))
    assert one is not None
    assert later is not None
    assert one.record_id == later.record_id
    assert lifted(hold("released"), post("a"), NOW).record_id == lifted(hold("released"), post("a"), NOW).record_id


def test_an_act_after_a_stale_one_is_another() -> None:
    """Else the fold would take it for the one that it knows, and a released hold would stay for ever."""
    ended = hold("released")
    assert lifted(ended, post("a"), NOW).record_id != lifted(ended, post("a", "stale"), NOW).record_id


def test_a_post_with_as_many_holds_as_it_can_carry_is_left_alone() -> None:
    """The fold would refuse each new try."""
    assert placed(hold(), post(holds=tuple(str(number) for number in range(HOLDS_MAX))), NOW) is None


def test_an_expiry_names_its_report_and_until_when_it_was_kept() -> None:
    """The fold compares that with when it was recorded."""
    act = expired({"post_id": "web:1"}, KEPT, "expiry-2026-03-01", NOW)
    assert (act.state, act.retention, act.kept_until) == ("expired", "moderation", KEPT.until)
    assert "expiry-2026-03-01" in act.basis


def test_an_erasure_says_who_decided_it_and_carries_the_stub() -> None:
    """Of an older document that does not say, there is none."""
    document: dict[str, Any] = {"post_id": "web:1", "applied": {"t:0": 7}, "parts": {"decided": {"erasure": ERASURE}}}
    said = erasure(document)
    assert said is not None
    assert (said.requested_by, said.confirmed_by, said.confirmed_at) == ("cora", "omar", NOW)
    assert said.stub == {"parts": document["parts"], "applied": {"t:0": 7}}
    assert said.record_id == getattr(erasure(document), "record_id", None)
    assert erasure({"post_id": "web:1", "applied": {}, "parts": {"decided": {}}}) is None


def test_what_the_broker_has_is_not_published_again_until_it_shows() -> None:
    """And is forgotten once a whole round did not want it any more."""
    act, sent = lifted(hold("released"), post("a"), NOW), Sent()
    assert sent.unsent([act, act]) == [act]
    sent.sent([act])
    assert sent.unsent([act]) == []
    sent.ends(whole=True)
    assert sent.unsent([act]) == []
    sent.ends(whole=False)
    assert sent.unsent([act]) == []
    sent.ends(whole=True)
    sent.ends(whole=True)
    assert sent.unsent([act]) == [act]


def test_health_is_not_well_while_a_person_has_to_look() -> None:
    """A hold that cannot be read, an erasure that a hold may cover, a server that is away."""
    told = Standing()
    assert told.health()["ok"]
    told.round_ended(Round(placed=2), NOW)
    assert told.health()["last_round"]["placed"] == 2
    told.round_ended(Round(contested=1, unexplained=1, unreadable={"case-7": "which does not say"}), NOW)
    health = told.health()
    assert not health["ok"]
    assert "case-7" in health["detail"]
    assert "1 erasure waits: a legal hold was placed while it was confirmed" in health["detail"]
    assert "1 erased post does not say who decided it" in health["detail"]
    told.round_ended(Round(), NOW)
    told.waits("round", "the broker is away")
    assert told.health_page()[0] == 503
    told.waits("round", None)
    assert told.health_page()[0] == 200
    assert b"lifeguard_retain_acts" in told.metrics_page()[2]


def test_a_query_is_told_in_words() -> None:
    """As a person would say it."""
    said = {"text": "bond", "surfaces": ["forum/a", "forum/b"], "severity_min": 2}
    assert in_words(said) == "posts that say bond, and on forum/a or forum/b, and of severity at least 2"

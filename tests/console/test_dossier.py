"""What a dossier says about a post, from hand-made facts, and how a terminal shows it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from console.dossier.material import Known
from console.words import NOT_PROVIDED
from ingest.registry import Registered
from moderation.policy import load_policy
from records.base import Record
from records.registry import Erased, Hold, RoleGrant, Surface
from tests.console.dossiers import KNOWN, NOW, every, lines_of, made, said, shown

Fact = dict[str, Any]
Make = Callable[..., Fact]

WHAT, WHO, WHEN = "What was posted", "Who, as the site says", "When"
WHERE, IN, DID = "Where", "How it got in", "What we did to it"
JUDGED, DONE = "How it was judged", "What was done on the site and observed after"
RULES = "Under which rules"


def known(*entries: Record, recorded_at: datetime = NOW - timedelta(days=1)) -> Known:
    """With these entries in the registry."""
    ms = round(recorded_at.timestamp() * 1000)
    found: list[Any] = [Registered(entry, f"registry-0-{n}", ms) for n, entry in enumerate(entries)]
    return Known(now=NOW, policy=load_policy(), registered=found, context_posts_max=3)


def entry(kind: type[Record], registry_id: str, **said: Any) -> Record:
    """One entry of the registry, set by `s-eva`."""
    return kind.model_validate({"registry_id": registry_id, "staff_id": "s-eva", "set_at": NOW, **said})


def test_every_text_is_shown_in_the_order_of_the_sites_clock(observed: Make) -> None:
    """An edit that arrives before the first sighting still comes second."""
    edit = observed("edited", offset=0, text="Buy now!", revision_id="r2", site_at="2026-10-26T11:00:00Z")
    first = observed("seen", offset=1, text="Hello", revision_id="r1", site_at="2026-10-26T09:00:00Z")
    found = made({"revision_id": "r2"}, edit, first)
    assert [one.text for one in found.what.revisions] == ["Hello", "Buy now!"]
    assert [one.current for one in found.what.revisions] == [False, True]
    assert every(found, WHAT, "Text") == ["“Hello”", "“Buy now!”"]


def test_what_the_source_did_not_say_is_said_to_be_missing(observed: Make) -> None:
    """No line is left empty or out."""
    found = made(None, observed(text="Hello", revision_id="r1", capture=None))
    assert [said(found, WHO, name) for name in ("Name", "Id on the site", "Address")] == [NOT_PROVIDED] * 3
    assert said(found, WHERE, "Page") == NOT_PROVIDED
    assert said(found, WHEN, "Posted") == NOT_PROVIDED
    assert said(found, IN, "Capture") == "the source keeps no bytes for this"


def test_the_way_in_names_collector_bytes_and_request(observed: Make) -> None:
    """Source, version, configuration, digest and size of what was kept and of the whole, HTTP facts, place in Kafka."""
    found = made(None, observed(offset=4, text="Hello", revision_id="r1"))
    (arrival,) = found.how_it_got_in.arrivals
    assert (arrival.topic, arrival.topic_id, arrival.partition, arrival.offset) == ("posts", "TOPICID", 1, 4)
    assert (said(found, IN, "Source"), said(found, IN, "Version")) == ("site", "0.1.0")
    assert said(found, IN, "Size of the whole") == "5,000 bytes"
    assert said(found, IN, "Unchanged") == "yes"
    assert said(found, IN, "From") == "127.0.0.1"
    assert said(found, IN, "Headers") == "User-Agent: site/2"


def test_bytes_that_changed_are_called_out(observed: Make) -> None:
    """The digest is computed again when somebody asks."""
    found = made(None, observed(kept=b"something else", text="Hello", revision_id="r1"))
    assert said(found, IN, "Unchanged") == "no"


def test_a_reason_shows_its_rule_span_clause_and_versions(observed: Make, judged: Make) -> None:
    """A person sees which characters made which rule speak, under which policy and model."""
    card = {"label": "personal_data", "rule": "payment_card", "score": 1.0, "threshold": 1.0, "severity": 2}
    finding = card | {"clause": "4.3", "span": {"start": 5, "end": 24}, "detail": "checksum holds"}
    policy = load_policy()
    verdict = judged(
        "r1", findings=[finding], scores={"spam": 0.25}, model_digest="a" * 64,
        policy_digest=policy.digest, policy_version=policy.version,
    )  # fmt: skip
    found = made(None, observed(text="Call 4111 1111 1111 1111", revision_id="r1"), verdict)
    assert said(found, JUDGED, "Found by") == "payment_card"
    assert said(found, JUDGED, "Words") == "“4111 1111 1111 1111”"
    assert said(found, JUDGED, "Severity") == "2 (serious)"
    titles = {clause.id: clause.title for clause in policy.clauses}
    assert said(found, JUDGED, "Title of the clause") == titles["4.3"]
    assert said(found, JUDGED, "Policy digest") == policy.digest
    assert said(found, JUDGED, "Model digest") == "a" * 64
    assert said(found, JUDGED, "Scores") == "spam: 0.25"
    (used,) = found.under_which_rules.policies
    assert (used.title, used.in_force, used.used_for) == (policy.title, True, ("verdicts", "in force now"))


def test_who_can_be_helped_is_told_how_first(observed: Make, judged: Make) -> None:
    """The label's words of help stand above everything else about the judgement."""
    finding = {"label": "self_harm", "rule": "self_harm", "score": 1.0, "threshold": 1.0, "severity": 3}
    verdict = judged("r1", findings=[finding | {"clause": "4.1", "span": None, "detail": None}])
    found = made(None, observed(text="x", revision_id="r1"), verdict)
    assert lines_of(found)[JUDGED][0].name == "Help"
    assert lines_of(found)[JUDGED][0].text.startswith("self harm: ")
    assert not made(None, observed(text="x", revision_id="r1"), verdict, past=True).how_it_was_judged.help


def test_what_could_not_be_scored_says_why(observed: Make, judged: Make) -> None:
    """Silence of the model is explained, and so is how much of a long text it read."""
    seen = observed(text="word " * 3_000, revision_id="r1")
    found = made(None, seen, judged("r1", unscored="media and no text", read_chars=2_301))
    assert said(found, JUDGED, "Not scored") == "media and no text"
    assert said(found, JUDGED, "Read by the model") == "2301"
    assert said(found, JUDGED, "Model digest") == "no model was loaded"


def test_a_refused_decision_shows_its_reason(observed: Make, acted: Make) -> None:
    """Accepted and refused acts stand beside each other, with who, when, and what was said."""
    yes = acted("decide", offset=0, action="hide", reason="private data", revision_id="r1")
    no = acted("defer", offset=1, until="2026-10-27T00:00:00Z")
    entries = [
        {"record_id": "decisions0", "accepted": True, "refusal": None},
        {"record_id": "decisions1", "accepted": False, "refusal": "another decision came in between"},
    ]
    found = made({"parts": {"decided": {"decisions": entries}}}, observed(text="x", revision_id="r1"), yes, no)
    assert every(found, JUDGED, "Who") == ["s-ana", "s-ana"]
    assert every(found, JUDGED, "Reason")[0] == "private data"
    assert every(found, JUDGED, "Accepted") == ["yes", "no"]
    assert every(found, JUDGED, "Refused because")[1] == "another decision came in between"
    assert every(found, JUDGED, "Said with it")[1] == "until: 2026-10-27 00:00:00 UTC"
    assert every(found, JUDGED, "On revision")[0] == "1"


def test_what_the_site_was_asked_and_answered(carried_out: Make, observed: Make, acted: Make) -> None:
    """The order, the answer, what was seen afterwards, and a reply with whoever wrote it."""
    decision = acted("decide", offset=7, action="reply", revision_id="r1", reason="asked", reply_text="Please call us")
    order = carried_out("orders", action="reply", reply_text="Please call us", ordered_at="2026-10-26T10:01:00Z")
    done = carried_out("outcomes", offset=1, result="done", attempt=2, happened_at="2026-10-26T10:01:05Z", status=200)
    later = carried_out("outcomes", offset=2, result="observed", visible=False, happened_at="2026-10-26T11:00:00Z")
    found = made(None, observed(text="x", revision_id="r1"), decision, order, done, later)
    assert (said(found, DONE, "Asked to"), every(found, DONE, "Result")) == ("reply", ["done", "observed"])
    assert every(found, DONE, "Visible") == ["not looked at", "no"]
    (reply,) = found.what_we_did_to_it.replies
    assert (reply.text, reply.ordered_by, reply.result) == ("Please call us", "s-ana", "done")


def test_reactions_of_staff_are_named_and_those_of_others_counted(observed: Make) -> None:
    """Who reported it, and in which words, is somebody else's data."""
    reports = [
        observed("reported", offset=n, report={"reporter": f"u-{n}", "reason": f"reason {n}"}) for n in range(3, 5)
    ]
    like = observed("reacted", offset=1, reaction={"what": "like", "staff_id": "s-ana"})
    quote = observed("reacted", offset=2, reaction={"what": "quote", "by": "u-9"})
    found = made(None, like, quote, *reports)
    assert [(one.what, one.staff_id) for one in found.what_we_did_to_it.by_staff] == [("like", "s-ana")]
    assert [(one.what, one.count) for one in found.what_we_did_to_it.by_others] == [("quote", 1), ("report", 2)]
    assert said(found, DID, "By others").startswith("1 of 2: quote: 1 time, the last seen 2026-10-26 09:15:00 UTC")
    assert not {"u-3", "u-9", "reason 3"} & set(shown(found).split())


def test_what_a_stranger_wrote_cannot_reach_the_terminal_raw(observed: Make) -> None:
    """Escapes and direction marks are shown in every field that a site fills."""
    nasty = "\x1b[2J\u202eevil\u200b"
    capture = observed()["record"]["capture"]
    capture |= {
        "media_type": nasty,
        "http": {"method": nasty, "url": nasty, "headers": {nasty: nasty}, "remote": nasty},
    }
    fact = observed(
        text=nasty, revision_id="r1", page_title=nasty, surface=nasty, url=nasty, language=nasty,
        author={"author_id": nasty, "name": nasty, "url": nasty}, media=[{"url": nasty}], capture=capture,
        parent_post_id=nasty, thread_id=nasty,
    )  # fmt: skip
    context = {"post_id": nasty, "author_name": nasty, "text": nasty}
    found = shown(made(None, fact, context=[("parent", context)], asked=nasty))
    assert not set(found) & {"\x1b", "\u202e", "\u200b"}
    assert found.count("␛[2J⟨U+202E⟩evil⟨U+200B⟩") >= 15


def test_an_erased_post_shows_its_stub_and_who_erased_it(observed: Make, acted: Make, judged: Make) -> None:
    """Times, digests and proofs stay; text, name, page and captures go; who asked, who confirmed, on which basis."""
    author = {"author_id": "u-1", "name": "Dana"}
    fact = observed(text="secret", revision_id="r1", author=author, page_title="About Dana", language="en")
    finding = {"label": "spam", "rule": "links", "score": 1.0, "threshold": 1.0, "severity": 1, "clause": "1"}
    verdict = judged("r1", findings=[finding | {"span": {"start": 0, "end": 6}}])
    asked = acted("erase", offset=0, state="requested", basis="art. 17")
    confirmed = acted("erase", offset=1, state="confirmed", basis="art. 17", staff_id="s-bo")
    decisions = [{"record_id": f"decisions{n}", "accepted": True, "refusal": None} for n in range(2)]
    document = {"erased": True, "state": "erased", "parts": {"decided": {"decisions": decisions}}}
    done = entry(
        Erased, "site:c-1", staff_id="keeper", erasure_record_id="0" * 40, entries={"posts-0-x": 3}, keys_until=NOW
    )
    found = made(document, fact, verdict, asked, confirmed, known=known(done))
    erased = found.what.erased
    assert erased is not None
    assert (erased.basis, erased.requested_by, erased.confirmed_by) == ("art. 17", "s-ana", "s-bo")
    assert (erased.confirmed_place, erased.entries) == ("decisions-1-1", {"posts-0-x": 3})
    everything = shown(found) + found.model_dump_json()
    assert not [word for word in ("secret", "Dana", "u-1", "User-Agent") if word in everything]
    assert said(found, WHAT, "Text").startswith("erased: ")
    assert said(found, WHO, "Name").startswith("erased: ")


def test_what_was_set_up_about_a_surface_then_and_now(observed: Make) -> None:
    """By the registry when it was first recorded, and today; else by the policy; unknown counts as static."""
    fact = observed(text="x", revision_id="r1", surface="lobby")
    before = entry(Surface, "lobby", nature="interactive", terms="https://example.com/terms-1")
    after = entry(Surface, "lobby", version=2, nature="static", terms="https://example.com/terms-2")
    then = known(before, recorded_at=datetime(2026, 10, 1, tzinfo=UTC)).registered or ()
    both = Known(now=NOW, policy=load_policy(), registered=[*then, *(known(after).registered or ())])
    where = made(None, fact, known=both).where
    assert where.then
    assert where.now
    assert (where.then.nature, where.then.terms, where.then.said_by) == (
        "interactive", "https://example.com/terms-1", "registry",
    )  # fmt: skip
    assert (where.now.nature, where.now.terms) == ("static", "https://example.com/terms-2")
    unknown = made(None, fact).where.now
    assert unknown
    assert (unknown.nature, unknown.said_by) == ("static", "unknown counts as static")
    away = made(None, fact, known=Known(now=NOW, unregistered="the broker is away")).where
    assert away.absent["now"] == "the broker is away"


def test_staff_is_known_only_where_data_says_so(observed: Make) -> None:
    """An account with a role in the registry; else it is said that nothing is on record."""
    fact = observed(text="x", revision_id="r1", author={"author_id": "s-eva", "name": "Eva"})
    found = made(None, fact, known=known(entry(RoleGrant, "s-eva", role="reviewer")))
    (relation,) = found.who.staff
    assert relation.said.startswith("a member of staff with this id has the role reviewer")
    assert "nothing on record" in said(made(None, fact), WHO, "Staff relation")
    assert said(made(None, fact, known=Known(now=NOW, unregistered="no broker")), WHO, "Staff relation") == "no broker"


def test_retention_and_holds_stand_under_the_rules(observed: Make, acted: Make) -> None:
    """The longest period among the labels; who placed which hold, and why."""
    policy = load_policy()
    document: Fact = {
        "labels": ["complaint"],
        "recorded_at": "2026-10-26T09:15:00Z",
        "holds": ["h-1"],
        "revision_id": "r1",
    }
    placed = acted("legal_hold", hold_id="h-1", state="placed", reason="case 7")
    hold = entry(Hold, "h-1", state="placed", reason="case 7 against us", query={})
    found = made(document, observed(text="x", revision_id="r1"), placed, known=known(hold))
    retention = found.under_which_rules.retention
    assert retention
    assert retention.retention == policy.labels["complaint"].retention
    assert retention.until == datetime(2027 + policy.retention[retention.retention].years, 1, 1, tzinfo=UTC)
    (one,) = found.under_which_rules.holds
    assert (one.hold_id, one.in_force, one.placed_by, one.reason) == ("h-1", True, "s-eva", "case 7 against us")
    alone = entry(Hold, "h-1", state="released", reason="I say so", query={}, version=2)
    (one,) = made(document, placed, known=known(hold, alone)).under_which_rules.holds
    assert (one.state, one.reason, one.place) == ("placed", "case 7 against us", "registry-0-0")


def test_a_tag_is_said_to_be_one_with_the_digest_of_its_examples(observed: Make, judged: Make) -> None:
    """It is no word of the model; where no tags were in force, that is said."""
    finding = {"label": "late_bus", "rule": "tag", "score": 0.93, "threshold": 0.8, "severity": 0, "clause": "4"}
    seen = observed(text="x", revision_id="r1")
    found = made(None, seen, judged("r1", findings=[finding], tags_digest="e" * 64))
    assert [said(found, JUDGED, name) for name in ("Found by", "Score", "Threshold")] == ["tag", "0.93", "0.80"]
    assert said(found, JUDGED, "Tags digest") == "e" * 64
    assert said(made(None, seen, judged("r1")), JUDGED, "Tags digest") == "no tags and no lists of words were in force"


def test_a_policy_that_is_not_at_hand_is_named_by_its_digest(observed: Make, judged: Make) -> None:
    """Beside the one in force."""
    found = made(None, observed(text="x", revision_id="r1"), judged("r1"))
    assert [(one.sha256, one.in_force) for one in found.under_which_rules.policies] == [
        ("d" * 64, False), (KNOWN.policy.digest if KNOWN.policy else "", True),
    ]  # fmt: skip
    assert every(found, RULES, "Title")[0] == "the policy of that digest is not at hand"

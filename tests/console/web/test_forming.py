"""From what a form says to a record: every act, and a sentence for what cannot be one."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import Request
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from console.web.case import Material, case_of
from console.web.forming import DEFER_HOURS_MAX, FIELDS, NO_TEXT, Said, act_of, claim, refused, said_in, until_of
from console.web.route import Asked
from moderation.cases import fold_post
from moderation.cases.entries import result_of
from moderation.gate import ACTS, Reviewer
from records.codec import decode, encode
from records.decisions import Act
from records.errors import Malformed
from records.posts import revision_of
from records.received import Received
from records.topics import DECISIONS
from tests.console.web.cases import NOBODY_ELSE, POLICY
from tests.console.web.desks import Scene
from tests.moderation import case_records as make
from tests.moderation.case_histories import histories

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
REVISION = revision_of("hello")
WORDS: dict[str, str] = {"reason": "4.2", "note": "seen", "reply_text": "Thank you.", "to": "supervisor", "hours": "4"}
FIXED = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def asked(**fields: str) -> Asked:
    """A form with what every form of a case has."""
    common = {"post": "forum:1", "version": "3", "key": "0123abcd-key", "act": "leave", "revision": REVISION}
    form = {name: (value,) for name, value in (common | fields).items()}
    return Asked(Request({"type": "http", "query_string": b"", "headers": []}), None, form)


def said(act: str, **fields: str) -> Said:
    """The same, read."""
    return said_in(asked(act=act, **WORDS | fields))


@pytest.fixture
def scene(scene: Scene) -> Scene:
    """With people to whom a case can go."""
    scene.grant("sam", "supervisor")
    scene.grant("exa", "administrator")
    return scene


def made(scene: Scene, act: str, **fields: str) -> Any:
    """The record, as it comes back from Kafka."""
    record = act_of(said(act, **fields), "ann", scene.desk, NOW)
    assert decode(DECISIONS, encode(record)) == record
    return record


@pytest.mark.parametrize("act", ["leave", "hide", "remove", "reply"])
def test_a_decision_is_bound_to_the_text_and_the_policy_that_were_seen(scene: Scene, act: str) -> None:
    """And to the version of the case; it can be taken back before the site is asked for anything."""
    record = made(scene, act)
    assert (record.kind, record.action, record.reason, record.note) == ("decide", act, "4.2", "seen")
    assert (record.post_id, record.staff_id, record.case_version_seen) == ("forum:1", "ann", 3)
    assert (record.revision_id, record.policy_digest) == (REVISION, POLICY.digest)
    assert record.reply_text == ("Thank you." if act == "reply" else None)
    assert record.grace_seconds == (0 if act == "leave" else scene.settings.undo_seconds)


def test_the_other_acts(scene: Scene) -> None:
    """Each with what belongs to it, and nothing else of the form."""
    assert made(scene, "escalate").to == "supervisor"
    assert made(scene, "escalate", to="sam").to == "sam"
    assert made(scene, "defer").until == NOW + timedelta(hours=4)
    assert made(scene, "defer", hours="", until="2026-12-01T09:30").until == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    assert made(scene, "note").note == "seen"
    assert made(scene, "undo", undoes="0" * 40).undoes == "0" * 40
    assert made(scene, "release").kind == "release"
    assert made(scene, "leave", scope="author").scope == "author"
    assert claim("forum:1", "ann", 3, NOW).record_id != claim("forum:1", "ann", 3, NOW).record_id


def test_of_a_post_without_a_text_the_first_text_reopens_the_case(scene: Scene) -> None:
    """Somebody reported what we had never seen, and it was left."""
    left = act_of(said("leave", revision="", version="0"), "ann", scene.desk, make.at(2))
    assert left.model_dump()["revision_id"] == NO_TEXT
    known = left.model_copy(update={"post_id": make.POST_ID})
    reported = make.reported("eve")
    assert make.folded(reported, known)["state"] == "decided"
    assert make.folded(reported, known, make.seen("hello"))["reopened_because"] == ["edited"]


@pytest.mark.parametrize(
    ("act", "fields", "sentence"),
    [
        ("leave", {"reason": ""}, "the reason is a clause of the policy"),
        ("escalate", {"to": ""}, "choose to whom it goes"),
        ("escalate", {"to": "exa"}, "choose to whom it goes"),
        ("escalate", {"to": "<script>"}, "choose to whom it goes"),
        ("defer", {"hours": "", "until": ""}, "say until when"),
        ("defer", {"hours": "0", "until": "soon"}, "say until when"),
        ("defer", {"hours": "", "until": "2026-11-26T11:59"}, "that time is over"),
        ("defer", {"hours": "", "until": "2028-01-01T00:00"}, "more than a year ahead"),
        ("note", {"note": " "}, "a note says something"),
        ("undo", {"undoes": ""}, "undoes:"),
        ("hide", {"revision": "x"}, "revision_id:"),
        ("leave", {"note": "x" * 10_001}, "note:"),
        ("claim", {}, "choose one of the acts"),
        ("", {}, "choose one of the acts"),
        ("approve", {}, "choose one of the acts"),
    ],
)
def test_what_cannot_be_a_record_is_told_in_a_sentence(
    scene: Scene, act: str, fields: dict[str, str], sentence: str
) -> None:
    """So that it can be put right."""
    with pytest.raises(Malformed, match=re.escape(sentence)):
        act_of(said(act, **fields), "ann", scene.desk, NOW)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"post": ""}, "about which post"),
        ({"version": ""}, "not one of ours"),
        ({"version": "-1"}, "not one of ours"),
        ({"version": "٣"}, "not one of ours"),
        ({"version": "9" * 30}, "not one of ours"),
        ({"key": "short"}, "not one of ours"),
        ({"key": "a key with spaces"}, "not one of ours"),
        ({"key": "x" * 65}, "not one of ours"),
        ({"scope": "thread"}, "not one of ours"),
    ],
)
def test_a_form_that_is_none_of_ours_is_refused(fields: dict[str, str], sentence: str) -> None:
    """By a sentence."""
    with pytest.raises(Malformed, match=sentence):
        said_in(asked(**fields))


def test_a_form_is_read_as_it_was_typed() -> None:
    """Lines end as they do elsewhere, and without a key it is given one."""
    found = said_in(asked(note=" one\r\ntwo\t ", key=""))
    assert found["note"] == "one\ntwo"
    assert len(found.key) >= 32
    assert found["missing"] == ""


hostile = st.text(max_size=40) | st.sampled_from(
    ["leave", "escalate", "defer", "note", "undo", "1", "9999-12-31T23:59"]
)


@FIXED
@given(st.fixed_dictionaries({}, optional=dict.fromkeys((*FIELDS, "post", "act", "version", "scope"), hostile)))
@example({"act": "defer", "hours": "", "until": "9999-12-31T23:59-14:00"})
@example({"act": "defer", "hours": "", "until": "0001-01-01T00:00+14:00"})
@example({"act": "leave", "reason": "4.2", "note": "\ud800"})
def test_no_form_is_more_than_a_record_or_a_sentence(scene: Scene, fields: Mapping[str, str]) -> None:
    """Whatever stands in it."""
    record: Act | None = None
    with suppress(Malformed):
        found = said_in(asked(**fields))
        refused(found, {"revision_id": "r"}, Reviewer("ann", "reviewer", has_read_policy=True), scene.desk, NOW)
        record = act_of(found, "ann", scene.desk, NOW)
    assert record is None or decode(DECISIONS, encode(record)) == record


def test_the_time_of_a_deferral_is_at_most_a_year_ahead() -> None:
    """In UTC where nothing else is said."""
    assert until_of(str(DEFER_HOURS_MAX), "", NOW) == NOW + timedelta(hours=DEFER_HOURS_MAX)
    assert until_of("", "2026-11-26T14:00+01:00", NOW) == datetime(2026, 11, 26, 13, tzinfo=UTC)
    with pytest.raises(Malformed):
        until_of(str(DEFER_HOURS_MAX + 1), "", NOW)


def reason_for(scene: Scene, fields: dict[str, str], act: str = "hide", document: Any = None) -> str:
    """Why it is refused."""
    who = Reviewer("ann", "reviewer", has_read_policy=True)
    refusal = refused(said(act, **fields), document or {"revision_id": "r", "visible": True}, who, scene.desk, NOW)
    return refusal.reason if refusal else ""


def test_the_gate_is_asked_about_all_that_is_said(scene: Scene) -> None:
    """The case, what the act is about, the clause, and what we answer."""
    assert reason_for(scene, {}) == ""
    assert "is no reason to hide" in reason_for(scene, {"reason": "2.3"})
    assert "choose one" in reason_for(scene, {"reason": "77"})
    assert "hide is about the post" in reason_for(scene, {"scope": "author"})
    assert reason_for(scene, {"reply_text": "Dear {name}"}, "reply") == "fill in {name} first"
    assert "erased" in reason_for(scene, {}, document={"erased": True})


@FIXED
@given(histories(), st.sampled_from(ACTS), st.sampled_from(["post", "author", "report"]), st.sampled_from(["", "x"]))
def test_what_a_page_offers_can_be_done_and_counts(
    scene: Scene, logs: dict[str, list[Received]], act: str, scope: str, more: str
) -> None:
    """Whatever happened to the post: no button leads to a refusal, unless somebody is quicker."""
    received = [one for log in logs.values() for one in log]
    document, who = fold_post(None, received), Reviewer("ann", "reviewer", has_read_policy=True)
    now = max(one.recorded_at for one in received)
    form = {"scope": scope, "version": str(document["version"]), "revision": document["revision_id"] or ""}
    gathered = Material(document, (), NOBODY_ELSE, (), (), (), frozenset())
    undoes = case_of(gathered, POLICY, who, now).undoes or ""
    form |= {"post": document["post_id"], "undoes": undoes, "key": f"a-key-of-ours{more}"}
    if refused(said(act, **form), document, who, scene.desk, now):
        return
    record = act_of(said(act, **form), "ann", scene.desk, now)
    assert counts(received, record, now) is None


def counts(received: list[Received], record: Act, now: datetime) -> str | None:
    """Why it does not count, folded as the next act of its log."""
    offset = sum(one.topic == "decisions" for one in received)
    after = fold_post(None, [*received, Received("decisions", "id-of-decisions", 0, offset, now, record)])
    entry = result_of(after["parts"]["decided"], record.record_id)
    assert entry is not None
    return None if entry["accepted"] else str(entry["refusal"])

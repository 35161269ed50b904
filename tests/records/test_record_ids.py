"""The same fact has the same record_id wherever and whenever it is told; another fact has another."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.base import Record
from records.digests import fact_digest, post_id_of, revision_digest, text_digest
from records.orders import Order
from records.posts import Post, revision_of
from records.verdicts import Verdict
from tests.records.shapes import RECORDS, TopicAndRecord, names, posts, records

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EXAMPLES = settings(max_examples=60, deadline=None)

SAME_FACT: dict[str, dict[str, Any]] = {
    "posts": {"seen_at": NOON, "surface": "another", "backfill": True, "capture": None, "url": "https://x.example"},
    "verdicts": {"judged_at": NOON, "findings": (), "scores": {}, "judge_version": "9", "unscored": "late"},
    "decisions": {"made_at": NOON, "staff_id": "another", "case_version_seen": 99, "batch_id": None},
    "orders": {"ordered_at": NOON, "action": "restore", "reply_text": None},
    "outcomes": {"happened_at": NOON, "visible": True, "status": 204, "detail": "again"},
    "audit": {"happened_at": NOON, "subject": "another", "detail": "again"},
    "coverage": {"from_at": NOON, "until_at": NOON, "read": 7, "kept": 7},
    "dead-letters": {"found_at": NOON, "found_by": "another", "reason": "again"},
    "registry": {},
}
OTHER_FACT: dict[str, dict[str, Any]] = {
    "posts": {"site_at": NOON + timedelta(seconds=1, microseconds=1)},
    "verdicts": {
        "policy_digest": "ab" * 32,
        "model_digest": "cd" * 32,
        "tags_digest": "cd" * 32,
        "revision_id": "ef" * 20,
        "post_id": "other:1",
    },
    "decisions": {"idempotency_key": "another, of its own", "post_id": "other:1"},
    "orders": {"order_id": "decisions-0-123456789"},
    "outcomes": {"attempt": 1_000_001, "order_id": "decisions-0-123456789"},
    "audit": {"idempotency_key": "another, of its own", "staff_id": "another, of its own"},
    "coverage": {"happened_at": NOON + timedelta(microseconds=1), "source": "z" * 40},
    "dead-letters": {"offset": 2**52, "partition": 2**52, "sha256": "ab" * 32},
    "registry": {"version": 1_000_001, "registry_id": "another, of its own", "staff_id": "another, of its own"},
}


def _told_again(record: Record, **changes: Any) -> Record:
    fields = {name: getattr(record, name) for name in type(record).model_fields if name != "record_id"}
    return type(record)(**{**fields, **changes})


def test_every_topic_says_what_makes_its_facts_the_same() -> None:
    """A new topic is tested from its first day."""
    assert SAME_FACT.keys() == OTHER_FACT.keys() == RECORDS.keys()


@EXAMPLES
@given(records)
def test_a_fact_that_is_told_again_has_the_same_record_id(given_record: TopicAndRecord) -> None:
    """Whatever changed that does not make it another fact."""
    topic, record = given_record
    assert _told_again(record, **SAME_FACT[topic.name]).record_id == record.record_id


@EXAMPLES
@given(records, st.data())
def test_another_fact_has_another_record_id(given_record: TopicAndRecord, data: st.DataObject) -> None:
    """Each part of a record's identity counts by itself."""
    topic, record = given_record
    name = data.draw(st.sampled_from(sorted(OTHER_FACT[topic.name])))
    other = _told_again(record, **{name: OTHER_FACT[topic.name][name]})
    assert other.record_id != record.record_id


@EXAMPLES
@given(posts(), st.text(max_size=20))
def test_an_observation_of_another_text_or_another_post_is_another_fact(post: Post, text: str) -> None:
    """The revision is part of the identity, and so is the site's own id."""
    if post.text is not None and text != post.text:
        revised = _told_again(post, text=text, revision_id=revision_of(text, post.media))
        assert revised.record_id != post.record_id
    native_id = post.native_id + "x"
    moved = _told_again(post, native_id=native_id, post_id=post_id_of(post.source, native_id))
    assert moved.record_id != post.record_id


def test_the_same_instant_in_another_time_zone_is_the_same_fact() -> None:
    """Times are kept in UTC."""
    fields = {"post_id": "a:1", "order_id": "o", "decision_record_id": "0" * 40, "action": "hide"}
    there = Order.model_validate({**fields, "ordered_at": "2026-03-01T13:00:00+01:00"}, strict=False)
    assert there.ordered_at == NOON
    assert there.ordered_at.tzinfo is UTC


def test_the_kind_of_record_is_part_of_its_identity() -> None:
    """Two records with the same parts are two facts."""
    assert fact_digest("Order", "x") != fact_digest("Outcome", "x")
    assert fact_digest("a", "b") != fact_digest("ab") != fact_digest("a", None, "b")


def test_a_verdict_without_tags_has_the_id_that_it_had_before_there_were_tags() -> None:
    """What was judged stays the same fact; under tags it is another one."""
    parts = ("a:1", "0" * 40, "1" * 64, None)
    fields = dict(zip(("post_id", "revision_id", "policy_digest", "model_digest"), parts, strict=True))
    verdict = Verdict(**fields, policy_version=1, judge_version="1", judged_at=NOON)
    assert verdict.record_id == fact_digest("Verdict", *parts)
    assert _told_again(verdict, tags_digest="2" * 64).record_id == fact_digest("Verdict", *parts, "2" * 64)


def test_a_record_cannot_be_changed() -> None:
    """It is a fact."""
    fields = {"post_id": "a:1", "order_id": "o", "decision_record_id": "0" * 40, "action": "hide", "ordered_at": NOON}
    order = Order.model_validate(fields)
    with pytest.raises(ValueError, match="frozen"):
        order.order_id = "other"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Buy NOW!!", "buy now", True),
        ("buy   now", "\uff42\uff55\uff59 now\u2026", True),
        ("buy now", "buy never", False),
        ("!!!", "???", False),
        ("", "", True),
    ],
)
def test_texts_that_a_reader_would_call_the_same_share_a_digest(one: str, other: str, same: bool) -> None:
    """Case, width, spacing and punctuation do not matter, unless there is nothing else."""
    assert (text_digest(one) == text_digest(other)) is same


@EXAMPLES
@given(st.text(), st.text())
def test_revisions_differ_where_their_texts_do(one: str, other: str) -> None:
    """To the character."""
    assert (revision_digest(one) == revision_digest(other)) is (one == other)


@EXAMPLES
@given(names, st.text(min_size=1), st.text(min_size=1))
def test_posts_of_one_source_have_ids_of_their_own(source: str, one: str, other: str) -> None:
    """Also where the site's ids are long or strange."""
    assert (post_id_of(source, one) == post_id_of(source, other)) is (one == other)
    assert len(post_id_of(source, one)) <= 256


def test_a_plain_native_id_is_readable_in_the_post_id() -> None:
    """And an unusual one is replaced by a digest that no plain id can look like."""
    assert post_id_of("forum", "42/7") == "forum:42/7"
    assert post_id_of("forum", "~tilde").startswith("forum:~")
    assert post_id_of("forum", "x" * 500).startswith("forum:~")

"""Records become a line of JSON and come back as they were; anything else is told apart from a newer release."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.base import VERSION, Record
from records.codec import JSON_DEPTH_MAX, REASONS_MAX, decode, encode, parse_json
from records.errors import Malformed, NewerVersion
from records.topics import AUDIT, BY_NAME, POSTS, TOPICS, VERDICTS
from tests.records.shapes import RECORDS, TopicAndRecord, records

EXAMPLES = settings(max_examples=100, deadline=None)
NOT_WHAT_ANY_FIELD_HOLDS = [[[]]]


def _fields(record: Record) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(encode(record))
    return fields


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields).encode()


def test_a_verdict_without_a_model_comes_back_without_one() -> None:
    """What says nothing is left out of the line, so every field that may be nothing may be absent."""
    fields = {"post_id": "a:1", "revision_id": "0" * 40, "policy_version": 1, "policy_digest": "0" * 64}
    line = _line({**fields, "judge_version": "1", "unscored": "no model", "judged_at": "2026-03-01T12:00:00Z"})
    assert decode(VERDICTS, line).model_digest is None


def test_every_topic_has_a_strategy() -> None:
    """A new topic is tested from its first day."""
    assert RECORDS.keys() == {topic.name for topic in TOPICS} == BY_NAME.keys()


@EXAMPLES
@given(records)
def test_a_record_comes_back_as_it_was(given_record: TopicAndRecord) -> None:
    """One line, without a line end, and the same value of the same type."""
    topic, record = given_record
    line = encode(record)
    back = decode(topic, line)
    assert (back, type(back)) == (record, type(record))
    assert b"\n" not in line
    assert encode(back) == line
    assert back.key() == record.key()


@EXAMPLES
@given(records)
def test_an_unknown_field_is_malformed(given_record: TopicAndRecord) -> None:
    """Under a version that we know, every field is known."""
    topic, record = given_record
    with pytest.raises(Malformed, match="surprise"):
        decode(topic, _line({**_fields(record), "surprise": 1}))


@EXAMPLES
@given(records, st.data())
def test_a_wrong_type_in_any_field_is_malformed(given_record: TopicAndRecord, data: st.DataObject) -> None:
    """Also in one that may be absent."""
    topic, record = given_record
    name = data.draw(st.sampled_from(sorted(type(record).model_fields)))
    with pytest.raises(Malformed):
        decode(topic, _line({**_fields(record), name: NOT_WHAT_ANY_FIELD_HOLDS}))


@EXAMPLES
@given(records, st.integers(VERSION + 1, 1_000), st.booleans())
def test_a_higher_version_is_not_malformed(given_record: TopicAndRecord, version: int, strange: bool) -> None:
    """Whatever else it says: this worker is too old for it, and says which versions it means."""
    topic, record = given_record
    fields = {"a_new_field": {"of": ["a", "new", "shape"]}} if strange else _fields(record)
    with pytest.raises(NewerVersion, match=f"version {version} and this worker knows {VERSION}"):
        decode(topic, _line({**fields, "v": version}))


@pytest.mark.parametrize("version", [0, -1, True, 1.5, "2", None, [2]])
def test_a_version_that_is_no_higher_number_is_malformed(version: object) -> None:
    """Only a whole number above ours asks for an upgrade."""
    with pytest.raises(Malformed):
        decode(AUDIT, json.dumps({"v": version}).encode())


@EXAMPLES
@given(records)
def test_a_record_id_that_is_not_the_digest_of_the_record_is_malformed(given_record: TopicAndRecord) -> None:
    """Nobody can pass one fact off as another."""
    topic, record = given_record
    with pytest.raises(Malformed, match="record_id"):
        decode(topic, _line({**_fields(record), "record_id": "0" * 40}))


@EXAMPLES
@given(st.sampled_from(TOPICS), st.binary(max_size=200))
def test_any_bytes_are_malformed_and_nothing_else(topic: Any, line: bytes) -> None:
    """No other error leaves the codec."""
    with pytest.raises(Malformed):
        decode(topic, line)


@pytest.mark.parametrize("line", [b"", b"null", b"[]", b'"text"', b"{}", b"\xff\xfe", b"[" * 100_000, b'{"v":' * 1000])
def test_what_is_no_record_at_all_is_malformed(line: bytes) -> None:
    """Empty, of another kind, not UTF-8, or nested without end."""
    with pytest.raises(Malformed):
        decode(POSTS, line)


def test_the_reason_names_a_few_fields_and_never_their_content() -> None:
    """It is written to logs and dead letters."""
    secret = "the text of a person"
    with pytest.raises(Malformed) as refused:
        decode(POSTS, _line({"text": [secret], "native_id": {"is": secret}, "kind": secret, secret: 1}))
    assert str(refused.value).count("; ") <= REASONS_MAX
    assert "text: " in str(refused.value)
    assert secret not in str(refused.value).replace(f"{secret}: Extra", "")


@EXAMPLES
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=10))
def test_plain_json_is_read_as_it_was_written(value: Any) -> None:
    """Within the limit on depth."""
    assert parse_json(json.dumps(value).encode()) == value
    assert parse_json(json.dumps({"key": value}, ensure_ascii=False).encode()) == {"key": value}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a": "\xff"}', "is not UTF-8: byte 7"),
        (b'{"a": 1, "a": 2}', "given twice"),
        (b'{"b": {"a": 1, "a": 1}}', "given twice"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b"[Infinity]", "Infinity is not a number"),
        (b"[-Infinity]", "-Infinity is not a number"),
        (b'{"a": 1', "is not JSON"),
        (b"{} {}", "is not JSON"),
        (b"", "is not JSON"),
        (b"\xef\xbb\xbf{}", "is not JSON"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "is not JSON that we read"),
    ],
)
def test_json_from_outside_is_read_strictly(line: bytes, reason: str) -> None:
    """The reason says what is wrong."""
    with pytest.raises(Malformed, match=reason):
        parse_json(line)


def test_json_that_is_nested_too_deep_is_malformed_and_brackets_in_text_do_not_count() -> None:
    """The limit is exact."""
    deep = b"[" * JSON_DEPTH_MAX + b"]" * JSON_DEPTH_MAX
    assert parse_json(deep)
    with pytest.raises(Malformed, match=f"deeper than {JSON_DEPTH_MAX} levels"):
        parse_json(b"[" + deep + b"]")
    wide = json.dumps(['[{\\"' * 500] * 3 + [[]] * 100).encode()
    assert len(parse_json(wide)) == 103


@EXAMPLES
@given(RECORDS["verdicts"])
def test_a_number_beyond_every_reader_of_json_is_malformed(verdict: Record) -> None:
    """A policy version of a hundred digits is refused here, and stops nobody who would write it elsewhere."""
    line = _line({**_fields(verdict), "policy_version": 10**100})
    with pytest.raises(Malformed, match="policy_version"):
        decode(VERDICTS, line)

"""Two documents are compared field by field."""

import orjson

from console.comparing import differing

DOCUMENT = {
    "post_id": "forum:1",
    "text": "hello",
    "labels": ("spam",),
    "applied": {"a:0": 3},
    "parts": {"observed": {"text": "hello"}, "judged": {"verdicts": ()}},
}


def test_equal_documents_differ_in_nothing() -> None:
    """Tuples are lists once they are JSON."""
    assert differing(orjson.loads(orjson.dumps(DOCUMENT)), DOCUMENT) == []


def test_what_differs_is_named_and_never_shown() -> None:
    """A field of the parts is named with its part."""
    found = DOCUMENT | {"text": "other", "parts": {"observed": {"text": "other"}, "judged": {"verdicts": []}}}
    assert differing(found, DOCUMENT) == ["parts.observed", "text"]


def test_a_field_too_many_and_one_too_few() -> None:
    """Both are differences, also where the value is null."""
    found = {name: value for name, value in DOCUMENT.items() if name != "text"} | {"extra": None}
    assert differing(found, DOCUMENT) == ["extra", "text"]


def test_a_vector_is_compared_by_its_bytes() -> None:
    """The index gives back the numbers of what was written in hexadecimal."""
    expected = DOCUMENT | {"embedding": "01ff"}
    assert differing(DOCUMENT | {"embedding": [1, -1]}, expected) == []
    assert differing(DOCUMENT | {"embedding": [1, -2]}, expected) == ["embedding"]
    assert differing(DOCUMENT | {"embedding": [1000, "x"]}, expected) == ["embedding"]


def test_no_vector_is_as_good_as_null() -> None:
    """Of a post that nobody could score the index gives no vector back; one that is gone differs all the same."""
    assert differing(DOCUMENT, DOCUMENT | {"embedding": None}) == []
    assert differing(DOCUMENT, DOCUMENT | {"embedding": "01ff"}) == ["embedding"]
    assert differing(DOCUMENT | {"embedding": [1, -1]}, DOCUMENT | {"embedding": None}) == ["embedding"]


def test_a_record_that_is_encoded_already_is_compared_as_what_it_says() -> None:
    """The fold writes the record of a fact as a fragment of JSON."""
    assert differing({"record": {"v": 1}}, {"record": orjson.Fragment(b'{"v":1}')}) == []
    assert differing({"record": {"v": 1, "text": "x"}}, {"record": orjson.Fragment(b'{"v":1}')}) == ["record.text"]

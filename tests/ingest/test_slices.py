"""Slices of a JSON array: the bytes of each element as they came, or a sentence about what is wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.slices import array_slices, member_slices
from records.errors import Malformed

SPACE = st.text(" \t\r\n", max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def arrays(draw: st.DrawFn) -> tuple[list[bytes], bytes]:
    """Elements as somebody might have written them, and the array of them with space anywhere."""
    elements = [
        json.dumps(value, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 2])))
        for value in draw(st.lists(VALUES, max_size=5))
    ]
    inside = ",".join(draw(SPACE) + element + draw(SPACE) for element in elements)
    mark = draw(st.sampled_from(["", "\ufeff"]))
    return [one.encode() for one in elements], f"{mark}{draw(SPACE)}[{inside}{draw(SPACE)}]{draw(SPACE)}".encode()


@given(arrays())
def test_every_element_comes_back_byte_for_byte(made: tuple[list[bytes], bytes]) -> None:
    """Whatever the spacing, the escapes and the letters."""
    elements, body = made
    assert list(array_slices(body)) == elements


@given(arrays(), st.data())
def test_an_array_that_was_cut_is_no_array(made: tuple[list[bytes], bytes], data: st.DataObject) -> None:
    """Wherever the answer ends too early, it is said and not taken for the whole."""
    whole = made[1].rstrip()
    with pytest.raises(Malformed):
        array_slices(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.binary(max_size=60) | st.text('[]{}",:\\ 1e-', max_size=30).map(str.encode))
def test_any_bytes_are_slices_or_a_sentence(body: bytes) -> None:
    """Nothing else gets out, and what comes out is JSON."""
    try:
        found = array_slices(body)
    except Malformed:
        return
    for one in found:
        json.loads(one)


@pytest.mark.parametrize(
    "body",
    [
        b'{"code":"rest_no_route"}',
        b"<!DOCTYPE html>",
        b"",
        b"[1] and more",
        b"[1,]",
        b'["\xff"]',
        b"[" * 100_000,
    ],
)
def test_what_is_no_array_is_a_sentence(body: bytes) -> None:
    """An error object, a page, nothing, two things, a comma too much, other bytes, a tower of brackets."""
    with pytest.raises(Malformed):
        array_slices(body)


def test_what_only_an_element_does_wrong_is_left_to_whoever_reads_it() -> None:
    """A key twice, NaN, a number of five thousand digits: the neighbours are not lost for it."""
    elements = [b'{"a":1,"a":2}', b"NaN", b"9" * 5000, b'"good"']
    assert list(array_slices(b"[" + b",".join(elements) + b"]")) == elements


@given(st.lists(st.tuples(st.text(max_size=4), VALUES), max_size=5, unique_by=lambda member: member[0]), SPACE)
def test_every_member_of_an_object_comes_back_byte_for_byte(members: list[tuple[str, object]], space: str) -> None:
    """By its name; an array is no object, and neither is half of one."""
    wanted = {name: json.dumps(value).encode() for name, value in members}
    inside = ",".join(f"{space}{json.dumps(name)}{space}:{space}{wanted[name].decode()}{space}" for name in wanted)
    assert member_slices(f"{{{inside}}}".encode()) == wanted
    for body in (f"{{{inside}", f"[{inside}]" if members else "[]", f"{{{inside}}},", "{1: 2}"):
        with pytest.raises(Malformed):
            member_slices(body.encode())

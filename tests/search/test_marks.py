"""Marks become stretches that a caller can escape, whatever the post itself contains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.marks import END, START, pieces, plain


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("no match", [("no match", False)]),
        (f"a {START}fee{END} here", [("a ", False), ("fee", True), (" here", False)]),
        (f"{START}a{END}{START}b{END}", [("a", True), ("b", True)]),
        (f"<b>{START}<i>{END}", [("<b>", False), ("<i>", True)]),
        (f"never {START}closed", [("never ", False), ("closed", False)]),
        (f"never {END}opened", [("never opened", False)]),
        ("", []),
    ],
)
def test_a_fragment_is_cut_at_its_marks(fragment: str, expected: list[tuple[str, bool]]) -> None:
    """Text outside and inside of matches, in order."""
    assert pieces(fragment) == expected


@given(st.text(alphabet=st.sampled_from(["a", "<", START, END])))
def test_no_mark_survives_and_no_letter_is_lost(fragment: str) -> None:
    """A post that brings marks of its own can confuse what is marked, and nothing else."""
    assert plain(fragment) == fragment.replace(START, "").replace(END, "")

"""Texts that hang together are one group."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.grouping import groups, near_pairs

NAMES = st.integers(0, 12).map(str)


def at(degrees: float) -> bytes:
    """A vector in this direction."""
    angle = np.deg2rad(degrees)
    return np.rint(127 * np.array([np.cos(angle), np.sin(angle)])).astype(np.int8).tobytes()


def test_near_vectors_are_a_pair_once() -> None:
    """Whatever their length; a vector that says nothing is near to none."""
    vectors = {"a": at(0), "b": at(10), "c": at(90), "zero": bytes(2)}
    assert near_pairs(vectors, near=0.9) == [("a", "b")]
    assert near_pairs({"a": at(0)}) == near_pairs({}) == []


def test_more_rows_than_are_compared_at_once() -> None:
    """Every pair is found, over the limits of a block too."""
    vectors = {str(n): at(0) for n in range(600)}
    assert len(near_pairs(vectors, near=0.9)) == 600 * 599 // 2


def test_what_hangs_together_by_others_is_one_group() -> None:
    """In the order in which the names came."""
    assert groups("abcde", [("a", "c"), ("d", "c")]) == [["a", "c", "d"], ["b"], ["e"]]


@given(st.lists(st.tuples(NAMES, NAMES)), st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_does_not_matter(pairs: list[tuple[str, str]], rng: "np.random.Generator") -> None:
    """Nor which of the two comes first; every name is in one group."""
    names = [str(n) for n in range(13)]
    shuffled = [(other, one) for one, other in pairs]
    rng.shuffle(shuffled)
    found = groups(names, pairs)
    assert sorted(name for group in found for name in group) == sorted(names)
    assert found == groups(names, shuffled)

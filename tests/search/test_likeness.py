"""What is asked where meaning is compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.likeness import Meaning, like_body, similarity, vector
from search.queries import Wanted, filters
from search.words import must

DIGEST = "a" * 64


def test_only_posts_of_the_same_model_are_compared_and_everything_else_narrows() -> None:
    """Words and filters; the post itself is left out."""
    wanted = Wanted(text="fee", surfaces=("blog/a",), size=5)
    knn = like_body(wanted, Meaning(b"\x01\xff", DIGEST, "web:1"))["knn"]
    itself = {"bool": {"must_not": [{"ids": {"values": ["web:1"]}}]}}
    assert knn["filter"] == [{"term": {"model_digest": DIGEST}}, *must("fee"), *filters(wanted), itself]
    assert knn["query_vector"] == [1, -1]
    assert knn["k"] == 5 <= knn["num_candidates"]


def test_similarity_is_the_cosine() -> None:
    """Of vectors of any length; nothing is like a vector that says nothing."""
    assert similarity(b"\x01\x00", b"\x7f\x00") == pytest.approx(1)
    assert similarity(b"\x01\x00", b"\x00\x01") == 0
    assert similarity(b"\x01\x00", b"\xff\x00") == pytest.approx(-1)
    assert similarity(b"\x00\x00", b"\x01\x00") == similarity(b"", b"\x01") == 0


@given(st.binary(min_size=4, max_size=4), st.binary(min_size=4, max_size=4))
def test_similarity_is_the_same_both_ways(one: bytes, other: bytes) -> None:
    """And never more than 1."""
    assert similarity(one, other) == similarity(other, one)
    assert -1.0001 <= similarity(one, other) <= 1.0001


def test_an_embedding_is_read_however_the_server_gives_it() -> None:
    """As numbers, or as it was written."""
    assert vector({"embedding": [1, -1]}) == vector({"embedding": "Af8="}) == b"\x01\xff"
    assert vector({}) is None

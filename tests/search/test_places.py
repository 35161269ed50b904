"""Where something that was never captured may have been: its address, and those above it."""

import pytest

from records.digests import text_digest
from search.places import addresses, at_or_below, saying


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            "https://a.example/blog/fees/?p=1#c-2",
            ["https://a.example/blog/fees", "https://a.example/blog", "https://a.example"],
        ),
        ("http://A.example:80/", ["https://a.example"]),
        ("a.example/blog", []),
        ("ftp://a.example/blog", []),
        ("site:c-1", []),
        ("https://[a/", []),
        ("is https://a.example a site?", []),
    ],
)
def test_an_address_and_those_above_it(asked: str, expected: list[str]) -> None:
    """Query and fragment do not tell a surface; what is no address has none."""
    assert addresses(asked) == expected


def test_a_path_that_begins_alike_is_another_one() -> None:
    """/blog/fees-2 does not lie below /blog/fees."""
    exactly, *below = at_or_below("https://a.example/blog/fees")["bool"]["should"]
    assert exactly == {"term": {"url_plain": "https://a.example/blog/fees"}}
    assert {clause["prefix"]["url_plain"].rpartition("fees")[2] for clause in below} == {"/", "?", "#"}


def test_a_text_is_that_of_a_post_which_says_it_now_else_of_one_which_said_it() -> None:
    """By their digests, and what says it now comes first."""
    now, before = saying("Hello, World!")["dis_max"]["queries"]
    assert now["constant_score"]["filter"] == {"term": {"text_digest": text_digest("hello world")}}
    assert before["constant_score"]["filter"] == {"term": {"digests_before": text_digest("hello world")}}
    assert now["constant_score"]["boost"] > before["constant_score"]["boost"]

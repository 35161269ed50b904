"""A search in a form, in an address and as a value."""

import base64
import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.web.asked_for import after_of, given_in, given_of, in_words, kept, looked_for, page_of, query_of, wanted_of
from records.errors import Malformed
from search.finder import Found
from search.queries import Wanted

EVERYTHING = Wanted(
    text='"free shares" now',
    surfaces=("a, b", "c"),
    sources=("forum",),
    authors=("Zoë", "u7"),
    labels=("scam", "threat"),
    states=("open", "reopened"),
    languages=("en",),
    severity_min=0,
    from_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    until_at=datetime(2026, 3, 4, tzinfo=UTC),
    url="https://example.com/a?b=c#d",
    visible=False,
    waiting=True,
    sort="oldest",
    size=20,
)


def check(*pairs: tuple[str, str]) -> Wanted:
    """What these fields ask for."""
    return kept(wanted_of(given_in(pairs)))


def test_words_and_filters_mean_what_they_mean_on_the_terminal() -> None:
    """A day counts whole, several values of a filter widen it, and what is left empty asks for nothing."""
    assert check(("words", "  "), ("label", ""), ("from", ""), ("unknown", "x"), ("csrf", "x")) == Wanted()
    assert check(("from", "2026-03-02"), ("until", "2026-03-02")) == Wanted(
        from_at=datetime(2026, 3, 2, tzinfo=UTC), until_at=datetime(2026, 3, 3, tzinfo=UTC)
    )
    assert check(("label", "scam"), ("label", "threat"), ("state", "open")) == Wanted(
        labels=("scam", "threat"), states=("open",)
    )
    assert check(("visible", "no"), ("waiting", "yes"), ("severity", "2"), ("visible", "yes")) == Wanted(
        visible=True, waiting=True, severity_min=2
    )


def test_a_search_goes_through_an_address_unharmed() -> None:
    """To the form of a queue that is to be changed, and back."""
    said = given_of(EVERYTHING)
    assert said is not None
    assert wanted_of(given_in(parse_qsl(query_of(said)))) == EVERYTHING


@given(st.text(max_size=30).filter(lambda text: '"' not in text), st.lists(st.text(max_size=20), max_size=3))
def test_whatever_was_typed_goes_through_an_address(words: str, labels: list[str]) -> None:
    """Controls, directions and signs of addresses."""
    said = given_in([("words", words), *(("label", label) for label in labels)])
    assert given_in(parse_qsl(query_of(said, after="x"))) == said


def test_what_the_form_has_no_field_for_is_not_lost_by_it() -> None:
    """Such a queue is not changed there."""
    assert given_of(Wanted(unscored=True)) is None
    assert given_of(Wanted(text="a", nearest=True)) is None


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("from", "yesterday", "the field from is not a day"),
        ("until", "2026-13-01", "the field until is not a day"),
        ("severity", "9", "severity"),
        ("words", '""', "no word in the quotes"),
        ("words", "a " * 65, "at most 64 words"),
        ("url", "x" * 2049, "2048 characters"),
    ],
)
def test_what_is_no_search_is_said(name: str, value: str, why: str) -> None:
    """By the name of its field."""
    with pytest.raises(Malformed, match=why):
        check((name, value))


def test_a_field_has_a_limit() -> None:
    """An address has room for more."""
    with pytest.raises(Malformed, match="20 values"):
        check(*[("label", "x")] * 21)


def test_a_search_is_on_record_in_words() -> None:
    """With everything that was asked."""
    said = given_in([("words", "free shares"), ("label", "scam"), ("label", "threat"), ("visible", "yes")])
    assert in_words(said) == "words: free shares; label: scam or threat; visible: yes"
    assert in_words({}) == "everything"


def test_the_next_page_is_one_word() -> None:
    """It belongs to the order of its search; anything else is no page."""
    wanted = Wanted(text="refund")
    found = Found((), 100, at_least=False, after=(1.5, 1_700_000_000_000, 1_700_000_000_000, "blog:1"))
    page = page_of(wanted, after_of(found))
    assert page is not None
    assert (page.after, page.nearest, page.text) == (found.after, False, "refund")
    near = Found((), 100, at_least=False, after=found.after, nearest=True)
    page = page_of(Wanted(text="refund", sort="newest"), after_of(near))
    assert page is not None
    assert (page.nearest, page.sort) == (True, "relevance")
    assert after_of(Found((), 3, at_least=False, after=())) == ""
    assert page_of(Wanted(text="refund", sort="newest"), after_of(found)) is None


@pytest.mark.parametrize(
    "said",
    [
        None,
        {},
        [],
        [True],
        [1, 1, 1, "x"],
        [False, 1, 1, 1],
        [False, "1", 1, "x"],
        [False, True, 1, "x"],
        [False, 1, 2**63, "x"],
        [False, 1, None, "x"],
        [False, 1, [1], "x"],
    ],
)
def test_what_somebody_made_up_is_no_page(said: object) -> None:
    """The server is not even asked."""
    word = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    assert page_of(Wanted(), word) is None


@given(st.text(max_size=50))
def test_nothing_that_stands_in_an_address_is_more_than_no_page(word: str) -> None:
    """Whatever it is."""
    assert page_of(Wanted(), word) is None


def test_somebody_who_looks_finds_what_was_said_before_and_a_queue_does_not() -> None:
    """Unless only what is said now is asked for."""
    words = {"words": ("fee",)}
    assert (wanted_of(words).before, looked_for(words).before) == (False, True)
    assert looked_for({**words, "texts": ("now",)}).before is False
    assert given_of(Wanted(text="fee", size=20)) == words

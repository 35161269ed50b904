"""The token of a page carries its search, and nothing else passes for one."""

import base64
import zlib
from datetime import UTC, datetime

import pytest

from records.errors import Malformed
from search.pages import TOKEN_BYTES_MAX, Place, is_of, place_of, token
from search.queries import Wanted

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
WANTED = Wanted(text='fee "\u0444 \u202e"', authors=("u-1",), from_at=MARCH, size=7, after=(1.5, None, "web:1"))


def test_a_token_is_one_word_that_leads_back() -> None:
    """With every filter and the post that was last."""
    place = Place(WANTED, "pit")
    assert token(place).replace("-", "").replace("_", "").isalnum()
    assert place_of(token(place)) == place


@pytest.mark.parametrize(
    "word",
    [
        "",
        "x",
        "fees",
        "\u00e4",
        token(Place(WANTED, "pit"))[:-9],
        base64.urlsafe_b64encode(zlib.compress(b"{}")).decode(),
        base64.urlsafe_b64encode(zlib.compress(b'{"wanted": {"size": "many"}, "pit": "p"}')).decode(),
        base64.urlsafe_b64encode(zlib.compress(b" " * TOKEN_BYTES_MAX + token(Place(WANTED, "p")).encode())).decode(),
    ],
)
def test_what_is_no_token_is_said_so(word: str) -> None:
    """Cut, mistyped, or made by somebody else; a small one never becomes a large one."""
    with pytest.raises(Malformed, match="not the token of a page"):
        place_of(word)


def test_a_page_belongs_to_one_search() -> None:
    """How many are shown may change, what is looked for may not."""
    place = Place(WANTED, "pit")
    assert is_of(place, Wanted(text=WANTED.text, authors=("u-1",), from_at=MARCH, size=20))
    assert not is_of(place, Wanted(text="other", authors=("u-1",), from_at=MARCH))
    assert not is_of(place, Wanted(text=WANTED.text))

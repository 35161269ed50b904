"""Disguised letters made plain: what a reader sees is what rules and index see, at the same places."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.plain import FILLER, RETYPED_CHARS_MAX, plain, retyped


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("\u0440\u0430\u0443\u0440\u0430l", "paypal"),  # Cyrillic but for the last letter
        ("\u03c1assw\u03bfrd", "password"),  # Greek rho and omicron
        ("\uff46\uff55\uff4c\uff4c width", "full width"),
        ("\U0001d4ef\U0001d4fe\U0001d4ec\U0001d4f4", "fuck"),
        ("\u24d1\u24d0\u24dd\u24da", "bank"),
        ("\ua4f0\ua4e1\ua4e2\ua4f4", "elsu"),  # Lisu
        ("\u15eae\u15e9\u15ea", "dead"),  # Canadian syllabics
        ("café, naïve, ærø", "cafe, naive, æro"),
        ("\u2460\u00b2", "12"),
        ("plain ASCII, as it is: l33t 100%", "plain ASCII, as it is: l33t 100%"),
    ],
)
def test_a_disguise_is_read_as_a_reader_reads_it(written: str, read: str) -> None:
    """By Unicode's own list, and a short one of ours; plain text alone stays as it is."""
    assert plain(written) == read


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u0301", "\ufe0f", "\U000e0061"])
def test_what_nobody_sees_is_filler(hidden: str) -> None:
    """It keeps its place."""
    assert plain(f"a{hidden}b") == f"a{FILLER}b"


@pytest.mark.parametrize("word", ["سلام", "שלום", "नमक", "০১২", "你好", "안녕", "ไทย", "ქართული"])
def test_scripts_that_nobody_reads_as_latin_stay_as_they_are(word: str) -> None:
    """Single letters of them look like a Latin one by chance."""
    assert plain(word) == word


@given(text=st.text(max_size=200))
def test_every_character_keeps_its_place(text: str) -> None:
    """Or spans would point elsewhere."""
    assert len(plain(text)) == len(text)


def test_case_makes_no_difference() -> None:
    """Who retypes in small letters what stood in capitals finds the same."""
    cased = [chr(code) for code in range(0x80, 0x20000) if unicodedata.category(chr(code)) == "Lu"]
    pairs = [(char, char.lower()) for char in cased if len(char.lower()) == 1]
    assert [pair for pair in pairs if plain(pair[0]).lower() != plain(pair[1]).lower()] == []


def test_making_plain_twice_changes_nothing_more() -> None:
    """What is plain is plain."""
    everything = "".join(map(chr, range(0xD800))) + "".join(map(chr, range(0xE000, 0x20000)))
    assert plain(plain(everything)) == plain(everything)


@pytest.mark.parametrize(
    ("posted", "typed"),
    [
        ("Fees, FEES", "fees, fees"),
        ("Caf\u00e9 cre\u0301me, na\u00efve", "cafe creme, naive"),
        ("gu\u0430rant\u0435\u0435d", "guaranteed"),
        ("guar\u200banteed re\u00adturns", "guaranteed returns"),
        ("\uff27\uff55\uff41\uff52\uff41\uff4e\uff54\uff45\uff45\uff44", "guaranteed"),
        ("a \u202edeen\u202c b", "a deen b"),
        ("\u05d0\u05b8\u05d1", "\u05d0\u05d1"),
        ("", ""),
    ],
)
def test_a_text_is_retyped_as_it_is_seen(posted: str, typed: str) -> None:
    """Accents, letters of other scripts, styles, marks of direction and everything invisible."""
    assert retyped(posted) == typed


def test_only_the_beginning_of_a_long_text_is_kept() -> None:
    """A text of the largest size costs the index no more than this."""
    assert len(retyped("x" * (RETYPED_CHARS_MAX + 1))) == RETYPED_CHARS_MAX


@given(st.text(alphabet=st.characters(max_codepoint=0x17F)))
def test_retyping_again_changes_nothing(text: str) -> None:
    """So that a query which is plain already meets the field."""
    assert retyped(retyped(text)) == retyped(text)

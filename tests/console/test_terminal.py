"""Nothing that a stranger writes reaches the terminal as anything but visible text."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from console.terminal import safe, safe_line, safe_marked

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NASTY = st.text(
    st.one_of(st.characters(), st.sampled_from(BIDI + "\x1b\x07\x9b\r\t\x00\u200b\u200d\ufeff[]m🏃♂\ufe0f\n"))
)


def check_harmless(shown: str) -> None:
    """No control but the newline, and no mark that turns or hides text."""
    for char in shown:
        assert char == "\n" or unicodedata.category(char) != "Cc", hex(ord(char))
        assert char not in BIDI
        assert unicodedata.category(char) != "Cf" or char == "\u200d"


@given(NASTY)
def test_no_control_and_no_direction_mark_passes(text: str) -> None:
    """Only a newline passes of all controls, and no bidi control at all."""
    check_harmless(safe(text))


@given(NASTY)
def test_one_line_stays_one_line(text: str) -> None:
    """A cell of a table cannot be left through a line end of any kind."""
    assert len(safe_line(text).splitlines()) <= 1


@given(NASTY)
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    """Making safe twice is making safe once."""
    assert safe(safe(text)) == safe(text)


@given(NASTY)
def test_rich_prints_it_without_reading_it(text: str) -> None:
    """What a stranger writes is never markup, and no escape leaves the console."""
    out = io.StringIO()
    Console(file=out, width=100_000, markup=False, emoji=False, highlight=False).print(safe_marked([(text, False)]))
    check_harmless(out.getvalue())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, as it is", "plain text, as it is"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\tb\r\n", "a␉b␍\n"),
        ("pay \u202ednuf\u202c", "pay ⟨U+202E⟩dnuf⟨U+202C⟩"),
        ("w\u200ba\u200dx", "w⟨U+200B⟩a⟨U+200D⟩x"),
        ("\x9b\x7f\x85", "⟨U+009B⟩␡⟨U+0085⟩"),
        ("🏃\u200d♂\ufe0f runs", "🏃\u200d♂\ufe0f runs"),
        ("[bold]not bold[/bold] :smile:", "[bold]not bold[/bold] :smile:"),
        ("هل يشمل هذا", "هل يشمل هذا"),
    ],
)
def test_it_looks_as_a_person_would_expect(text: str, shown: str) -> None:
    """Invisible things get a visible name; everything else is left alone."""
    assert safe(text) == shown

"""What a reader would type again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.plain import RETYPED_CHARS_MAX, retyped


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

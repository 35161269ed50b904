"""Bytes of strangers, as a page shows them."""

from hypothesis import given
from hypothesis import strategies as st

from console.web.bytes_shown import SHOWN_BYTES_MAX, shown


def test_bytes_stand_in_rows_beside_what_is_plain_in_them() -> None:
    """What is not plain is a dot, also what would end a line or turn it around."""
    found = shown(b'{"text": "<b>"}\n\x1b[2J\xff', 21)
    assert found.hex.splitlines() == [
        '00000000  7b 22 74 65 78 74 22 3a 20 22 3c 62 3e 22 7d 0a  {"text": "<b>"}.',
        "00000010  1b 5b 32 4a ff                                   .[2J.",
    ]
    assert found.text is None
    assert found.left_out == 0


@given(st.binary(max_size=3 * SHOWN_BYTES_MAX))
def test_never_more_than_so_many_are_shown(value: bytes) -> None:
    """And what is left out is counted."""
    found = shown(value, len(value))
    assert found.left_out == max(0, len(value) - SHOWN_BYTES_MAX)
    assert len(found.hex.split("\n")) <= SHOWN_BYTES_MAX // 16


@given(st.text(alphabet="aä漢🌍", min_size=SHOWN_BYTES_MAX))
def test_a_text_is_a_text_wherever_it_is_cut(text: str) -> None:
    """Half a letter at the end is left out."""
    found = shown(text.encode(), len(text.encode()))
    assert found.text is not None
    assert text.startswith(found.text)
    assert len(found.text.encode()) > SHOWN_BYTES_MAX - 4


def test_what_is_broken_within_is_no_text() -> None:
    """Although it is long."""
    assert shown(b"\xff" + b"a" * SHOWN_BYTES_MAX, SHOWN_BYTES_MAX + 1).text is None

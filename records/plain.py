"""Disguised letters made plain, character for character, so that places in the text stay what they are.

The rules look through disguises with it, and the index is searched through it: both must see the same.
"""

import unicodedata
from pathlib import Path

LOOKALIKES = Path(__file__).with_name("lookalikes.txt")
FILLER = "\x1f"
RETYPED_CHARS_MAX = 20_000
"""Characters of a text that are kept as retyped; what follows can be found as it was posted."""
_INVISIBLE = ("Mn", "Me", "Cf")
# Where letters in other styles and widths are kept: Latin to Cherokee, phonetic and Greek extensions, letter-like
# signs and enclosed letters, full-width forms, mathematical letters, enclosed letters once more, tags.
_RANGES = (
    (0x00A0, 0x1400), (0x1D00, 0x2800), (0x3000, 0x3400), (0xA640, 0xA7FF), (0xFE00, 0xFE10), (0xFEFF, 0xFFF0),
    (0x1D400, 0x1D800), (0x1F100, 0x1F200), (0xE0000, 0xE01F0),
)  # fmt: skip


def plain(text: str) -> str:
    """The text, as long as before: disguised letters are plain small ones, invisible characters are `FILLER`."""
    return text if text.isascii() else text.translate(_PLAIN)


def retyped(text: str) -> str:
    """What somebody who reads the text would type: plain small letters, and nothing that cannot be seen."""
    return plain(text[:RETYPED_CHARS_MAX]).replace(FILLER, "").lower()


def _table() -> dict[int, str]:
    # NFKD knows widths, styles and accents; the list knows the shapes.
    lines = LOOKALIKES.read_text("utf-8").splitlines()
    known = {line[0]: line[2] for line in lines if not line.startswith("#")}
    shown = {code: _shown(chr(code), known) for start, end in _RANGES for code in range(start, end)}
    return {code: letter for code, letter in shown.items() if letter != chr(code)}


def _shown(char: str, shapes: dict[str, str]) -> str:
    if unicodedata.category(char) in _INVISIBLE:
        return FILLER
    first = unicodedata.normalize("NFKD", char)[0]
    small = first.lower()[0]
    shown = shapes.get(char) or shapes.get(char.lower()[0]) or shapes.get(small, small)
    return shown if shown.isascii() and shown.isalnum() else char


_PLAIN = _table()

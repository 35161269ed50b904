"""Disguised letters made plain, character for character, so that places in the text stay what they are.

The rules look through disguises with it, and the index is searched through it: both must see the same. Case makes no
difference: a letter and its capital become the same plain one.
"""

import json
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
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
# The first word of their letters' names in Unicode. Of other scripts, single letters look like Latin ones by chance
# (Arabic alef, Hebrew vav, the zeros of India), and nobody reads a word of them as Latin.
_DRESSED = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "COPTIC", "CHEROKEE", "LISU", "CANADIAN", "DESERET", "OSAGE")


def plain(text: str) -> str:
    """The text, as long as before: disguised letters are plain small ones, invisible characters are `FILLER`."""
    return text if text.isascii() else text.translate(_PLAIN)


def retyped(text: str) -> str:
    """What somebody who reads the text would type: plain small letters, and nothing that cannot be seen."""
    return plain(text[:RETYPED_CHARS_MAX]).replace(FILLER, "").lower()


def _table() -> dict[int, str]:
    """For every character that is not shown as it is: what readers take it for."""
    shapes = dict(_confusables()) | dict(_own_list())
    listed = {ord(case[0]) for char in shapes for case in (char, char.lower(), char.upper())}
    codes = {code for start, end in _RANGES for code in range(start, end)} | listed
    shown = {code: _shown(chr(code), shapes) for code in codes}
    return {code: letter for code, letter in shown.items() if letter != chr(code)}


def _confusables() -> Iterator[tuple[str, str]]:
    """Unicode's list of confusable characters, as far as they are taken for one Latin letter."""
    known = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text("utf-8"))
    for char, alike in known.items():
        letters = {
            one["c"].lower() for one in alike if one["c"].isascii() and one["c"].isalpha() and len(one["c"]) == 1
        }
        if letters and not char.isascii() and unicodedata.name(char[0], "").split(" ")[0] in _DRESSED:
            yield char, min(letters)


def _own_list() -> Iterator[tuple[str, str]]:
    lines = LOOKALIKES.read_text("utf-8").splitlines()
    return ((line[0], line[2]) for line in lines if not line.startswith("#"))


def _shown(char: str, shapes: dict[str, str]) -> str:
    # NFKD knows widths, styles and accents; the lists know the shapes.
    if unicodedata.category(char) in _INVISIBLE:
        return FILLER
    small = unicodedata.normalize("NFKD", char)[0].lower()[0]
    if small.isascii():
        return small if small.isalnum() else char
    letter = char.lower()[0]
    alike = (shapes.get(one) for one in (letter, small, letter.upper(), small.upper()))
    return next((shown for shown in alike if shown), char)


_PLAIN = _table()

"""Spells a text out as its readers see it, before the model reads it: disguises undone, emoji named, places kept."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from records.plain import FILLER, plain

_Spelled = list[tuple[str, int]]
"""Characters, and where each of them stands in the text as it was posted."""

STRETCHED_MAX = 2
"""How often in a row a letter of a word is kept: sooooo is read as soo, but kkk, www and xxx as they are."""
EMOJI_MAX = 2
"""How often in a row the same emoji is named."""
READ_CHARS_MAX = 40_000
"""Characters of a text that are read, names of emoji included."""
LETTERS_MIN = 3
"""Letters that a word has beside the digits and signs that stand for others: sh1t, but neither B12 nor H2O."""

_ASCII_DISGUISE = re.compile(
    r"(?i:([a-z])\1\1)"  # stretched
    r"|(?<![a-zA-Z0-9])[a-zA-Z]([ ._*-])[a-zA-Z]\2[a-zA-Z](?![a-zA-Z0-9])"  # spaced out: three letters, or the last
    r"|[a-zA-Z][0134578@$!|]+[a-zA-Z]|[a-zA-Z]\$"  # digits and signs for letters
)
_SPACED = re.compile(r"(?<![a-zA-Z0-9])[a-zA-Z]([ ._*-])[a-zA-Z](?:\1[a-zA-Z])+(?![a-zA-Z0-9])")
_WORD = re.compile(r"[^\s,;?()\"]+")
_STANDS_FOR = str.maketrans("0134578@$!|", "oieastbasil")
_INSIDE = re.compile(
    r"(?<=[a-z])[0134578@$](?=[a-z])|(?<=[A-Z])[0134578@$](?=[A-Z])|(?<=\b[A-Z])[0134578@$](?=[a-z]{2})"
    r"|(?<=[a-zA-Z])\${1,2}|\b[b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z]{1,2}[!|](?=[a-zA-Z])"  # sh!t, but not no!yes
)
_AS_THEY_ARE = "\u2122\u2120\u00bd\u00bc\u00be\u2153\u2154\u215b"
"""Signs that are no disguise of the letter or digit they begin with: trade marks and fractions."""
_SIGNS = re.compile(f"[{_AS_THEY_ARE}]")
_DOLLARS = re.compile(r"(?<=[a-zA-Z])\$|(?<=[a-zA-Z]\$)\$")
_STRETCHED = re.compile(r"(?i)([a-z])\1{2,}")
_ADDRESS = re.compile(r"^@|[@:/][^@:/]*[./]")
_EMOJI = ((0x2600, 0x27C0), (0x1F300, 0x1FB00))
_HAS_EMOJI = re.compile("[" + "".join(f"{chr(start)}-{chr(end - 1)}" for start, end in _EMOJI) + "]")
_DRAWN = ("black", "white")
_SKIN = {0x1F3FB: "light", 0x1F3FC: "light", 0x1F3FD: "medium", 0x1F3FE: "dark", 0x1F3FF: "dark"}


@dataclass(frozen=True, slots=True)
class SpelledOut:
    """A text as it is read; `places` says of each of its characters where it stood, None where nothing was changed.

    `whole` is false where the text goes on behind what is read.
    """

    text: str
    places: tuple[int, ...] | None = None
    whole: bool = True

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the text as it was posted that these characters were read from."""
        if self.places is None or start >= end:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def spelled_out(text: str) -> SpelledOut:
    """Look-alike letters and l33t as letters, s p a c e d words joined, stretched ones cut, emoji by their names."""
    whole, text = len(text) <= READ_CHARS_MAX, text[:READ_CHARS_MAX]
    shown = _shown(text)
    if shown == text and not _ASCII_DISGUISE.search(text) and not _HAS_EMOJI.search(text):
        return SpelledOut(text, whole=whole)
    named = _named(zip(shown, range(len(text)), strict=True))
    spelled: _Spelled = list(islice(named, READ_CHARS_MAX))
    whole = whole and next(named, None) is None
    for step in (_joined, _lettered, _cut):
        spelled = list(step(spelled))
    read = "".join(char for char, _ in spelled)
    return SpelledOut(read, None if read == text else tuple(place for _, place in spelled), whole)


def _shown(text: str) -> str:
    shown = plain(text)
    if not _SIGNS.search(text):
        return shown
    return "".join(char if char in _AS_THEY_ARE else letter for char, letter in zip(text, shown, strict=True))


def _named(spelled: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Emoji by their names, each as a word of its own; what cannot be seen is left out."""
    before, times = "", 0
    for char, place in spelled:
        if char == FILLER:
            continue
        name = _emoji_name(char)
        times = times + 1 if char == before else 1
        before = char
        if name is None:
            yield char, place
        elif times <= EMOJI_MAX:
            yield from ((letter, place) for letter in f" {name} ")


def _emoji_name(char: str) -> str | None:
    code = ord(char)
    if code in _SKIN:
        return f"{_SKIN[code]} skin"
    if any(start <= code < end for start, end in _EMOJI):
        # In Unicode's names, black and white say how a sign is drawn: a red heart is a heavy black one.
        return " ".join(word for word in unicodedata.name(char, "").lower().split() if word not in _DRAWN) or None
    return None


def _joined(spelled: _Spelled) -> Iterator[tuple[str, int]]:
    """Single letters with the same sign between them as one word."""
    return _kept(spelled, _SPACED, lambda found: range(0, len(found[0]), 2))


def _cut(spelled: _Spelled) -> Iterator[tuple[str, int]]:
    """Letters that are repeated to stretch a word, at most `STRETCHED_MAX` times."""
    return _kept(spelled, _STRETCHED, lambda found: range(STRETCHED_MAX + _is_whole(found)))


def _is_whole(stretch: re.Match[str]) -> bool:
    around = (
        stretch.string[max(stretch.start() - 1, 0) : stretch.start()]
        + stretch.string[stretch.end() : stretch.end() + 1]
    )
    return not any(char.isalpha() for char in around)


def _kept(
    spelled: _Spelled, pattern: re.Pattern[str], places: Callable[[re.Match[str]], range]
) -> Iterator[tuple[str, int]]:
    """Of each stretch that the pattern finds, only the characters at those places in it."""
    at = 0
    for found in pattern.finditer("".join(char for char, _ in spelled)):
        yield from spelled[at : found.start()]
        yield from (spelled[found.start() + place] for place in places(found))
        at = found.end()
    yield from spelled[at:]


def _lettered(spelled: _Spelled) -> Iterator[tuple[str, int]]:
    """Digits and signs inside a word as the letters that they stand for."""
    read = list("".join(char for char, _ in spelled))
    for word in _WORD.finditer("".join(read)):
        if _is_a_word(word[0]):
            for inside in _INSIDE.finditer(word[0]):
                start = word.start() + inside.start()
                read[start : start + len(inside[0])] = inside[0].translate(_STANDS_FOR)
    return ((char, place) for char, (_, place) in zip(read, spelled, strict=True))


def _is_a_word(word: str) -> bool:
    letters = sum(char.isalpha() for char in word) + len(_DOLLARS.findall(word))
    return letters >= LETTERS_MIN and 2 * letters >= len(word) and not _ADDRESS.search(word)

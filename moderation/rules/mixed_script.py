"""Finds words that mix letters of two scripts which look alike, such as a Latin word with a Cyrillic letter in it."""

from collections.abc import Iterable
from itertools import groupby

from moderation.rules.context import Context
from moderation.rules.patterns import Pattern
from records.plain import plain
from records.posts import Post
from records.verdicts import Finding

LABELS = ("obfuscation",)
CANDIDATES_MAX = 200
WORD_CHARS_MAX = 200
LATIN_BESIDE_MIN = 4
TWO_RUNS = 2
_FOREIGN = r"\p{Cyrillic}\p{Greek}\p{Armenian}\p{Cherokee}\p{Coptic}\p{Lisu}\p{Canadian_Aboriginal}"
_ALL = rf"\p{{Latin}}{_FOREIGN}\p{{Mn}}"
_MIXED = Pattern(rf"[{_ALL}]*(?:\p{{Latin}}[{_FOREIGN}]|[{_FOREIGN}]\p{{Latin}})[{_ALL}]*")
_NATIVE_WORD = Pattern(rf"(?:^|[^{_ALL}])[{_FOREIGN}]{{3,}}(?:$|[^{_ALL}])")
# What Latin letters are taken for inside a word of another script.
_TAKEN_FOR_OTHERS = frozenset("aceikmnoptuvxybhrs" + "ABCEHIKMNOPTXYZ")
_SIGNS = frozenset("αβγδεκλμπσφχψωΓΔΘΛΞΠΣΦΨΩ")
_LATIN = Pattern(r"\p{Latin}")


def mixed_script(post: Post, context: Context) -> Iterable[Finding]:
    """Each such word; a Greek sign beside a name or a unit is science, and languages add endings to foreign names."""
    text = post.text or ""
    if text.isascii():
        return
    words = list(_MIXED.spans(text, most=CANDIDATES_MAX))
    native = bool(words) and _NATIVE_WORD.found(text)
    for start, end in words:
        if _is_disguise(text[start : min(end, start + WORD_CHARS_MAX)], native=native):
            yield context.finding("obfuscation", "mixed_script", (start, end), "letters of two scripts in one word")


def _is_disguise(word: str, *, native: bool) -> bool:
    """Whether it is no word of either script; `native`: whole words of the other script stand beside it."""
    runs = [(latin, "".join(letters)) for latin, letters in groupby(word, _is_latin)]
    latin = "".join(run for is_latin, run in runs if is_latin)
    foreign = "".join(run for is_latin, run in runs if not is_latin)
    if len(latin) >= len(foreign):
        alike = plain(foreign).isascii() and not (len(runs) == TWO_RUNS and _is_sign(latin, foreign))
    else:
        alike = set(latin) <= _TAKEN_FOR_OTHERS and not (len(runs) == TWO_RUNS and len(latin) == 1)
    return alike and not (len(runs) == TWO_RUNS and native)


def _is_sign(latin: str, foreign: str) -> bool:
    """Whether the one foreign letter at an edge is a sign of science, or stands beside too little to be a word."""
    greek = len(foreign) == 1 and "\u0370" <= foreign <= "\u03ff"
    return greek and (foreign in _SIGNS or len(latin) < LATIN_BESIDE_MIN or not latin.islower())


def _is_latin(char: str) -> bool:
    return char.isascii() or _LATIN.found(char)

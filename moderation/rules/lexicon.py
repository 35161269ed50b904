"""The words of a lexicon as patterns that see through disguises: l33t, spaced out, stretched, masked."""

from collections.abc import Iterable
from functools import lru_cache

from moderation.lists import Entries
from moderation.rules.patterns import Pattern
from records.plain import FILLER

LEXICONS_MAX = 4
_LOOKALIKES = {
    "a": "a4@*",
    "b": "b8",
    "c": "c(k*",
    "e": "e3*",
    "g": "g9",
    "h": "h#*",
    "i": "i1!|l*",
    "l": "l1|",
    "o": "o0*",
    "s": "s5$z",
    "t": "t7+",
    "u": "uv*@",
    "z": "z2",
}
_INSIDE = rf"[._\-'{FILLER}]?"
_SPACED = rf"[\s._\-*'~,/{FILLER}]{{1,3}}"
_ENDINGS = "(?:e?[sz]|ing|ed|y)?"


class Lexicon:
    """Words with the label of their findings; `words` finds any of them in a plain text, disguised or not."""

    def __init__(self, entries: Entries) -> None:
        self._labels = dict(entries)
        self._patterns = [(Pattern(f"^(?:{_disguised(word)}){_ENDINGS}$"), label) for word, label in entries]
        self.words = Pattern(rf"(?:^|[^a-z0-9])((?:{_any_of(self._labels)}){_ENDINGS})\b") if entries else None

    def label(self, written: str) -> str:
        """The label of a word as it stands in a plain text."""
        listed = self._labels.get(written.lower())
        return listed or next(label for pattern, label in self._patterns if pattern.found(written))


@lru_cache(LEXICONS_MAX)
def lexicon_of(entries: Entries) -> Lexicon:
    """The same lexicon for the same entries: its patterns are slow to make."""
    return Lexicon(entries)


def _letter(char: str, *, masked: bool) -> str:
    alike = _LOOKALIKES.get(char, char)
    shown = alike if masked else alike.replace("*", "")
    return "[" + "".join(f"\\{one}" if not one.isalnum() else one for one in dict.fromkeys(shown)) + "]+"


def _disguised(word: str) -> str:
    last = len(word) - 1
    letters = [_letter(char, masked=0 < place < last) for place, char in enumerate(word)]
    return f"{_INSIDE.join(letters)}|{_SPACED.join(letters)}"


def _any_of(words: Iterable[str]) -> str:
    return "|".join(_disguised(word) for word in words)

"""What strangers wrote, made safe for a terminal: nothing they write can move the cursor, hide, or turn text around."""

import sys
import unicodedata

from rich.console import Console
from rich.text import Text

WIDTH_WITHOUT_TERMINAL = 120

_PICTURES = 0x2400  # the control pictures of Unicode: ␀ for NUL, ␛ for ESC
_DELETE = 0x7F
_C0_END = 0x20
_JOINER = "\u200d"
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_HIDDEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_PICTOGRAPHS = frozenset({"So", "Sk", "Mn"})


def safe(text: str) -> str:
    """The text with every control, direction mark and invisible character shown, as ␛ or ⟨U+202E⟩; newlines stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(text, index) for index in range(len(text)))


def safe_line(text: str) -> str:
    """As `safe`, on one line."""
    return safe(text).replace("\n", "⏎")


def safe_marked(pieces: list[tuple[str, bool]]) -> Text:
    """Pieces of a text, made safe, of which some are to stand out."""
    shown = Text()
    for piece, marked in pieces:
        shown.append(safe(piece), style="bold yellow" if marked else "")
    return shown


def screen(*, to_stderr: bool = False) -> Console:
    """Where a command writes: no markup, no emoji codes and no guessing in what it is given."""
    stream = sys.stderr if to_stderr else sys.stdout
    width = None if stream.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False)


def _shown(text: str, index: int) -> str:
    char = text[index]
    if char == "\n" or not _is_hidden(char) or (char == _JOINER and _joins_pictographs(text, index)):
        return char
    code = ord(char)
    if code < _C0_END:
        return chr(_PICTURES + code)
    return "␡" if code == _DELETE else f"⟨U+{code:04X}⟩"


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in _HIDDEN_CATEGORIES or char in _HIDDEN_LETTERS


def _joins_pictographs(text: str, index: int) -> bool:
    """Whether this joiner only makes one emoji of two."""
    around = text[index - 1 : index] + text[index + 1 : index + 2]
    return len(around) == 2 and all(unicodedata.category(char) in _PICTOGRAPHS for char in around)  # noqa: PLR2004

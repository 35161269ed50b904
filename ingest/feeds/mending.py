"""Feeds that are not well-formed: what strays in them is painted over, or written as XML wants it."""

import codecs
import re
from html.entities import html5

_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_NO_CONTROLS = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))
_NO_CHARACTERS = dict.fromkeys([*_CONTROLS, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)], " ")
_NON_CHARACTER = re.compile(rb"\xef\xbf[\xbe\xbf]")
# All of these are bounded, so that each try costs a constant.
_AMPERSAND = re.compile(rb"&(?!(?:[A-Za-z][A-Za-z0-9]{0,31}|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_NUMBER = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
_ANY = re.compile(r"&(?:(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([A-Za-z][A-Za-z0-9]{0,31}));)?")
_XML = ("amp", "lt", "gt", "quot", "apos")
_LAST = 0x10FFFF


def _question_marks(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "?" * (error.end - error.start), error.end


codecs.register_error("lifeguard.question_marks", _question_marks)


def painted_over(body: bytes) -> bytes:
    """As long as before, with nothing in it at which XML in UTF-8 stumbles except for its tags: only to find places."""
    plain = body.translate(_NO_CONTROLS).decode("utf-8", "lifeguard.question_marks").encode("utf-8")
    plain = _NON_CHARACTER.sub(b"???", plain)
    plain = _NUMBER.sub(lambda found: found[0] if _allowed(_number(found)) else b"?" * len(found[0]), plain)
    return _AMPERSAND.sub(b"+", plain)


def mended(text: str) -> str:
    """The same text with references that XML knows, and with characters that it allows."""
    return _ANY.sub(_reference, text.translate(_NO_CHARACTERS))


def _reference(found: re.Match[str]) -> str:
    name = found[3]
    if found[1] or found[2]:
        return found[0] if _allowed(_number(found)) else "\ufffd"
    if name is None or name in _XML:
        return found[0] if name else "&amp;"
    return "".join(f"&#{ord(char)};" for char in html5.get(f"{name};", "")) or f"&amp;{name};"


def _number(found: re.Match[bytes] | re.Match[str]) -> int:
    return int(found[1], 16) if found[1] else int(found[2])


def _allowed(code: int) -> bool:
    return code <= _LAST and code not in _NO_CHARACTERS

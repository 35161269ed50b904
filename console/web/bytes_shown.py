"""Bytes of strangers as a person can look at them: in hex beside what is plain in them, and as a text; only so many."""

from dataclasses import dataclass

SHOWN_BYTES_MAX = 4_096
_ROW = 16
_PLAIN = range(0x20, 0x7F)


@dataclass(frozen=True, slots=True)
class Shown:
    """The beginning of some bytes; `left_out` says how many are not shown, `text` is None where they are no UTF-8."""

    hex: str
    text: str | None
    left_out: int


def shown(value: bytes, size_bytes: int) -> Shown:
    """The beginning of bytes that are `size_bytes` long in all."""
    begin = value[:SHOWN_BYTES_MAX]
    rows = [_row(begin[at : at + _ROW], at) for at in range(0, len(begin), _ROW)]
    return Shown("\n".join(rows), text_of(begin, cut=len(begin) < len(value)), size_bytes - len(begin))


def text_of(begin: bytes, *, cut: bool) -> str | None:
    """The same as a text, if it is one; a letter that the cut goes through is left out."""
    try:
        return begin.decode("utf-8")
    except UnicodeDecodeError as error:
        torn = cut and error.reason == "unexpected end of data"
        return begin[: error.start].decode("utf-8") if torn else None


def _row(part: bytes, at: int) -> str:
    plain = "".join(chr(byte) if byte in _PLAIN else "." for byte in part)
    return f"{at:08x}  {part.hex(' '):<47}  {plain}"

"""The elements of a JSON array as the exact bytes that they are, before anybody has read a word of them."""

import json
from collections.abc import Iterator

from records.errors import Malformed

_MARK = b"\xef\xbb\xbf"
_SPACE = " \t\r\n"
# Where an element ends does not hang on what its numbers mean.
_SCAN = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=len).raw_decode


def array_slices(body: bytes) -> tuple[bytes, ...]:
    """Each element of the array that `body` is; raises Malformed where it is no array, or was cut."""
    try:
        text = body.removeprefix(_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"is not UTF-8: byte {error.start} cannot be read") from None
    try:
        return tuple(text[begins:ends].encode("utf-8") for begins, ends in _spans(text))
    except json.JSONDecodeError as error:
        raise Malformed(f"is not JSON: {error.msg} at character {error.pos}") from None
    except RecursionError:
        raise Malformed("is nested too deeply") from None


def _spans(text: str) -> Iterator[tuple[int, int]]:
    at = _after_space(text, 0)
    if text[at : at + 1] != "[":
        raise Malformed("is not a JSON array")
    at = _after_space(text, at + 1)
    if text[at : at + 1] != "]":
        while True:
            _, ends = _SCAN(text, at)
            yield at, ends
            at = _after_space(text, ends)
            if text[at : at + 1] != ",":
                break
            at = _after_space(text, at + 1)
    if text[at : at + 1] != "]" or _after_space(text, at + 1) != len(text):
        raise Malformed(f"is not a whole JSON array: at character {at}")


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at

"""The elements of a JSON array, or the members of an object, as the exact bytes that they are, before they are read."""

import json
from collections.abc import Callable, Iterator

from records.errors import Malformed

Span = tuple[str, int, int]
"""Its name, if it has one, and where it begins and ends, in characters."""

_MARK = b"\xef\xbb\xbf"
_SPACE = " \t\r\n"
# Where an element ends does not hang on what its numbers mean.
_SCAN = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=len).raw_decode


def array_slices(body: bytes) -> tuple[bytes, ...]:
    """Each element of the array that `body` is; raises Malformed where it is no array, or was cut."""
    return tuple(content for _, content in _cut(body, _elements))


def member_slices(body: bytes) -> dict[str, bytes]:
    """Each member of the object that `body` is, by its name; raises Malformed where it is no object, or was cut."""
    return dict(_cut(body, _members))


def _cut(body: bytes, spans: Callable[[str], Iterator[Span]]) -> list[tuple[str, bytes]]:
    try:
        text = body.removeprefix(_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"is not UTF-8: byte {error.start} cannot be read") from None
    try:
        return [(name, text[begins:ends].encode("utf-8")) for name, begins, ends in spans(text)]
    except json.JSONDecodeError as error:
        raise Malformed(f"is not JSON: {error.msg} at character {error.pos}") from None
    except RecursionError:
        raise Malformed("is nested too deeply") from None


def _elements(text: str) -> Iterator[Span]:
    return _spans(text, "[]", lambda at: ("", at))


def _members(text: str) -> Iterator[Span]:
    def name_at(at: int) -> tuple[str, int]:
        name, ends = _SCAN(text, at)
        at = _after_space(text, ends)
        if not isinstance(name, str) or text[at : at + 1] != ":":
            raise Malformed(f"is not a JSON object: at character {at}")
        return name, _after_space(text, at + 1)

    return _spans(text, "{}", name_at)


def _spans(text: str, brackets: str, name_at: Callable[[int], tuple[str, int]]) -> Iterator[Span]:
    kind = "array" if brackets == "[]" else "object"
    at = _after_space(text, 0)
    if text[at : at + 1] != brackets[0]:
        raise Malformed(f"is not a JSON {kind}")
    at = _after_space(text, at + 1)
    if text[at : at + 1] != brackets[1]:
        while True:
            name, begins = name_at(at)
            _, ends = _SCAN(text, begins)
            yield name, begins, ends
            at = _after_space(text, ends)
            if text[at : at + 1] != ",":
                break
            at = _after_space(text, at + 1)
    if text[at : at + 1] != brackets[1] or _after_space(text, at + 1) != len(text):
        raise Malformed(f"is not a whole JSON {kind}: at character {at}")


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at

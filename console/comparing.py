"""Whether a document of an index says what the records say: which fields differ, by name and never their content."""

from array import array
from collections.abc import Iterator, Mapping
from typing import Any, cast

import orjson

DEEP = frozenset({"parts", "applied", "record"})
"""Fields that are named together with what differs in them."""
VECTOR = "embedding"


def differing(found: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """The fields in which a document differs from what it should be, such as `text` or `parts.judged`, in order.

    `found` is the `_source` of the index, with its vector; `expected` is what would be written, not encoded yet.
    """
    return sorted(_differing(_plain(found), _plain(expected)))


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON has it, so that a tuple is a list, and a record that is encoded already is what it says."""
    plain = cast("dict[str, Any]", orjson.loads(orjson.dumps(document)))
    vector = plain.pop(VECTOR, None)  # the index gives none back where none was written
    if vector is not None:
        plain[VECTOR] = _bytes_of(vector) if isinstance(vector, list) else vector
    return plain


def _bytes_of(vector: list[Any]) -> str | None:
    """The index gives numbers for bytes that were written in hexadecimal; other numbers are nothing that we wrote."""
    try:
        return array("b", vector).tobytes().hex()
    except (OverflowError, TypeError):
        return None


def _differing(found: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    for name in found.keys() | expected.keys():
        one, other = found.get(name), expected.get(name)
        if one == other and (name in found) == (name in expected):
            continue
        if name in DEEP and isinstance(one, dict) and isinstance(other, dict):
            yield from (f"{name}.{part}" for part in _differing(one, other))
        else:
            yield name

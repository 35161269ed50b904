"""Captures of an export: each once, named by its digest, and not more than fits."""

import base64
from hashlib import sha256
from typing import Any

from console.exporting.captures import Captures


def _fact(content: bytes) -> dict[str, Any]:
    return {"record": {"capture": {"content": base64.urlsafe_b64encode(content).decode()}}}


def test_each_capture_is_there_once_under_its_digest() -> None:
    """The same bytes of two posts, or of two deliveries, are one file; facts without bytes are none."""
    captures = Captures()
    found = list(captures.files([_fact(b"one"), {"record": {}}, _fact(b"one"), _fact(b"\xfb\xff")]))
    assert found == [(f"captures/{sha256(data).hexdigest()}", data) for data in (b"one", b"\xfb\xff")]
    assert list(captures.files([_fact(b"one")])) == []
    assert (len(captures), captures.left_out) == (2, 0)


def test_what_is_too_large_together_is_counted() -> None:
    """Smaller ones after it still fit."""
    captures = Captures(bytes_max=10)
    assert len(list(captures.files([_fact(b"12345678"), _fact(b"abcdefgh"), _fact(b"xy")]))) == 2
    assert captures.left_out == 1


def test_what_is_no_base64_is_no_capture() -> None:
    """A document that somebody wrote into the index by hand stops no export."""
    assert list(Captures().files([{"record": {"capture": {"content": "a"}}}])) == []

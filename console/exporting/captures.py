"""The captures of an export: the bytes of posts as they came, each once, as a file named by its own SHA-256."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

FOLDER = "captures"
TOTAL_BYTES_MAX = 4_000_000_000
"""Of all captures of one export; what is beyond it is counted, and stands in the ledger's entries all the same."""


class Captures:
    """Which captures are in the export already."""

    def __init__(self, bytes_max: int = TOTAL_BYTES_MAX) -> None:
        self._seen: set[bytes] = set()
        self._bytes_left = bytes_max
        self.left_out = 0

    def files(self, facts: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of each capture that is not in yet.

        A capture that was cut is named by the digest of what is there; its whole has the digest that its record says.
        """
        for content in filter(None, map(_content, facts)):
            digest = sha256(content)
            if digest.digest() in self._seen:
                continue
            if len(content) > self._bytes_left:
                self.left_out += 1
                continue
            self._seen.add(digest.digest())
            self._bytes_left -= len(content)
            yield f"{FOLDER}/{digest.hexdigest()}", content

    def __len__(self) -> int:
        return len(self._seen)


def _content(fact: Mapping[str, Any]) -> bytes | None:
    told = (fact.get("record") or {}).get("capture") or {}
    try:
        return base64.urlsafe_b64decode(told["content"]) if told.get("content") else None
    except (binascii.Error, ValueError):
        return None

"""What the ledger holds, small enough to keep: by it documents are found that no entry stands behind."""

import os
from array import array
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, Literal

import numpy as np

from records.ledger.opened import Opened, Why

Place = tuple[str, int, int]
"""Topic id, partition, offset."""
DIGEST_BYTES = 8
"""Tell millions apart; and nobody can look for an id with the digest of another: each process has its own secret."""
_SECRET = os.urandom(32)
_NOTHING = 0
_BY_KEY = b"key"
SEALED: frozenset[Why | None] = frozenset({"unopened", "altered"})
"""Whose records nobody can read."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Facts:
    """Which record stands where, and since when: sixteen bytes an entry.

    Of what cannot be opened only the post is known, by its key. What is absent is about no post, and is never seen.
    """

    def __init__(self) -> None:
        self._ids: dict[tuple[str, int], array[int]] = {}
        self._times: dict[tuple[str, int], array[int]] = {}

    def note(self, one: Opened) -> None:
        """An entry."""
        where, offset = (one.log.topic_id, one.log.partition), one.entry.offset
        ids, times = self._ids.setdefault(where, array("Q")), self._times.setdefault(where, array("Q"))
        if (short := offset + 1 - len(ids)) > 0:
            ids.frombytes(bytes(8 * short))
            times.frombytes(bytes(8 * short))
        times[offset] = one.entry.append_ms
        if one.received is not None:
            ids[offset] = _of(one.received.record.record_id)
        elif one.why in SEALED:
            ids[offset] = _of(key_of(one), _BY_KEY)

    def behind(self, record_id: str, fact: Mapping[str, Any]) -> Literal["stands", "stands not", "later"]:
        """Does the record stand where its document says? `later` for a place beyond all that have been seen."""
        place = place_of(fact)
        if place is None:
            return "stands not"
        ids = self._ids.get(place[:2])
        if ids is None or place[2] >= len(ids):
            return "later"
        known = (_of(record_id), _of(str(fact.get("post_id")), _BY_KEY))
        return "stands" if ids[place[2]] in known else "stands not"

    def recorded_at(self, place: Place) -> datetime:
        """The append time of an entry that stands there."""
        append_ms: int = self._times[place[:2]][place[2]]
        return _EPOCH + append_ms * _MILLISECOND


def key_of(one: Opened) -> str:
    """The post that an entry is about, as it says in plain."""
    return (one.entry.key or b"").decode("utf-8", "surrogateescape")


def place_of(fact: Mapping[str, Any]) -> Place | None:
    """Topic id, partition and offset that a document names; None where that is no place: it may hold anything."""
    topic_id, partition, offset = (fact.get(name) for name in ("topic_id", "partition", "offset"))
    if isinstance(topic_id, str) and isinstance(partition, int) and isinstance(offset, int) and offset >= 0:
        return topic_id, partition, offset
    return None


def applied_of(document: Mapping[str, Any]) -> dict[str, int]:
    """The highest offset of each log that a document of a post says was folded into it."""
    applied = document.get("applied")
    told = applied if isinstance(applied, dict) else {}
    return {log: offset for log, offset in told.items() if isinstance(offset, int)}


class Posted:
    """Which documents have entries: eight bytes each."""

    def __init__(self) -> None:
        self._digests = array("Q")

    def add(self, id_: str) -> None:
        """One of them."""
        self._digests.append(_of(id_))

    def lacking(self, ids: list[str]) -> list[str]:
        """Those of some that were never seen."""
        digests = np.fromiter(map(_of, ids), np.uint64, len(ids))
        known = np.isin(digests, np.frombuffer(self._digests, np.uint64))
        return [id_ for id_, seen in zip(ids, known.tolist(), strict=True) if not seen]


def _of(id_: str, of_what: bytes = b"id") -> int:
    digest = blake2b(
        id_.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES, key=_SECRET, person=of_what
    ).digest()
    return int.from_bytes(digest) or _NOTHING + 1

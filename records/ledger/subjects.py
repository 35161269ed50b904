"""Which slot a subject's digest has, for millions of them in twelve bytes each: a sorted array, and the newest beside.

The array holds the first eight bytes of each digest. Where they are equal the whole digest decides, read from the file.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

DIGEST_BYTES = 16
RECENT_MAX = 50_000
"""So many new subjects are looked up in a dictionary before they are merged into the array."""
Digest = Callable[[int], bytes]
"""The digest of a slot."""


class Digests:
    """Slots by digest; of several slots with one digest, the newest counts, and the others can be found too."""

    def __init__(self, digests: bytes, digest_of: Digest) -> None:
        self._digest_of = digest_of
        self._recent: dict[bytes, int] = {}
        self._replaced: list[tuple[bytes, int]] = []
        halves = _halves(digests)
        self._slots = np.argsort(halves, kind="stable").astype(np.uint32)
        self._sorted = halves[self._slots]

    def find(self, digests: Sequence[bytes]) -> list[int | None]:
        """The newest slot of each."""
        slots = [self._recent.get(digest) for digest in digests]
        if None in slots and len(self._sorted):
            wanted = _halves(b"".join(digests))
            first = np.searchsorted(self._sorted, wanted)
            there = self._sorted[np.minimum(first, len(self._sorted) - 1)] == wanted
            for n in np.flatnonzero(there).tolist():
                if slots[n] is None:
                    slots[n] = self._newest(digests[n], int(first[n]))
        return slots

    def find_all(self, digests: Sequence[bytes]) -> list[list[int]]:
        """Every slot of each, the oldest first."""
        wanted = _halves(b"".join(digests))
        first = np.searchsorted(self._sorted, wanted).tolist()
        after = np.searchsorted(self._sorted, wanted, "right").tolist()
        recent: dict[bytes, list[int]] = {}
        for digest, slot in (*self._replaced, *self._recent.items()):
            recent.setdefault(digest, []).append(slot)
        return [
            [*self._same(digest, begin, end), *sorted(recent.get(digest, ()))]
            for digest, begin, end in zip(digests, first, after, strict=True)
        ]

    def add(self, digests: Sequence[bytes], slots: Sequence[int]) -> None:
        """New slots of subjects."""
        if not self._recent.keys().isdisjoint(digests):
            self._replaced += [(digest, self._recent[digest]) for digest in digests if digest in self._recent]
        self._recent.update(zip(digests, slots, strict=True))

    def merge(self) -> None:
        """Takes what was added into the array, once it is much and `digest_of` knows all of it."""
        if len(self._recent) <= RECENT_MAX:
            return
        digests, new = zip(*self._replaced, *self._recent.items(), strict=True)
        added, slots = _halves(b"".join(digests)), np.array(new, dtype=np.uint32)
        order = np.argsort(added, kind="stable")
        places = np.searchsorted(self._sorted, added[order], "right")
        self._sorted = np.insert(self._sorted, places, added[order])
        self._slots = np.insert(self._slots, places, slots[order])
        self._recent.clear()
        self._replaced.clear()

    def _newest(self, digest: bytes, first: int) -> int | None:
        after = int(np.searchsorted(self._sorted, self._sorted[first], "right"))
        return max(self._same(digest, first, after), default=None)

    def _same(self, digest: bytes, first: int, after: int) -> list[int]:
        """Of slots whose digests begin alike those that have this one."""
        return [slot for slot in sorted(self._slots[first:after].tolist()) if self._digest_of(slot) == digest]


def newest_slot(digests: bytes, digest: bytes) -> int | None:
    """The newest slot of one subject among all digests, for whoever asks once."""
    for slot in np.flatnonzero(_halves(digests) == _halves(digest)[0])[::-1].tolist():
        if digests[slot * DIGEST_BYTES : (slot + 1) * DIGEST_BYTES] == digest:
            return int(slot)
    return None


def _halves(digests: bytes) -> np.ndarray[Any, np.dtype[np.uint64]]:
    return np.frombuffer(digests, dtype=">u8")[::2].astype(np.uint64)

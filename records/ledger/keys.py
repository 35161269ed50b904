"""The key store: a flat file of 32-byte slots, one a subject; erasing overwrites a slot where it lies, and syncs.

A database would keep remnants in its pages and journals. Beside `slots` lies `subjects`, 16 bytes of digest for each
slot, by which a subject finds its key again. A slot is durable before its digest, and both before an entry that needs
them; a slot without a digest, left by a crash between the two, belongs to nobody for ever. So does the slot of a key
that is never stored: there it is nothing but zeros, as if it had been erased at once.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from records.errors import Misconfigured
from records.ledger.files import (
    append_all,
    append_durably,
    make_folder,
    open_private,
    problem,
    read_at,
    refuse_unknown,
    sync,
    sync_folder,
)
from records.ledger.sealing import KEY_BYTES, subject_digest
from records.ledger.subjects import DIGEST_BYTES, Digests, newest_slot

CACHED_MAX = 20_000
NO_SLOT = 0xFFFFFFFF
"""What an absent entry has."""
FILES = frozenset({"slots", "subjects"})
_ERASED = bytes(KEY_BYTES)
_NOBODY = bytes(DIGEST_BYTES)
Sealing = tuple[int, bytes]
"""Slot and key of a subject."""


class Keys:
    """Keys by slot, read by whoever may; slots are counted from 0."""

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        self._folder = folder
        # Opened and measured in this order: a writer makes a slot before its subject.
        self._subjects = open_private(folder / "subjects", writable=writable)
        try:
            self._slots = open_private(folder / "slots", writable=writable)
        except BaseException:
            os.close(self._subjects)
            raise

    def __len__(self) -> int:
        return os.fstat(self._slots).st_size // KEY_BYTES

    def key(self, slot: int) -> bytes | None:
        """The key in a slot; None where it was erased, or there is no such slot."""
        key = os.pread(self._slots, KEY_BYTES, slot * KEY_BYTES)
        return None if key == _ERASED or len(key) != KEY_BYTES else key

    def find(self, digest: bytes) -> int | None:
        """The newest slot of a subject."""
        return newest_slot(self._all_digests(), digest)

    def close(self) -> None:
        """Gives the files back."""
        os.close(self._slots)
        os.close(self._subjects)

    def _all_digests(self) -> bytes:
        size = os.fstat(self._subjects).st_size
        return read_at(self._subjects, 0, size - size % DIGEST_BYTES)

    def _digest(self, slot: int) -> bytes:
        return os.pread(self._subjects, DIGEST_BYTES, slot * DIGEST_BYTES)


class GrowingKeys(Keys):
    """The same, written by one thread: `sealing` makes new keys, and they are durable after `sync`."""

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        refuse_unknown(folder, FILES, "the keys of the ledger")
        super().__init__(folder, writable=True)
        try:
            self._durable = self._consistent()
            self._digests = Digests(self._all_digests(), self._digest)
        except BaseException:
            self.close()
            raise
        self._unsynced: list[bytes] = []
        self._unsynced_digests: list[bytes] = []
        self._cached: dict[bytes, Sealing] = {}

    def __len__(self) -> int:
        return self._durable + len(self._unsynced)

    def sealing(self, subjects: Sequence[bytes]) -> list[Sealing]:
        """Slot and key of each subject; new ones where it has none, or an erased one."""
        cached = self._cached
        if len(cached) > CACHED_MAX:
            cached.clear()
        if missing := [subject for subject in dict.fromkeys(subjects) if subject not in cached]:
            cached.update(zip(missing, self._found_or_made(missing), strict=True))
        return [cached[subject] for subject in subjects]

    def find(self, digest: bytes) -> int | None:
        """The newest slot of a subject."""
        return self._digests.find([digest])[0]

    def key(self, slot: int) -> bytes | None:
        """The key in a slot, durable or not yet; None where it was erased, or there is no such slot."""
        ahead = slot - self._durable
        if ahead < 0:
            return super().key(slot)
        key = self._unsynced[ahead] if ahead < len(self._unsynced) else _ERASED
        return None if key == _ERASED else key

    def find_all(self, subjects: Sequence[bytes]) -> list[list[int]]:
        """Every slot that each subject ever had, the oldest first; erased or not."""
        return self._digests.find_all([subject_digest(subject) for subject in subjects])

    def lost(self, count: int) -> list[Sealing]:
        """So many slots with keys that are never stored: what they seal, nobody opens, and it can be proved."""
        first = len(self)
        self._unsynced += [_ERASED] * count
        self._unsynced_digests += [_NOBODY] * count
        return [(slot, os.urandom(KEY_BYTES)) for slot in range(first, first + count)]

    def sync(self) -> None:
        """Makes new keys durable, and then whose they are; raises Unavailable where the disk is full."""
        if not self._unsynced:
            return
        append_durably(self._slots, self._durable * KEY_BYTES, b"".join(self._unsynced))
        append_durably(self._subjects, self._durable * DIGEST_BYTES, b"".join(self._unsynced_digests))
        self._durable += len(self._unsynced)
        self._unsynced.clear()
        self._unsynced_digests.clear()
        self._digests.merge()

    def erase(self, *slots: int) -> None:
        """Overwrites keys where they lie, and returns when that is on disk; in the thread that also seals."""
        if unknown := [slot for slot in slots if not 0 <= slot < len(self)]:
            raise ValueError(f"there is no key {unknown[0]}: there are {len(self)}")
        self.sync()
        self._cached.clear()
        try:
            for slot in slots:
                os.pwrite(self._slots, _ERASED, slot * KEY_BYTES)
        except OSError as error:
            raise problem(error, self._folder / "slots") from error
        sync(self._slots)

    def _found_or_made(self, subjects: Sequence[bytes]) -> list[Sealing]:
        digests = [subject_digest(subject) for subject in subjects]
        slots = self._digests.find(digests)
        keys = [None if slot is None else self.key(slot) for slot in slots]
        made = self._made([digest for digest, key in zip(digests, keys, strict=True) if key is None])
        return [
            next(made) if slot is None or key is None else (slot, key) for slot, key in zip(slots, keys, strict=True)
        ]

    def _made(self, digests: Sequence[bytes]) -> Iterator[Sealing]:
        first, random = len(self), os.urandom(KEY_BYTES * len(digests))
        keys = [random[at : at + KEY_BYTES] for at in range(0, len(random), KEY_BYTES)]
        slots = range(first, first + len(digests))
        self._unsynced += keys
        self._unsynced_digests += digests
        self._digests.add(digests, slots)
        return zip(slots, keys, strict=True)

    def _consistent(self) -> int:
        """How many slots there are, all of them on disk, once what a crash left half written is given to nobody."""
        digests, half = divmod(os.fstat(self._subjects).st_size, DIGEST_BYTES)
        keys, rest = divmod(os.fstat(self._slots).st_size, KEY_BYTES)
        if digests > keys:
            raise Misconfigured(
                f"{self._folder / 'subjects'} names {digests} subjects and {self._folder / 'slots'} has {keys} keys: "
                "keys were lost; restore the newest backup of the keys"
            )
        if rest:
            os.ftruncate(self._slots, keys * KEY_BYTES)
        sync(self._slots)
        if half or digests < keys:
            os.ftruncate(self._subjects, digests * DIGEST_BYTES)
            append_all(self._subjects, digests * DIGEST_BYTES, _NOBODY * (keys - digests))
        sync(self._subjects)
        sync_folder(self._folder)
        return keys

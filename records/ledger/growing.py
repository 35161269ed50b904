"""One log that is written: entries are appended, flushed, and from time to time everything so far is signed.

What is durable when: a key before its entry, an entry when `flush` returns, hashes and index before the checkpoint that
speaks of them. A process killed at any instruction finds everything up to the newest checkpoint as it was; of what it
finds beyond it, it takes up the frames that are whole and cuts off the rest: Kafka still has those records.
"""

import os
import threading
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

import numpy as np
import structlog

from records.errors import Malformed, Misconfigured, Problem
from records.ledger import tree
from records.ledger.checkpoints import Checkpoint
from records.ledger.entries import BODY, NONE, RECORD, Entry, LogId, parse_body
from records.ledger.erased import CONTENT, is_stub
from records.ledger.files import append_all, replace, sync, sync_folder
from records.ledger.frames import Frame, frame
from records.ledger.keys import NO_SLOT, GrowingKeys, Sealing
from records.ledger.log import HASH_BYTES, INDEX, Log
from records.ledger.notes import Note, Signer
from records.ledger.opening import beyond, refuse_damage, refuse_unknown_files, signed_checkpoint
from records.ledger.sealing import keyless, places, seal, subject_of, unseal
from records.ledger.segments import GrowingSegments
from records.topics import BY_NAME

log = structlog.get_logger()
ROWS_HELD_MAX = 100_000
"""So many entries beyond the checkpoint are taken up before their hashes are written."""


class Kept(NamedTuple):
    """A record of Kafka as it is to be kept; `key` and `value` are None where Kafka has none."""

    offset: int
    append_ms: int
    key: bytes | None
    value: bytes | None


class Derived(NamedTuple):
    """Hashes and index of some entries, which follow from their frames."""

    hashes: bytes
    rows: bytes
    entries: int


class GrowingLog(Log):
    """The one writer of a log; `next` is the offset that it will keep next.

    One thread keeps; `flush` and `sign` may be called from others, and wait for one another. What it keeps of the
    content of `erased` posts (their ids; the set may grow), nobody can open: its key is stored nowhere.
    """

    segments: GrowingSegments

    def __init__(
        self,
        folder: Path,
        keys: GrowingKeys,
        signer: Signer,
        ledger_name: str,
        erased: AbstractSet[bytes] = frozenset(),
    ) -> None:
        refuse_unknown_files(folder)
        super().__init__(folder, writable=True)
        self.segments = GrowingSegments(folder)
        self._keys, self._signer = keys, signer
        self._erased = erased if self.id.topic in CONTENT else frozenset()
        self._places = places(self.id.topic_id, self.id.partition)
        self._frames: list[bytes] = []
        self._sizes: list[int] = []
        self._slots: list[int] = []
        self._new_hashes: list[bytes] = []
        self._derived: list[Derived] = []
        self._unsigned: list[Derived] = []
        self._one_at_a_time = threading.RLock()
        try:
            self._subject = subject_of(self.id.topic, b"", "", about_post=_about_post(self.id))
            self.origin = self.id.origin(ledger_name)
            self.signed = signed_checkpoint(self, self.origin, signer.public())
            refuse_damage(self, self.signed, len(keys))
            self._growing = tree.Growing.from_stored(self.signed.size, self.read_hashes)
            self._end = self.position(self.signed.size)
            self._indexed = self.signed.size
            self._recover()
        except BaseException:
            self.close()
            raise

    @property
    def next(self) -> int:
        """How many entries there are, flushed or not."""
        return self._growing.size

    @property
    def ended(self) -> str | None:
        """Why this log was closed for ever, if it was."""
        return self.signed.ended

    def keep(self, records: Sequence[Kept]) -> None:
        """Appends records whose offsets go on where the log ends, without writing anything yet."""
        self._refuse_others([record.offset for record in records])
        bodies, slots, sealed = [], [], []
        for (offset, append_ms, key, value), (slot, subject_key) in zip(records, self._sealing(records), strict=True):
            committed, ciphertext = seal(subject_key, self._places, offset, value or b"")
            value_size = NONE if value is None else len(value)
            if key is None:
                bodies.append(BODY.pack(RECORD, offset, append_ms, value_size, NONE) + committed)
            else:
                bodies.append(BODY.pack(RECORD, offset, append_ms, value_size, len(key)) + key + committed)
            slots.append(slot)
            sealed.append(ciphertext)
        self._append(bodies, slots, sealed)

    def keep_absent(self, entry: Entry) -> None:
        """Appends the entry of an offset that Kafka no longer has."""
        self._refuse_others([entry.offset])
        self._append([entry.body()], [NO_SLOT], [b""])

    def flush(self) -> None:
        """Makes everything that was appended durable; raises Unavailable, and may be called again."""
        with self._one_at_a_time:
            if self._frames:
                self._keys.sync()
                self.segments.append(b"".join(self._frames))
                self._frames.clear()
            self._write_derived()

    def sign(self, ended: str | None = None) -> bytes | None:
        """Signs what is flushed and not signed yet, or the end of the log; gives the note, which is on disk.

        Nothing is signed, and None comes back, while something is not flushed, or where there is nothing new.
        """
        with self._one_at_a_time:
            if self._frames or self.ended is not None or (self.signed.size == self.next and ended is None):
                return None
            self._write_derived()
            self._sync_derived()
            return self._sign(ended)

    def _sign(self, ended: str | None) -> bytes:
        extensions = () if ended is None else (f"ended {ended}",)
        made = Checkpoint(self.origin, self.next, self._growing.root(), extensions)
        text = made.text()
        note = Note(text, (self._signer.sign(self.origin, text),)).encode()
        replace(self.folder / "checkpoint", note)
        self.signed = made
        self._unsigned.clear()
        return note

    def keep_cosigned(self, note: bytes) -> None:
        """Puts the newest checkpoint that witnesses have cosigned in the place of the one before."""
        replace(self.folder / "cosigned", note)

    def close(self) -> None:
        """Gives the files back; what was not flushed is forgotten."""
        super().close()
        self.segments.close()

    def _refuse_others(self, offsets: Sequence[int]) -> None:
        if self.ended is not None:
            raise Misconfigured(f"the log {self.id.path} has ended: {self.ended}")
        for expected, offset in enumerate(offsets, self._growing.size):
            if offset != expected:
                raise ValueError(f"the log {self.id.path} goes on with {expected}, not {offset}")

    def _sealing(self, records: Sequence[Kept]) -> list[Sealing]:
        if not self._erased:
            return self._stored(records)
        lost = [self._is_lost(record) for record in records]
        stored = iter(self._stored([record for record, is_lost in zip(records, lost, strict=True) if not is_lost]))
        unstored = iter(self._keys.lost(sum(lost)))
        return [next(unstored if is_lost else stored) for is_lost in lost]

    def _is_lost(self, record: Kept) -> bool:
        return record.key in self._erased and not is_stub(self.id.topic, record.value)

    def _stored(self, records: Sequence[Kept]) -> list[Sealing]:
        prefix, at = self._subject, f"{self.id.topic_id}-{self.id.partition}-"
        return self._keys.sealing(
            [
                prefix + record.key if record.key is not None else keyless(self.id.topic, f"{at}{record.offset}")
                for record in records
            ]
        )

    def _append(self, bodies: Sequence[bytes], slots: Sequence[int], sealed: Sequence[bytes]) -> None:
        framed = list(map(frame, bodies, slots, sealed))
        self._frames += framed
        self._note(bodies, slots, map(len, framed))

    def _note(self, bodies: Sequence[bytes], slots: Sequence[int], sizes: Iterable[int]) -> None:
        """Takes entries into tree and index."""
        head, leaf_hash, grown = self.id.head, tree.leaf_hash, self._growing.append
        self._new_hashes += [grown(leaf_hash(head + body)) for body in bodies]
        self._slots += slots
        self._sizes += sizes

    def _write_derived(self) -> None:
        """Hashes and rows of what is in the segments, durable with the next checkpoint."""
        if self._sizes:
            rows = np.empty(len(self._sizes), INDEX)
            rows["end"], rows["slot"] = np.cumsum([self._end, *self._sizes])[1:], self._slots
            self._derived.append(Derived(b"".join(self._new_hashes), rows.tobytes(), len(rows)))
            self._end += sum(self._sizes)
            self._sizes.clear()
            self._slots.clear()
            self._new_hashes.clear()
        while self._derived:
            append_all(self._hashes, tree.stored_count(self._indexed) * HASH_BYTES, self._derived[0].hashes)
            append_all(self._index, self._indexed * INDEX.itemsize, self._derived[0].rows)
            self._indexed += self._derived[0].entries
            self._unsigned.append(self._derived.pop(0))

    def _sync_derived(self) -> None:
        """Makes them durable; where that fails, nothing of them since the checkpoint is believed to be on disk."""
        try:
            sync(self._hashes)
            sync(self._index)
        except Problem:
            self._truncate_derived()
            self._derived, self._unsigned = [*self._unsigned, *self._derived], []
            self._indexed = self.signed.size
            raise

    def _truncate_derived(self) -> None:
        os.ftruncate(self._hashes, tree.stored_count(self.signed.size) * HASH_BYTES)
        os.ftruncate(self._index, self.signed.size * INDEX.itemsize)

    def _recover(self) -> None:
        """Takes up the frames beyond the checkpoint, cuts off what a crash tore, and makes index and hashes again."""
        self._truncate_derived()
        for found in beyond(self.segments, self._end):
            if not self._goes_on(found):
                break
            self._note([found.body], [found.slot], [found.size_bytes])
            if len(self._sizes) >= ROWS_HELD_MAX:
                self._write_derived()
        self._write_derived()
        if self.segments.resume(self._end):
            log.warning("torn entries were cut off", log=self.id.path, entry=self.next)
        sync_folder(self.folder)
        if self.next > self.signed.size:
            log.info("entries beyond the checkpoint", log=self.id.path, entries=self.next - self.signed.size)

    def _goes_on(self, found: Frame) -> bool:
        """Is this the next entry, and does its key open it? If not, it is kept again, with the key of now."""
        try:
            entry = parse_body(found.body)
        except Malformed:
            return False
        if entry.offset != self.next:
            return False
        if entry.absent:
            return found.slot == NO_SLOT and not found.sealed
        if found.slot >= len(self._keys):
            return False
        key = self._keys.key(found.slot)
        return key is None or unseal(key, self.id, entry.offset, entry.commitment, found.sealed) is not None


def _about_post(log_id: LogId) -> bool:
    if log_id.topic not in BY_NAME:
        raise Misconfigured(f"this release knows no topic {log_id.topic}, and the ledger has {log_id.path}: upgrade")
    return BY_NAME[log_id.topic].about_post

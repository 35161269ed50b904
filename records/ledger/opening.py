"""Opening a log to write to it: what its checkpoint speaks of must be there and unaltered, else a sentence says what.

What stands beyond the checkpoint is never a reason to refuse: Kafka still has it, and it is kept again.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from records.errors import Malformed, Misconfigured
from records.ledger import tree
from records.ledger.checkpoints import Checkpoint, opened_checkpoint
from records.ledger.files import refuse_unknown
from records.ledger.frames import FRAME_BYTES_MAX, Frame, Torn, frames
from records.ledger.keys import NO_SLOT
from records.ledger.log import ROWS_MAX, Log, Rows
from records.ledger.segments import CHUNK_BYTES, NAME, Segments

FILES = frozenset({"log.json", "index", "hashes", "checkpoint", "cosigned", "history"})


class _Names:
    """The names that a log's folder may have."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in FILES or NAME.fullmatch(name) is not None)


def refuse_unknown_files(folder: Path) -> None:
    """Raises Misconfigured for a file in a log's folder that is none of a log."""
    refuse_unknown(folder, _Names(), "a log of the ledger")


def signed_checkpoint(log: Log, origin: str, public: bytes) -> Checkpoint:
    """The newest checkpoint, that of an empty log where there is none; raises Misconfigured."""
    path, beside = log.folder / "checkpoint", log.folder / "cosigned"
    note, cosigned = log.checkpoint(), log.cosigned()
    if note is None and cosigned is not None:
        raise Misconfigured(f"{path} is gone, and {beside} shows that there was one: restore this log from a backup")
    if note is None:
        return Checkpoint(origin, 0, tree.EMPTY_ROOT)
    found = _opened(path, note, origin, public)
    if cosigned is not None:
        _refuse_older(log, found, _opened(beside, cosigned, origin, public))
    return found


def refuse_damage(log: Log, signed: Checkpoint, keys: int) -> None:
    """Raises Misconfigured where a file is shorter than the checkpoint needs it, or the end of the log was altered."""
    if log.size < signed.size:
        raise Misconfigured(
            f"{log.folder / 'index'} knows {log.size} entries of {log.id.path} and its checkpoint was signed at "
            f"{signed.size}: entry {log.size} and those after it were lost; restore this log from a backup"
        )
    if log.hash_count < (needed := tree.stored_count(signed.size)):
        raise Misconfigured(
            f"{log.folder / 'hashes'} has {log.hash_count} hashes of {log.id.path}, and its {signed.size} signed "
            f"entries need {needed}: restore this log from a backup"
        )
    for start in range(0, signed.size, ROWS_MAX):
        stop = min(signed.size, start + ROWS_MAX)
        _refuse_rows(log, start, log.position(start), log.index(start, stop), keys)
    _refuse_length(log, signed)
    _refuse_root(log, signed)


def beyond(segments: Segments, position: int) -> Iterator[Frame]:
    """The frames from a position on that are whole, up to the first that is not."""
    stop, size = segments.whole(), CHUNK_BYTES
    while position < stop:
        data = segments.read(position, min(stop, position + size))
        taken = 0
        try:
            for frame in frames(data):
                yield frame
                taken += frame.size_bytes
        except Torn as torn:
            ends_beyond = len(data) < torn.ends_at <= min(FRAME_BYTES_MAX, stop - position)
            if not taken and not ends_beyond:
                return
            size = max(CHUNK_BYTES, torn.ends_at - taken)
        position += taken


def _opened(path: Path, note: bytes, origin: str, public: bytes) -> Checkpoint:
    try:
        found, _ = opened_checkpoint(note, public)
    except Malformed as reason:
        raise Misconfigured(f"{path} is not a checkpoint signed by this ledger's key: it {reason}") from None
    if found.origin != origin:
        raise Misconfigured(
            f"{path} is the checkpoint of the log {found.origin}, and this is {origin}: the name of a ledger is fixed "
            "for ever"
        )
    return found


def _refuse_older(log: Log, signed: Checkpoint, cosigned: Checkpoint) -> None:
    path, beside = log.folder / "checkpoint", log.folder / "cosigned"
    if cosigned.size > signed.size:
        raise Misconfigured(
            f"{path} was signed at {signed.size} entries of {log.id.path} and {beside} at {cosigned.size}: an older "
            f"checkpoint was put back, and entry {signed.size} and those after it are in doubt; restore this log from "
            "a backup"
        )
    if log.hash_count >= tree.stored_count(signed.size) and tree.root(cosigned.size, log.read_hashes) != cosigned.root:
        raise Misconfigured(
            f"{log.folder / 'hashes'} gives another root for the {cosigned.size} entries of {log.id.path} than "
            f"{beside}: hashes or checkpoint were altered; `lifeguard verify` names the entries"
        )


def _refuse_rows(log: Log, start: int, position: int, rows: Rows, keys: int) -> None:
    sizes = np.diff(rows["end"].astype(np.int64), prepend=np.int64(position))
    if (wrong := np.flatnonzero(sizes <= 0)).size:
        number = start + int(wrong[0])
        raise Misconfigured(log.damaged(number, log.position(number)))
    unknown = np.flatnonzero((rows["slot"] >= keys) & (rows["slot"] != NO_SLOT))
    if unknown.size:
        number = int(unknown[0])
        raise Misconfigured(
            f"entry {start + number} of {log.id.path} needs the key {rows['slot'][number]}, in {log.folder / 'index'}, "
            f"and there are {keys} keys: restore the newest backup of the keys"
        )


def _refuse_length(log: Log, signed: Checkpoint) -> None:
    end, whole = log.position(signed.size), log.segments.whole()
    if whole < end:
        missing = _first_beyond(log, signed.size, whole)
        raise Misconfigured(
            f"{log.segments.path_at(whole)} ends at byte {whole} of {log.id.path}, and its {signed.size} signed "
            f"entries need {end}: entry {missing} and those after it were lost, or {log.folder / 'index'} was altered; "
            "restore this log from a backup"
        )
    if whole > end and signed.ended is not None:
        raise Misconfigured(
            f"{log.segments.path_at(end)} goes on after entry {signed.size - 1} of {log.id.path}, which is its signed "
            "end: entries were added; restore this log from a backup"
        )


def _first_beyond(log: Log, size: int, position: int) -> int:
    known = 0
    for start in range(0, size, ROWS_MAX):
        known += int((log.index(start, min(size, start + ROWS_MAX))["end"] <= position).sum())
    return known


def _refuse_root(log: Log, signed: Checkpoint) -> None:
    """Compares what was signed with the hashes, and the last entry with both: all that follows is appended to it."""
    if tree.root(signed.size, log.read_hashes) != signed.root:
        raise Misconfigured(
            f"{log.folder / 'hashes'} gives another root for the {signed.size} entries of {log.id.path} than its "
            "checkpoint: hashes or checkpoint were altered; `lifeguard verify` names the entries"
        )
    last = signed.size - 1
    for frame in log.frames(max(0, last), signed.size):
        leaf = tree.leaf_hash(log.id.head + frame.body)
        proof = tree.inclusion_proof(last, signed.size, log.read_hashes)
        if not tree.verify_inclusion(leaf, last, signed.size, proof, signed.root):
            raise Misconfigured(
                f"entry {last} of {log.id.path}, in {log.segments.path_at(log.position(last))}, does not stand under "
                f"the root of its checkpoint: it or {log.folder / 'hashes'} was altered; `lifeguard verify` names which"
            )

"""What the keeper shows of its ledger: up to the newest signed checkpoint of each log, read beside the one who writes.

Every request opens the log's files anew and closes them: nothing is shared with the writer, and nothing goes stale.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from records.errors import Misconfigured
from records.ledger.checkpoints import Checkpoint, parse_checkpoint
from records.ledger.log import Log
from records.ledger.notes import parse_note
from records.ledger.tiles import LEAF_BYTES_MAX, TILE_HASHES, Tile, bundle, tile_hashes

SLOTS_MAX = 65_536
NAMES = {"checkpoint", "cosigned", "history"}
_PATH = re.compile(r"[a-z-]{1,40}-[0-9]{1,6}-[A-Za-z0-9_-]{22}")


class NotThere(Exception):
    """There is no such log, or not so much of it; the message says it to whoever asked."""


class Served:
    """The logs in a folder, by their paths."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def opened(self, path: str) -> Iterator[tuple[Log, Checkpoint]]:
        """A log with its newest signed checkpoint; raises NotThere."""
        folder = self.folder / "logs" / path
        if not _PATH.fullmatch(path) or not (folder / "checkpoint").exists():
            raise NotThere(f"there is no log {path[:80]!r} with a checkpoint; /logs lists them")
        log = Log(folder)
        try:
            yield log, _checkpoint(log.checkpoint() or b"")
        finally:
            log.close()

    def logs(self) -> list[dict[str, Any]]:
        """Every log with a checkpoint."""
        folders = sorted(path.parent.name for path in (self.folder / "logs").glob("*/checkpoint"))
        return [self._told(path) for path in folders]

    def file(self, path: str, name: str) -> bytes:
        """`checkpoint` (with its cosignatures, if it has them), `cosigned` or `history`; raises NotThere."""
        with self.opened(path) as (log, signed):
            if name != "checkpoint":
                return _content(log.folder / name)
            note, cosigned = log.checkpoint() or b"", log.cosigned() or b""
            return cosigned if cosigned.startswith(signed.text().encode() + b"\n") else note

    def tile(self, path: str, tile: Tile) -> bytes:
        """Hashes, or entries in a bundle; raises NotThere, and Misconfigured where a frame is damaged."""
        with self.opened(path) as (log, signed):
            if not tile.is_in(signed.size):
                raise NotThere(f"this log has {signed.size} signed entries, and such a tile needs more")
            if tile.level is not None:
                return b"".join(log.read_hashes(tile_hashes(tile.level, tile.number, tile.width)))
            return bundle(_leaves(log, tile.number * TILE_HASHES, tile.width))

    def slots(self, path: str, start: int, count: int) -> bytes:
        """Which subject entries are about, four bytes each, little-endian; raises NotThere."""
        with self.opened(path) as (log, signed):
            if start + count > signed.size:
                raise NotThere(f"this log has {signed.size} signed entries")
            return log.index(start, start + count)["slot"].astype("<u4").tobytes()

    def _told(self, path: str) -> dict[str, Any]:
        with self.opened(path) as (log, signed):
            cosigned = log.cosigned()
            return {
                "cluster": log.id.cluster,
                "topic": log.id.topic,
                "topic_id": log.id.topic_id,
                "partition": log.id.partition,
                "entries": log.size,
                "size": signed.size,
                "cosigned": None if cosigned is None else _checkpoint(cosigned).size,
                "ended": signed.ended,
                "origin": signed.origin,
                "path": path,
            }


def _leaves(log: Log, start: int, count: int) -> Iterator[bytes]:
    """Raises Misconfigured at a leaf that no bundle may hold: its record is kept whole, but its key is enormous."""
    for number, frame in enumerate(log.frames(start, start + count), start):
        leaf = log.id.head + frame.body
        if len(leaf) > LEAF_BYTES_MAX:
            raise Misconfigured(
                f"entry {number} of {log.id.path} is kept, but its leaf has {len(leaf):,} bytes, and a bundle of "
                f"entries takes {LEAF_BYTES_MAX:,}: find out who gave a record such a key; beside the ledger's folder "
                "`lifeguard verify --ledger FOLDER` reads it"
            )
        yield leaf


def _checkpoint(note: bytes) -> Checkpoint:
    return parse_checkpoint(parse_note(note).text)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotThere(f"this log has no {path.name} yet") from None

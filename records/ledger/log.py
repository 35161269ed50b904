"""One log on disk, as anybody may read it: frames by number, hashes by place, the newest checkpoint.

`index` has twelve bytes an entry: where its frame ends, and the slot of its subject's key. `index` and `hashes` follow
from the frames; they are believed up to the newest checkpoint, whose root is compared, and made again beyond it.
"""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from records.errors import Misconfigured
from records.ledger.entries import OFFSET, LogId
from records.ledger.files import open_private, problem, read_at
from records.ledger.frames import FRAME_BYTES_MAX, Frame, Torn, frames
from records.ledger.segments import CHUNK_BYTES, Segments

HASH_BYTES = 32
INDEX = np.dtype([("end", "<u8"), ("slot", "<u4")])
ROWS_MAX = 65_536
"""So many rows of the index are held at once."""
Rows = np.ndarray[Any, Any]


class Log:
    """A log that is read; entries are counted from 0. What is beyond the newest checkpoint may change or go away."""

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        self.folder = folder
        self.id = log_id(folder)
        self.segments = Segments(folder)
        self._index = open_private(folder / "index", writable=writable)
        try:
            self._hashes = open_private(folder / "hashes", writable=writable)
        except BaseException:
            os.close(self._index)
            raise

    @property
    def size(self) -> int:
        """How many entries the index knows; those beyond the newest checkpoint are nobody's business."""
        return os.fstat(self._index).st_size // INDEX.itemsize

    @property
    def hash_count(self) -> int:
        """How many hashes are stored."""
        return os.fstat(self._hashes).st_size // HASH_BYTES

    def checkpoint(self) -> bytes | None:
        """The newest signed checkpoint, as a note."""
        return content(self.folder / "checkpoint")

    def cosigned(self) -> bytes | None:
        """The newest one that witnesses have cosigned."""
        return content(self.folder / "cosigned")

    def read_hashes(self, places: Sequence[int]) -> list[bytes]:
        """The hashes at some places of the stored order; raises Misconfigured where the file ends before."""
        found = [os.pread(self._hashes, HASH_BYTES, place * HASH_BYTES) for place in places]
        if any(len(one) < HASH_BYTES for one in found):
            raise Misconfigured(
                f"{self.folder / 'hashes'} has {self.hash_count} hashes, and number {max(places)} of {self.id.path} "
                "was asked for: restore this log from a backup"
            )
        return found

    def index(self, start: int, stop: int) -> Rows:
        """The index of some entries, `end` and `slot` of each; raises Misconfigured where the file ends before."""
        data = read_at(self._index, start * INDEX.itemsize, (stop - start) * INDEX.itemsize)
        if len(data) < (stop - start) * INDEX.itemsize:
            raise Misconfigured(
                f"{self.folder / 'index'} knows {self.size} entries of {self.id.path}, and entry {stop - 1} was asked "
                "for: restore this log from a backup"
            )
        return np.frombuffer(data, dtype=INDEX)

    def position(self, number: int) -> int:
        """Where the frame of an entry begins."""
        return int(self.index(number - 1, number)["end"][0]) if number else 0

    def frames(self, start: int, stop: int) -> Iterator[Frame]:
        """The frames of some entries; raises Misconfigured at the first that was damaged, with its file and number."""
        number = start
        for first, rows in self._chunks(start, stop):
            for frame in self._chunk(number, first, rows):
                yield frame
                number += 1

    def damaged(self, number: int, position: int) -> str:
        """The sentence for an entry whose frame is not what was written."""
        return (
            f"entry {number} of {self.id.path} is damaged, in {self.segments.path_at(position)} or in its row of "
            f"{self.folder / 'index'}: its bytes are not those that were written; run `lifeguard verify`, and restore "
            "this log from a backup"
        )

    def close(self) -> None:
        """Gives the files back."""
        os.close(self._index)
        os.close(self._hashes)

    def _chunk(self, number: int, first: int, rows: Rows) -> Iterator[Frame]:
        """The frames of some entries that lie together: each whole, and as the index and its own offset say."""
        at, ends, slots = first, rows["end"].tolist(), rows["slot"].tolist()
        # What the index says of a frame is believed for finding it, and then compared with what the frame says.
        size = ends[-1] - first
        found = frames(self.segments.read(first, ends[-1]) if 0 < size <= max(CHUNK_BYTES, FRAME_BYTES_MAX) else b"")
        for end, slot in zip(ends, slots, strict=True):
            try:
                frame = next(found, None)
            except Torn:
                frame = None
            if frame is None or at + frame.size_bytes != end or frame.slot != slot or _offset(frame) != number:
                raise Misconfigured(self.damaged(number, at))
            yield frame
            at, number = end, number + 1

    def _chunks(self, start: int, stop: int) -> Iterator[tuple[int, Rows]]:
        """Rows whose frames have about a chunk of bytes together, and where the first of those begins."""
        first = self.position(start)
        for begin in range(start, stop, ROWS_MAX):
            rows = self.index(begin, min(stop, begin + ROWS_MAX))
            while len(rows):
                upto = max(1, int(np.searchsorted(rows["end"], np.uint64(first + CHUNK_BYTES), "right")))
                yield first, rows[:upto]
                first, rows = int(rows["end"][upto - 1]), rows[upto:]


def said_of(log: LogId) -> bytes:
    """The content of `log.json`."""
    said = {"cluster": log.cluster, "topic": log.topic, "topic_id": log.topic_id, "partition": log.partition}
    return json.dumps(said).encode()


def log_id(folder: Path) -> LogId:
    """Which log a folder is; raises Misconfigured."""
    path = folder / "log.json"
    try:
        data = path.read_bytes()
        said = json.loads(data)
        found = LogId(said["cluster"], said["topic"], said["topic_id"], said["partition"])
        whole = data == said_of(found)
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise Misconfigured(f"{path} does not say which log this is: restore this log from a backup")
    if found.path != folder.name:
        raise Misconfigured(f"{path} says that this is the log {found.path}: a folder was renamed or replaced")
    return found


def _offset(frame: Frame) -> int:
    return int.from_bytes(frame.body[OFFSET]) if len(frame.body) >= OFFSET.stop else -1


def content(path: Path) -> bytes | None:
    """What is in a small file that is replaced whole; None where there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise problem(error, path) from error

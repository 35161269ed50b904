"""Lines of a file of any size in bounded memory, and the marks by which the place in a file is found again."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import structlog

from ingest.capture import Whole
from records.errors import Misconfigured

LINE_BYTES_MAX = 2_000_000
CHUNK_BYTES = 256 * 1024
BEGINNING_BYTES_MAX = 64 * 1024


@dataclass(frozen=True)
class Line:
    """One line without its end; of one that is too long only the beginning, with size and digest of the `whole`."""

    number: int
    content: bytes
    ends_at: int
    whole: Whole | None = None


def opened(path: Path) -> BinaryIO:
    """A file to read from; raises Misconfigured with what is wrong with it."""
    try:
        return path.open("rb")
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}") from None


def lines(file: BinaryIO, offset: int = 0, number: int = 0) -> Iterator[Line]:
    """The lines of `file` from where it stands, which is `offset` bytes and `number` lines after its beginning."""
    while content := file.readline(LINE_BYTES_MAX + 1):
        number += 1
        if len(content) <= LINE_BYTES_MAX or content.endswith(b"\n"):
            offset += len(content)
            yield Line(number, content.rstrip(b"\r\n"), offset)
        else:
            whole = _rest(file, content)
            offset += whole.size_bytes
            yield Line(number, content, offset, whole)


def _rest(file: BinaryIO, beginning: bytes) -> Whole:
    digest, size = hashlib.sha256(beginning), len(beginning)
    while chunk := file.readline(CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
        if chunk.endswith(b"\n"):
            break
    return Whole(digest.hexdigest(), size)


def whole_of(file: BinaryIO) -> Whole:
    """Digest and size of a file as it is now; it stands at its beginning again afterwards."""
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return Whole(digest.hexdigest(), size)


def beginning_of(file: BinaryIO, size_max: int = BEGINNING_BYTES_MAX) -> dict[str, Any]:
    """By what a file is known again: the digest of its first bytes; the place in the file does not change."""
    at = file.tell()
    file.seek(0)
    content = file.read(size_max)
    file.seek(at)
    return {"begins_with_bytes": len(content), "begins_with_sha256": hashlib.sha256(content).hexdigest()}


def place(file: BinaryIO, cursor: dict[str, Any] | None) -> tuple[int, int]:
    """Offset and line number to go on from; the beginning, if this is not the file that the cursor was written for."""
    if cursor is None:
        return 0, 0
    size = cursor["begins_with_bytes"]
    same = beginning_of(file, size)["begins_with_sha256"] == cursor["begins_with_sha256"]
    if same and file.seek(0, 2) >= cursor["offset"]:
        return cursor["offset"], cursor["line"]
    structlog.get_logger().warning("another file than last time under the same name: reading it from its beginning")
    return 0, 0

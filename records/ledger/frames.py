"""How entries lie on disk: one frame each, with a checksum, so that what a crash tore is told from what was altered.

A frame is sixteen bytes (CRC-32 of all that follows, size of the body, slot of the subject's key, size of the sealed
value; big-endian), the body of the entry, and the sealed value.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

HEAD = struct.Struct(">IIII")
AFTER_CRC = struct.Struct(">III")
FRAME_BYTES_MAX = 64_000_000
"""What claims to be larger is no frame; the largest record of a topic is far smaller."""
_CRC = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Frame:
    """One entry as it lies on disk; `sealed` is empty for what is absent."""

    body: bytes
    slot: int
    sealed: bytes

    @property
    def size_bytes(self) -> int:
        """On disk."""
        return HEAD.size + len(self.body) + len(self.sealed)


class Torn(ValueError):
    """A frame that does not end, or has another checksum than its bytes; `ends_at` is where it says that it ends."""

    def __init__(self, at: int, ends_at: int) -> None:
        super().__init__(f"the frame at byte {at} is not whole")
        self.at, self.ends_at = at, ends_at


def frame(body: bytes, slot: int, sealed: bytes) -> bytes:
    """The bytes of a frame."""
    plain = AFTER_CRC.pack(len(body), slot, len(sealed)) + body
    return _CRC.pack(crc32(sealed, crc32(plain))) + plain + sealed


def frames(data: bytes) -> Iterator[Frame]:
    """Every frame of some bytes that begin with one; raises Torn at the first that is not whole."""
    at, end = 0, len(data)
    view = memoryview(data)
    while at < end:
        if at + HEAD.size > end:
            raise Torn(at, at + HEAD.size)
        crc, body_size, slot, sealed_size = HEAD.unpack_from(data, at)
        body_at = at + HEAD.size
        sealed_at = body_at + body_size
        ends_at = sealed_at + sealed_size
        if ends_at > end or crc32(view[at + 4 : ends_at]) != crc:
            raise Torn(at, ends_at)
        yield Frame(data[body_at:sealed_at], slot, data[sealed_at:ends_at])
        at = ends_at

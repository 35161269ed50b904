"""Captures: the exact bytes that are a post, with the digest of the whole that they were cut from."""

from dataclasses import dataclass
from typing import Self

from records.digests import sha256_hex
from records.posts import CAPTURE_BYTES_MAX, Capture, Http


@dataclass(frozen=True)
class Whole:
    """The response, request or file that a slice lay in; it is not kept."""

    sha256: str
    size_bytes: int

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Its digest and size."""
        return cls(sha256_hex(content), len(content))


def capture_of(
    content: bytes, whole: Whole | None = None, *, media_type: str | None = None, http: Http | None = None
) -> Capture:
    """The capture of a slice, cut and marked above `CAPTURE_BYTES_MAX`; without `whole` the slice is the whole."""
    if whole is None:
        own = whole = Whole.of(content)
    else:  # a slice as long as the whole is the whole
        own = whole if whole.size_bytes == len(content) else Whole.of(content)
    return Capture(
        content=content[:CAPTURE_BYTES_MAX],
        sha256=own.sha256,
        size_bytes=own.size_bytes,
        cut=own.size_bytes > CAPTURE_BYTES_MAX,
        whole_sha256=whole.sha256,
        whole_size_bytes=whole.size_bytes,
        media_type=media_type,
        http=http,
    )

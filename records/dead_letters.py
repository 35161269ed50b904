"""The topic `dead-letters`: bytes that were not the record they claimed to be."""

from typing import Annotated

from pydantic import Field

from records.base import Count, Id, Instant, Line, Record, Sha256
from records.digests import sha256_hex

DEAD_LETTER_BYTES_MAX = 900_000


class DeadLetter(Record):
    """The bytes, where they stood, and why they could not be read.

    `origin` is a topic, or `source:NAME` for what a source could not read; `offset` is Kafka's, or a line number.
    `value` is cut at `DEAD_LETTER_BYTES_MAX`; `sha256` and `size_bytes` describe the whole.
    """

    origin: Id
    partition: Count
    offset: Count
    message_key: bytes | None = None
    value: Annotated[bytes, Field(max_length=DEAD_LETTER_BYTES_MAX)]
    sha256: Sha256
    size_bytes: Count
    cut: bool = False
    reason: Line
    found_by: Line
    found_at: Instant

    def identity(self) -> tuple[str | int | bool | None, ...]:
        """Where it stood, and what it was."""
        return (self.origin, self.partition, self.offset, self.sha256)

    def key(self) -> str:
        """`origin-partition-offset`."""
        return f"{self.origin}-{self.partition}-{self.offset}"


def contents_of(value: bytes) -> dict[str, object]:
    """The fields of a dead letter that follow from its bytes."""
    return {
        "value": value[:DEAD_LETTER_BYTES_MAX],
        "sha256": sha256_hex(value),
        "size_bytes": len(value),
        "cut": len(value) > DEAD_LETTER_BYTES_MAX,
    }

"""An entry of a log: its plain header, the commitment to its content, and the bytes that the leaf hashes.

The leaf of an entry is `lifeguard entry v1`, cluster, topic, topic id and partition, each ended by a line feed, and
then its body. That is kind (one byte: 0 a record, 1 absent), offset and append time in milliseconds (eight bytes each),
size of the value (eight) and of the key (four), each -1 where Kafka has none, all of it big-endian; the key; and 32
bytes of commitment. Kafka's own names stand in it, so that no entry can be moved to another log.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from records.errors import Malformed

RECORD, ABSENT = 0, 1
COMMITMENT_BYTES = 32
NO_COMMITMENT = bytes(COMMITMENT_BYTES)
NONE = -1
BODY = struct.Struct(">BQQqi")
OFFSET = slice(1, 9)
"""Where a body has the offset."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LogId:
    """Which log: Kafka's id of the cluster, our name of the topic, Kafka's id of the topic, and the partition."""

    cluster: str
    topic: str
    topic_id: str
    partition: int

    @cached_property
    def head(self) -> bytes:
        """The first bytes of every leaf of this log."""
        return f"lifeguard entry v1\n{self.cluster}\n{self.topic}\n{self.topic_id}\n{self.partition}\n".encode()

    @property
    def path(self) -> str:
        """Its folder, and its part of an address."""
        return f"{self.topic}-{self.partition}-{self.topic_id}"

    def origin(self, ledger_name: str) -> str:
        """The origin line of its checkpoints."""
        return f"{ledger_name}/{self.cluster}/{self.topic_id}/{self.partition}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as everybody may see it; `key` and `value_size` are None where Kafka has none."""

    kind: int
    offset: int
    append_ms: int
    value_size: int | None
    key: bytes | None
    commitment: bytes

    @property
    def recorded_at(self) -> datetime:
        """Kafka's append time; of an absent entry, when its absence was accepted."""
        return _EPOCH + timedelta(milliseconds=self.append_ms)

    @property
    def absent(self) -> bool:
        """Is this an offset that Kafka no longer had, accepted by a person? Its key is then the acceptance's id."""
        return self.kind == ABSENT

    def body(self) -> bytes:
        """What follows the head in the leaf."""
        value_size = NONE if self.value_size is None else self.value_size
        key_size = NONE if self.key is None else len(self.key)
        head = BODY.pack(self.kind, self.offset, self.append_ms, value_size, key_size)
        return head + (self.key or b"") + self.commitment


def parse_body(body: bytes) -> Entry:
    """An entry from its body; raises Malformed."""
    if len(body) < BODY.size + COMMITMENT_BYTES:
        raise Malformed("the body of an entry is too short")
    kind, offset, append_ms, value_size, key_size = BODY.unpack_from(body)
    if len(body) != BODY.size + max(0, key_size) + COMMITMENT_BYTES or key_size < NONE or value_size < NONE:
        raise Malformed("the sizes in an entry contradict its length")
    if kind not in (RECORD, ABSENT):
        raise Malformed(f"an entry has the kind {kind}, which this release does not know")
    key = None if key_size == NONE else body[BODY.size : -COMMITMENT_BYTES]
    return Entry(kind, offset, append_ms, None if value_size == NONE else value_size, key, body[-COMMITMENT_BYTES:])


def parse_leaf(log: LogId, leaf: bytes) -> Entry:
    """An entry from its leaf, which must be of this log; raises Malformed."""
    if not leaf.startswith(log.head):
        raise Malformed("the leaf is of another log")
    return parse_body(leaf[len(log.head) :])


def absent(offset: int, acceptance_id: str, accepted_ms: int) -> Entry:
    """The entry for an offset that Kafka no longer has."""
    return Entry(ABSENT, offset, accepted_ms, None, acceptance_id.encode(), NO_COMMITMENT)

"""Gaps that people accepted, read from `registry` with a consumer of its own: that topic may have the gap itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.keeper.partition import Partition
from ingest.registry import Registry
from records.ledger.entries import absent, parse_body
from records.ledger.growing import GrowingLog
from records.registry import GapAcceptance
from records.settings import Settings

ABSENT_AT_ONCE = 10_000


@dataclass(frozen=True)
class Accepted:
    """An acceptance, and when Kafka had it."""

    said: GapAcceptance
    accepted_ms: int


class Acceptances:
    """Every acceptance that Kafka has; it connects only while somebody asks."""

    def __init__(self, settings: Settings) -> None:
        self._registry = Registry(settings)

    def look(self) -> list[Accepted]:
        """All that have come so far; raises Unavailable."""
        return [
            Accepted(one.said, one.recorded_ms) for one in self._registry.look() if isinstance(one.said, GapAcceptance)
        ]

    def close(self) -> None:
        """Gives the connection back, and forgets what was read."""
        self._registry.close()


def accepts(accepted: Accepted, partition: Partition) -> bool:
    """Whether this acceptance is of exactly this gap, or of one that a crash left half filled."""
    gap, said = partition.gap, accepted.said
    if gap is None or said.registry_id != partition.log.origin or said.until_offset != gap.until_offset:
        return False
    return said.from_offset == gap.from_offset or (
        said.from_offset < gap.from_offset and _filled_by(partition.log, gap.from_offset - 1, said.record_id)
    )


def fill(log: GrowingLog, accepted: Accepted) -> Iterator[None]:
    """Appends an absent entry for every offset that is missing; after each step what it did is to be flushed."""
    while log.next < accepted.said.until_offset:
        for offset in range(log.next, min(log.next + ABSENT_AT_ONCE, accepted.said.until_offset)):
            log.keep_absent(absent(offset, accepted.said.record_id, accepted.accepted_ms))
        yield


def _filled_by(log: GrowingLog, offset: int, record_id: str) -> bool:
    entry = parse_body(next(log.frames(offset, offset + 1)).body)
    return entry.absent and entry.key == record_id.encode()

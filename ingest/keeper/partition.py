"""One partition as it is kept: what comes is compared, appended, or a reason to stop, in the order of its offsets."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.keeper.identity import same
from records.ledger.growing import GrowingLog, Kept
from records.ledger.keys import Keys

NOT_THE_SAME = "Kafka's record at offset {offset} is not the one that was kept"
TAIL_LOST = "Kafka has {end} records and {size} were kept: it lost the end of the partition"
MADE_ANEW = "Kafka's topic was made anew, with the id {topic_id}"
CLOSED = (
    "its log was closed for ever: {reason}. Find out who changed Kafka's records; make the topic anew when that is "
    "clear (remove it with Kafka's own tools, then `python -m ingest setup`), and a new log begins"
)
GAP = (
    "Kafka no longer has the offsets {gap}: find out why, and have a named person accept it with "
    "`lifeguard ledger accept-gap {origin} --reason ... --staff NAME`"
)


@dataclass(frozen=True)
class Gap:
    """Offsets that Kafka no longer has: the first, and the one after the last."""

    from_offset: int
    until_offset: int

    def __str__(self) -> str:
        return f"{self.from_offset} to {self.until_offset - 1}"


class Partition:
    """A partition and its log; `stopped` is why nothing more of it is kept, `gap` what a person may accept."""

    def __init__(self, log: GrowingLog, keys: Keys) -> None:
        self.log, self._keys = log, keys
        self._waiting: list[Kept] = []
        self.gap: Gap | None = None
        self.stopped: str | None = None
        self.newly_stopped = False
        self._ending: str | None = None
        if log.ended is not None:
            self._closed(log.ended)

    def put(self, records: Sequence[Kept]) -> None:
        """Takes what has come, to be kept once it is sure that it is of this topic."""
        if self.stopped is None:
            self._waiting.extend(records)

    def keep(self) -> int:
        """Compares what is kept already, appends what comes next, stops where something is missing; how many came."""
        waiting, self._waiting = self._waiting, []
        if not waiting or self.stopped is not None:
            return 0
        old = _count_below(waiting, self.log.next)
        if old and not self._compared(waiting[:old]):
            return 0
        fresh = waiting[old:] if old else waiting
        whole = _count_contiguous(fresh, self.log.next)
        self.log.keep(fresh if whole == len(fresh) else fresh[:whole])
        if whole < len(fresh):
            self.miss(fresh[whole].offset)
        return whole

    def compare_bounds(self, begin: int, end: int) -> None:
        """Where Kafka's records begin and end must fit to what is kept."""
        if self.stopped is None and end < self.log.next:
            self.end(TAIL_LOST.format(end=end, size=self.log.next))
        elif self.stopped is None and begin > self.log.next:
            self.miss(begin)

    def miss(self, until_offset: int) -> None:
        """Stops at a gap."""
        self.gap = Gap(self.log.next, until_offset)
        self.stopped, self.newly_stopped = GAP.format(gap=self.gap, origin=self.log.origin), True

    def accepted(self) -> None:
        """Goes on after a gap."""
        self.gap, self.stopped = None, None

    def end(self, reason: str) -> None:
        """Stops for ever; `close` makes it durable."""
        self._ending, self.newly_stopped = reason, True
        self._closed(reason)

    def close(self) -> bytes | None:
        """Signs the end of the log, if it has come to one: gives the note. Raises Unavailable, and may be repeated."""
        if self._ending is None:
            return None
        self.log.flush()
        note = self.log.sign(ended=self._ending)
        self._ending = None
        return note

    def _closed(self, reason: str) -> None:
        self.gap, self.stopped = None, CLOSED.format(reason=reason)

    def _compared(self, records: Sequence[Kept]) -> bool:
        for record in records:
            if not same(self.log, self._keys, record):
                self.end(NOT_THE_SAME.format(offset=record.offset))
                return False
        return True


def _count_below(records: Sequence[Kept], offset: int) -> int:
    """How many of the first records are kept already."""
    if records[0].offset >= offset:
        return 0
    return next((n for n, record in enumerate(records) if record.offset >= offset), len(records))


def _count_contiguous(records: Sequence[Kept], offset: int) -> int:
    """How many of the first records follow one another without a hole, from this offset on."""
    if not records or (records[0].offset == offset and records[-1].offset == offset + len(records) - 1):
        return len(records)
    return next((n for n, record in enumerate(records) if record.offset != offset + n), len(records))

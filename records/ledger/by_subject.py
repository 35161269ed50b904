"""Everything about posts in a ledger, post by post: entries of one partition number, grouped by whose key seals them.

A post has one partition number in all topics and one slot in all logs. Slots are given in the order in which posts were
first kept, so that posts in slot order lie nearly in offset order, and little is read twice. What is held is twelve
bytes an entry, and one chunk; how far one has come is told by partition and slot.

Where a key was erased, what was kept of that post afterwards has another slot: it comes later, as another subject with
the same `post_id`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from records.ledger.entries import Entry, LogId
from records.ledger.keys import NO_SLOT
from records.ledger.opened import Opened, opened
from records.ledger.reading import Content, LogState, Reader, entries
from records.topics import ABOUT_POSTS

CHUNK_ENTRIES = 1_000
CHUNK_BYTES = 16_000_000
"""Of records, before they are decoded; a single larger one comes alone."""
GAP_ENTRIES_MAX = 16
"""So many entries of others are read along rather than asked around."""
NO_POST = -1
"""The slot before the first."""

Extent = tuple[LogId, int]
"""A log, and how many of its first entries are meant."""
Place = tuple[int, int]
"""Which log of a partition, and which entry of it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One post: its entries in the order of topics, and of offsets within each log.

    A post with very many or very large entries comes in pieces, one after another; all but the last say `more`.
    """

    slot: int
    entries: tuple[Opened, ...]
    more: bool = False

    @property
    def post_id(self) -> str:
        """By the key of its entries."""
        return (self.entries[0].entry.key or b"").decode("utf-8", "replace")


def partitions(
    reader: Reader, states: Iterable[LogState], ends: Mapping[str, int] | None = None
) -> dict[int, list[Extent]]:
    """The logs about posts by partition number, in the order in which they are to be read.

    Up to their signed ends, or up to `ends` by the path of a log, and then none that is not there.
    """
    rank = {topic.name: number for number, topic in enumerate(ABOUT_POSTS)}
    sizes = {state.log: state.size if ends is None else ends.get(state.log.path, 0) for state in states}
    about = sorted(
        (log for log, size in sizes.items() if log.topic in rank and size),
        key=lambda log: (log.partition, rank[log.topic]),
    )
    found: dict[int, list[Extent]] = {}
    for (partition, _), logs in groupby(about, lambda log: (log.partition, log.topic)):
        found.setdefault(partition, []).extend((log, sizes[log]) for log in _by_age(reader, list(logs)))
    return found


class Posts:
    """The posts of one partition number; `count` of them, with `entries` of entries, come after the slot `after`."""

    def __init__(self, reader: Reader, extents: Sequence[Extent], *, after: int = NO_POST) -> None:
        self._reader, self._logs = reader, [log for log, _ in extents]
        self._starts = np.cumsum([0, *(size for _, size in extents)])
        slots = np.concatenate(
            [np.zeros(0, np.uint32), *(np.asarray(reader.slots(log, 0, size), np.uint32) for log, size in extents)]
        )
        order = np.argsort(slots, kind="stable")
        slots = slots[order]
        first, end = np.searchsorted(slots, after + 1), np.searchsorted(slots, NO_SLOT)
        self._slots, self._order = slots[first:end], order[first:end]
        self._edges: np.ndarray[Any, Any] = np.flatnonzero(np.diff(self._slots)) + 1

    @property
    def entries(self) -> int:
        """How many entries there are."""
        return len(self._slots)

    @property
    def count(self) -> int:
        """How many posts there are."""
        return len(self._edges) + bool(len(self._slots))

    def chunks(self) -> Iterator[list[Subject]]:
        """Every post in slot order, some at a time; raises NewerVersion for a record of a newer release."""
        for start, stop in self._cuts():
            places = [self._place(number) for number in range(start, stop)]
            found = entries_at(self._reader, self._logs, places)
            for first, until in _pieces([_size(found[place]) for place in places]):
                yield self._subjects(start + first, places[first:until], found)

    def _cuts(self) -> Iterator[tuple[int, int]]:
        """Stretches that end with a post, where one is not larger than a chunk."""
        start = 0
        while start < self.entries:
            stop = min(start + CHUNK_ENTRIES, self.entries)
            edge = int(self._edges[np.searchsorted(self._edges, stop, "right") - 1]) if len(self._edges) else 0
            if start < edge < stop < self.entries:
                stop = edge
            yield start, stop
            start = stop

    def _subjects(self, start: int, places: Sequence[Place], found: dict[Place, Entry]) -> list[Subject]:
        contents = contents_at(self._reader, self._logs, places)
        numbered = zip(self._slots[start : start + len(places)].tolist(), places, strict=True)
        subjects = [
            Subject(slot, tuple(opened(self._logs[log], found[log, at], contents[log, at]) for _, (log, at) in group))
            for slot, group in groupby(numbered, lambda one: one[0])
        ]
        following = start + len(places)
        if following < self.entries and self._slots[following] == subjects[-1].slot:
            subjects[-1] = Subject(subjects[-1].slot, subjects[-1].entries, more=True)
        return subjects

    def _place(self, number: int) -> Place:
        position = int(self._order[number])
        log = int(np.searchsorted(self._starts, position, "right")) - 1
        return log, position - int(self._starts[log])


def _by_age(reader: Reader, logs: list[LogId]) -> list[LogId]:
    """Logs of one topic and partition: one of a topic that was made anew goes on where the one before it ended."""
    if len(logs) == 1:
        return logs
    return sorted(logs, key=lambda log: next(entries(reader, log, 0, 1)).append_ms)


def _size(entry: Entry) -> int:
    return entry.value_size or 0


def _pieces(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of at most `CHUNK_BYTES`."""
    first, total = 0, 0
    for number, size in enumerate(sizes):
        if number > first and total + size > CHUNK_BYTES:
            yield first, number
            first, total = number, 0
        total += size
    yield first, len(sizes)


def entries_at(reader: Reader, logs: Sequence[LogId], places: Sequence[Place]) -> dict[Place, Entry]:
    """The entries at some places, and a few of their neighbours."""
    return {
        (log, at): entry
        for log, start, stop in _runs(places)
        for at, entry in zip(range(start, stop), entries(reader, logs[log], start, stop), strict=True)
    }


def contents_at(reader: Reader, logs: Sequence[LogId], places: Sequence[Place]) -> dict[Place, Content]:
    """Salt and value of the entries at some places."""
    wanted = set(places)
    return {
        (log, at): content
        for log, start, stop in _runs(places)
        for at, content in zip(range(start, stop), reader.contents(logs[log], start, stop), strict=True)
        if (log, at) in wanted
    }


def _runs(places: Iterable[Place]) -> Iterator[tuple[int, int, int]]:
    """Log, first and end of stretches that hold all of them, and few others."""
    by_log: dict[int, list[int]] = defaultdict(list)
    for log, at in places:
        by_log[log].append(at)
    for log, ats in by_log.items():
        ats.sort()
        start = before = ats[0]
        for at in ats[1:]:
            if at - before > GAP_ENTRIES_MAX:
                yield log, start, before + 1
                start = at
            before = at
        yield log, start, before + 1

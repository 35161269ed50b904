"""A ledger as it was cosigned when an export began, with what a batch of posts needs of it read in a few requests."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from records.ledger.by_subject import GAP_ENTRIES_MAX
from records.ledger.checkpoints import parse_checkpoint
from records.ledger.entries import LogId
from records.ledger.notes import parse_note
from records.ledger.reading import Content, LogState, Reader

Place = tuple[LogId, int]


class Snapshot:
    """A Reader that always tells the same state of the logs, and holds the entries of one batch."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._states = [_cosigned(state) for state in reader.logs()]
        self._leaves: dict[Place, bytes] = {}
        self._contents: dict[Place, Content] = {}
        self.by_topic = {(one.log.topic, one.log.topic_id, one.log.partition): one for one in self._states}

    def logs(self) -> list[LogState]:
        """As Reader says."""
        return self._states

    def hashes(self, log: LogId, places: Sequence[int]) -> Sequence[bytes]:
        """As Reader says."""
        return self._reader.hashes(log, places)

    def leaves(self, log: LogId, start: int, stop: int) -> Iterator[bytes]:
        """As Reader says."""
        if all((log, at) in self._leaves for at in range(start, stop)):
            return (self._leaves[log, at] for at in range(start, stop))
        return self._reader.leaves(log, start, stop)

    def slots(self, log: LogId, start: int, stop: int) -> "np.ndarray[Any, Any]":
        """As Reader says."""
        return self._reader.slots(log, start, stop)

    def contents(self, log: LogId, start: int, stop: int) -> Iterator[Content]:
        """As Reader says."""
        if all((log, at) in self._contents for at in range(start, stop)):
            return (self._contents[log, at] for at in range(start, stop))
        return self._reader.contents(log, start, stop)

    def places_of(self, facts: Iterable[Any]) -> list[Place]:
        """Where these facts stand in the ledger; those that are not signed yet are left out."""
        found = []
        for fact in facts:
            state = self.by_topic.get((fact["topic"], fact["topic_id"], fact["partition"]))
            if state is not None and fact["offset"] < state.size:
                found.append((state.log, fact["offset"]))
        return found

    def read(self, places: Iterable[Place]) -> None:
        """Reads leaves and contents at these places, and of a few neighbours; those of earlier ones are forgotten."""
        leaves: dict[Place, bytes] = {}
        contents: dict[Place, Content] = {}
        for log, start, stop in runs(places):
            at = [(log, offset) for offset in range(start, stop)]
            leaves.update(zip(at, self._reader.leaves(log, start, stop), strict=True))
            contents.update(zip(at, self._reader.contents(log, start, stop), strict=True))
        self._leaves, self._contents = leaves, contents


def _cosigned(state: LogState) -> LogState:
    """As its witnesses have seen it, where there are any: what is newer than that is not proved yet."""
    if state.cosigned is None:
        return state
    return LogState(state.log, parse_checkpoint(parse_note(state.cosigned).text), state.cosigned, state.cosigned)


def runs(places: Iterable[Place]) -> Iterator[tuple[LogId, int, int]]:
    """Stretches of logs that hold all of these places, and few others."""
    by_log: dict[LogId, set[int]] = defaultdict(set)
    for log, at in places:
        by_log[log].add(at)
    for log, ats in by_log.items():
        first, *later = sorted(ats)
        start = before = first
        for at in later:
            if at - before > GAP_ENTRIES_MAX:
                yield log, start, before + 1
                start = at
            before = at
        yield log, start, before + 1

"""Entries with their records, read as the fold reads them: opened, compared with their commitment, and decoded."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from records.errors import Malformed
from records.ledger.entries import Entry, LogId
from records.ledger.reading import Content, Reader, entries, received
from records.ledger.sealing import commitment
from records.received import Received

Why = Literal["absent", "unopened", "altered", "malformed"]


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry and, where it holds one, its record.

    Where it holds none, `why` says it: Kafka no longer had it (`absent`), no key opens it (`unopened`: erased, lost or
    damaged), what it opens to is not what the leaf commits to (`altered`), or it is no record, as the fold found too
    (`malformed`).
    """

    log: LogId
    entry: Entry
    received: Received | None = None
    why: Why | None = None


def opened(log: LogId, entry: Entry, content: Content) -> Opened:
    """The record of an entry; raises NewerVersion where it is of a newer release than this."""
    if entry.absent:
        return Opened(log, entry, why="absent")
    if content is None:
        return Opened(log, entry, why="unopened")
    salt, value = content
    if commitment(salt, value) != entry.commitment:
        return Opened(log, entry, why="altered")
    try:
        found = received(log, entry, value)
    except Malformed:
        return Opened(log, entry, why="malformed")
    # As the fold: a record under another key than its own would meet another worker than its subject.
    if entry.key != found.record.key().encode():
        return Opened(log, entry, why="malformed")
    return Opened(log, entry, found)


def in_order(reader: Reader, log: LogId, start: int, stop: int) -> Iterator[Opened]:
    """Some entries of one log, one after another."""
    if start < stop:
        contents = reader.contents(log, start, stop)
        for entry, content in zip(entries(reader, log, start, stop), contents, strict=True):
            yield opened(log, entry, content)

"""Contents of entries for those who have the token: asked for by name and purpose, on record before the first byte."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from ingest.keeper.served import NotThere, Served
from ingest.publisher import Publisher
from records.audit import Audit
from records.base import Count, Id, Value
from records.errors import Malformed
from records.ledger.entries import parse_body
from records.ledger.frames import Frame, Torn, frames
from records.ledger.keys import NO_SLOT, Keys
from records.ledger.log import Log
from records.ledger.sealing import unseal
from records.topics import AUDIT

PLACES_MAX = 1_000
PLACES_NAMED_MAX = 10
JOB_CHARS_MAX = 500
PATH_CHARS_MAX = 100
ENTRIES_MAX = 50_000
BYTES_MAX = 64_000_000
CHUNK_BYTES = 1_000_000
JOBS_REMEMBERED_MAX = 1_000
UNOPENED, ABSENT = b"\xff\xff\xff\xff", b"\xff\xff\xff\xfe"


class Asked(Value):
    """Who wants which entries, for what; a job may ask many times, and is one audit record for each purpose."""

    staff_id: Id
    purpose: Literal["dossier", "export", "rebuild", "verify"]
    job: Annotated[Id, Field(max_length=JOB_CHARS_MAX)]
    places: Annotated[list[tuple[str, Count, Count]], Field(min_length=1, max_length=PLACES_MAX)]


class TooMuch(Exception):
    """More than one request may ask for."""


class Plaintext:
    """Opens entries; remembers which jobs are on record."""

    def __init__(self, served: Served, publisher: Publisher) -> None:
        self._served, self._publisher = served, publisher
        self._jobs: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    def refuse(self, asked: Asked) -> None:
        """Raises NotThere for entries that are not signed, TooMuch for more than one answer may hold."""
        entries, size = 0, 0
        for path, start, until in asked.places:
            with self._served.opened(path) as (log, signed):
                if not start <= until <= signed.size:
                    raise NotThere(f"{path} has {signed.size} signed entries")
                entries += until - start
                if entries > ENTRIES_MAX:
                    raise TooMuch(f"one request may ask for {ENTRIES_MAX:,} entries")
                size += log.position(until) - log.position(start)
        if size > BYTES_MAX and entries > 1:
            raise TooMuch(f"one request may ask for {BYTES_MAX:,} bytes")

    def record(self, asked: Asked) -> None:
        """Returns when Kafka has the audit record of this job; raises Unavailable.

        It names where the job begins: a verification asks thousands of times, and reads everything.
        """
        job = (asked.staff_id, asked.purpose, asked.job)
        if job in self._jobs:
            return
        said = Audit(
            kind="plaintext",
            staff_id=asked.staff_id,
            idempotency_key=f"{asked.job} {asked.purpose}",
            subject=f"beginning with {_named(asked)}",
            detail=asked.purpose,
            happened_at=datetime.now(UTC),
        )
        self._publisher.publish(AUDIT, said)
        self._jobs[job] = None
        while len(self._jobs) > JOBS_REMEMBERED_MAX:
            self._jobs.popitem(last=False)

    def stream(self, asked: Asked) -> Iterator[bytes]:
        """Length, salt and value of every entry that was asked for, in order."""
        with closing(Keys(self._served.folder / "keys")) as keys:
            for path, start, until in asked.places:
                with self._served.opened(path) as (log, _):
                    yield from _chunks(log, keys, start, until)


def _named(asked: Asked) -> str:
    named = asked.places[:PLACES_NAMED_MAX]
    return ", ".join(f"{path[:PATH_CHARS_MAX]} {start} to {until - 1}" for path, start, until in named)


def _chunks(log: Log, keys: Keys, start: int, until: int) -> Iterator[bytes]:
    """About `CHUNK_BYTES` at once; a damaged frame is one entry that cannot be opened, and hides no other."""
    ends = log.index(start, until)["end"].astype(np.int64).tolist()
    first, number = log.position(start), start
    while number < until:
        upto = number + 1
        while upto < until and ends[upto - start] - first < CHUNK_BYTES:
            upto += 1
        data = log.segments.read(first, ends[upto - 1 - start])
        told, at = [], first
        for offset in range(number, upto):
            end = ends[offset - start]
            told.append(_told(log, keys, offset, data[at - first : end - first]))
            at = end
        yield b"".join(told)
        first, number = at, upto


def _told(log: Log, keys: Keys, offset: int, data: bytes) -> bytes:
    frame = _whole(data)
    if frame is None:
        return UNOPENED
    try:
        entry = parse_body(frame.body)
    except Malformed:
        return UNOPENED
    if entry.absent:
        return ABSENT
    key = None if frame.slot == NO_SLOT else keys.key(frame.slot)
    opened = None if key is None else unseal(key, log.id, offset, entry.commitment, frame.sealed)
    if opened is None:
        return UNOPENED
    salt, value = opened
    return (len(salt) + len(value)).to_bytes(4) + salt + value


def _whole(data: bytes) -> Frame | None:
    try:
        found = list(frames(data))
    except Torn:
        return None
    return found[0] if len(found) == 1 else None

"""A post as it stood at some time: from what the ledger has recorded of it until then, and nothing that came later.

Where a post is in the ledger its facts in the index tell; which entries are about it the ledger says itself, since all
of them are sealed with one key. The broker's clock counts. It ticks in milliseconds, and "until a time" means with all
of that millisecond.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import orjson

from moderation.cases import fold_post
from records.codec import decode
from records.documents import PostDocument
from records.ledger.by_subject import Place, contents_at, entries_at, partitions
from records.ledger.entries import LogId
from records.ledger.keys import NO_SLOT
from records.ledger.opened import Opened, opened
from records.ledger.reading import Reader
from records.received import Received
from records.topics import BY_NAME
from search.history import history_document

Fact = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Past:
    """What was known of a post; `document` is None where nothing was. `upto` is the last entry of each log."""

    document: PostDocument | None
    facts: Sequence[Fact]
    upto: Sequence[str] = ()
    first_recorded_at: datetime | None = None
    unreadable: int = 0
    missing: int = 0
    """Facts of that time in the index that the ledger has not signed yet, or that are not in it."""


def as_it_stood(reader: Reader, post_id: str, facts: Iterable[Mapping[str, Any]], at: datetime) -> Past:
    """The post at a time, found by its facts in the index; nothing is opened that was recorded later."""
    logs, places, lacking = _places(reader, facts)
    about = entries_at(reader, logs, places)
    found = [(place, about[place]) for place in places if about[place].key == post_id.encode()]
    upto = (at - _EPOCH) // _MILLISECOND
    then = [(place, entry) for place, entry in found if entry.append_ms <= upto]
    contents = contents_at(reader, logs, [place for place, _ in then])
    read = [opened(logs[place[0]], entry, contents[place]) for place, entry in then]
    document, known = state_of([one.received for one in read if one.received is not None])
    return Past(
        document,
        known,
        tuple({one.log: _place(one) for one in read}.values()),
        min((entry.recorded_at for _, entry in found), default=None),
        sum(one.why in ("unopened", "altered") for one in read),
        sum(datetime.fromisoformat(fact["recorded_at"]) <= at for fact in lacking),
    )


def by_facts(facts: Iterable[Mapping[str, Any]], at: datetime) -> PostDocument | None:
    """The document at a time by the facts of the index alone; None where nothing was recorded yet.

    Quick, and no proof: of a fact that was recorded more than once the index keeps one. Raises Malformed for one that
    cannot be read any more.
    """
    until = [fact for fact in facts if datetime.fromisoformat(fact["recorded_at"]) <= at]
    received = [_received(fact) for fact in until]
    return fold_post(None, received) if received else None


def _received(fact: Mapping[str, Any]) -> Received:
    record = decode(BY_NAME[fact["topic"]], orjson.dumps(fact["record"]))
    recorded_at = datetime.fromisoformat(fact["recorded_at"])
    return Received(fact["topic"], fact["topic_id"], fact["partition"], fact["offset"], recorded_at, record)


def state_of(received: Sequence[Received]) -> tuple[PostDocument | None, list[Fact]]:
    """The document of a post and its facts as the two views had them after these records."""
    if not received:
        return None, []
    facts: dict[str, Fact] = {}
    for one in received:
        facts.setdefault(one.record.record_id, orjson.loads(orjson.dumps(history_document(one))))
    return fold_post(None, received), sorted(facts.values(), key=_recorded)


def _recorded(fact: Fact) -> tuple[str, str, int, int]:
    return fact["recorded_at"], fact["topic"], fact["partition"], fact["offset"]


def _place(one: Opened) -> str:
    return f"{one.log.topic}-{one.log.partition}-{one.entry.offset}"


def _places(
    reader: Reader, facts: Iterable[Mapping[str, Any]]
) -> tuple[list[LogId], list[Place], list[Mapping[str, Any]]]:
    """Every entry that has the key of one of these facts, log by log, and the facts that are not in the ledger."""
    known: dict[tuple[str, str, int], list[Mapping[str, Any]]] = defaultdict(list)
    for fact in facts:
        known[fact["topic"], fact["topic_id"], fact["partition"]].append(fact)
    by_number = partitions(reader, reader.logs())
    extents = [extent for number in sorted({number for _, _, number in known}) for extent in by_number.get(number, [])]
    slots = [np.asarray(reader.slots(log, 0, size)) for log, size in extents]
    ours: set[int] = set()
    lacking: list[Mapping[str, Any]] = []
    for (log, size), of_log in zip(extents, slots, strict=True):
        here = known.pop((log.topic, log.topic_id, log.partition), [])
        ours.update(of_log[[fact["offset"] for fact in here if fact["offset"] < size]].tolist())
        lacking += [fact for fact in here if fact["offset"] >= size]
    lacking += [fact for elsewhere in known.values() for fact in elsewhere]
    wanted = np.array(sorted(ours - {NO_SLOT}), np.uint32)
    places = [
        (log, int(at)) for log, of_log in enumerate(slots) for at in np.flatnonzero(np.isin(of_log, wanted)).tolist()
    ]
    return [log for log, _ in extents], places, lacking

"""The folder `ledger` of an export: each entry with its proof, and of a time everything recorded, or its hash."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain

from console.exporting.asked import Asked
from console.exporting.recorded import between
from console.exporting.snapshot import Place, Snapshot
from console.proving.prover import Proven, Prover, Range, Withheld
from console.proving.writing import Export, Keys
from records.ledger.entries import parse_leaf
from records.ledger.reading import LogState, entries
from records.topics import ABOUT_POSTS

NOT_ASKED = "not part of what was asked"
ERASED = "erased: the key that could open it was overwritten, on a legal ground that the dossier names"
UNOPENED = "its key does not open it, though nobody had it erased"
ABSENT = "lost in Kafka before it was kept, which a person accepted"
_NAMES = frozenset(topic.name for topic in ABOUT_POSTS)

Shown = Mapping[int, str | None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The posts of an export, which of them were erased, and where the records about them stand."""

    post_ids: AbstractSet[str]
    erased: AbstractSet[str]
    places: AbstractSet[Place]


def add_proofs(export: Export, ledger: Snapshot, keys: Keys, chosen: Chosen, asked: Asked | None = None) -> int:
    """All of them; with `asked.complete` also the stretches that were recorded in the time; how many entries."""
    prover = Prover(ledger, keys.public, [verifier for verifier, _ in keys.witnesses])
    ranges: list[Range] = []
    stretches: list[Iterator[Proven | Withheld]] = []
    for state, start, stop in _stretches(ledger, asked) if asked is not None and asked.complete else ():
        shown = _shown(ledger, state, (start, stop), chosen)
        found, lines = prover.prove_range(state, start, stop, shown, NOT_ASKED)
        ranges.append(found)
        stretches.append(lines)
    alone = prover.prove([_where(place) for place in _outside(chosen.places, ranges)])
    return export.add_proofs(prover, _reasoned(chain(alone, *stretches), chosen.erased), keys, ranges)


def _stretches(ledger: Snapshot, asked: Asked) -> Iterator[tuple[LogState, int, int]]:
    """Of each log about posts what was recorded in the time, from the first entry to the last one."""
    from_at, until_at = asked.wanted.from_at, asked.wanted.until_at
    for state in ledger.logs():
        if state.log.topic in _NAMES and from_at and until_at:
            start, stop = between(ledger, state, from_at, until_at)
            if start < stop:
                yield state, start, stop


def _shown(ledger: Snapshot, state: LogState, bounds: tuple[int, int], chosen: Chosen) -> Shown:
    """The entries of a stretch that are about the posts of the export, and those that Kafka had lost."""
    return {
        entry.offset: ABSENT if entry.absent else None
        for entry in entries(ledger, state.log, *bounds)
        if entry.absent or _post_of(entry.key) in chosen.post_ids
    }


def _outside(places: Iterable[Place], ranges: Sequence[Range]) -> list[Place]:
    """The places that no range shows."""
    by_log = {one.log: one for one in ranges}
    return [(log, offset) for log, offset in places if log not in by_log or not _inside(by_log[log], offset)]


def _inside(one: Range, offset: int) -> bool:
    return one.start <= offset < one.stop


def _where(place: Place) -> tuple[str, int, int]:
    return place[0].topic_id, place[0].partition, place[1]


def _reasoned(found: Iterable[Proven | Withheld], erased: AbstractSet[str]) -> Iterator[Proven | Withheld]:
    """Each that could not be opened says why."""
    for one in found:
        if isinstance(one, Proven) and one.content is None and one.why is None:
            gone = _post_of(parse_leaf(one.log, one.leaf).key) in erased
            yield replace(one, why=ERASED if gone else UNOPENED)
        else:
            yield one


def _post_of(key: bytes | None) -> str:
    return (key or b"").decode("utf-8", "replace")

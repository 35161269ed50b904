"""Holds a dossier against the ledger: each fact's entry, its proof, who signed it, and what it says once opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

import orjson

from console.dossier.gathering import Gathered
from console.dossier.material import Fact
from console.dossier.part import changed
from console.dossier.proved import said_of
from console.dossier.standing import CheckpointSeen, Cosignature, FactProved, Integrity
from console.dossier.trust import Trust
from console.dossier.values import Dossier
from console.words import parsed
from records.codec import encode
from records.errors import Malformed, Misconfigured, NewerVersion, Problem, Unavailable
from records.ledger.by_subject import Place, contents_at, entries_at
from records.ledger.checkpoints import Checkpoint, opened_checkpoint, parse_checkpoint
from records.ledger.entries import Entry
from records.ledger.notes import Note, parse_note
from records.ledger.opened import Opened, opened
from records.ledger.reading import LogState, Reader
from records.ledger.tree import inclusion_proof, leaf_hash, verify_inclusion
from search.expunging import without_content

Content = Literal["the same", "another", "erased", "cannot be opened", "missing", "not a record"]
_WHY: dict[str, Content] = {
    "absent": "missing", "unopened": "cannot be opened", "altered": "another", "malformed": "not a record",
}  # fmt: skip


@dataclass
class _Checked:
    """What was found so far."""

    facts: list[FactProved] = field(default_factory=list)
    checkpoints: dict[tuple[str, int], CheckpointSeen] = field(default_factory=dict)
    why_not: list[str] = field(default_factory=list)


def with_integrity(gathered: Gathered, reader: Reader, trust: Trust) -> Dossier:
    """The dossier with the result of every check; where the ledger cannot be read, with what was not checked and why.

    It opens the contents of the entries, which leaves a record in `audit`.
    """
    checked = _Checked(why_not=[trust.why_not] if trust.why_not else [])
    states: list[LogState] = []
    try:
        states = _states(reader, gathered.facts)
        _check(gathered.facts, states, reader, trust, checked)
    except (Unavailable, Misconfigured, Malformed, NewerVersion, ValueError) as problem:
        checked.facts.clear()
        checked.why_not.append(f"the facts were not compared with the ledger: {problem}")
    return changed(_with_clusters(gathered.dossier, states), integrity=_integrity(checked, gathered, trust))


def paths_of(facts: Sequence[Fact]) -> frozenset[str]:
    """The paths of the logs that these facts stand in."""
    return frozenset(f"{fact['topic']}-{fact['partition']}-{fact['topic_id']}" for fact in facts)


def not_checked(dossier: Dossier, why: str) -> Dossier:
    """The dossier, saying why the ledger was not asked."""
    checked = _Checked(why_not=[why])
    return changed(dossier, integrity=_integrity(checked, Gathered(dossier, ()), Trust()))


def _integrity(checked: _Checked, gathered: Gathered, trust: Trust) -> Integrity:
    if gathered.dossier.what.erased is not None:
        checked.facts = [
            changed(one, content="erased") if one.content == "cannot be opened" else one for one in checked.facts
        ]
    said = said_of(checked.facts, list(checked.checkpoints.values()), len(gathered.facts), trust)
    return Integrity(
        result=said.result,
        said=said.said,
        checked_at=datetime.now(UTC),
        why_not=tuple(dict.fromkeys(checked.why_not)),
        facts=tuple(checked.facts),
        checkpoints=tuple(checked.checkpoints.values()),
        proved=said.proved,
        not_proved=said.not_proved,
    )


def _states(reader: Reader, facts: Sequence[Fact]) -> list[LogState]:
    """The logs that these facts stand in."""
    wanted = {(fact["topic"], fact["topic_id"], fact["partition"]) for fact in facts}
    return [state for state in reader.logs() if (state.log.topic, state.log.topic_id, state.log.partition) in wanted]


def _check(facts: Sequence[Fact], states: Sequence[LogState], reader: Reader, trust: Trust, checked: _Checked) -> None:
    numbers = {(state.log.topic, state.log.topic_id, state.log.partition): n for n, state in enumerate(states)}
    logs = [state.log for state in states]
    placed = [(fact, _place(fact, numbers, states)) for fact in facts]
    places = [place for _, place in placed if place is not None]
    entries = entries_at(reader, logs, places) if places else {}
    said = _contents(reader, states, places, entries, checked) if places else {}
    for fact, place in placed:
        if place is None:
            checked.facts.append(_not_there(fact, numbers, states))
        else:
            content = said.get(place)
            checked.facts.append(_one(fact, states[place[0]], entries[place], content, (reader, trust, checked)))


def _place(fact: Fact, numbers: Mapping[Any, int], states: Sequence[LogState]) -> Place | None:
    log = numbers.get((fact["topic"], fact["topic_id"], fact["partition"]))
    return None if log is None or fact["offset"] >= states[log].size else (log, fact["offset"])


def _not_there(fact: Fact, numbers: Mapping[Any, int], states: Sequence[LogState]) -> FactProved:
    log = numbers.get((fact["topic"], fact["topic_id"], fact["partition"]))
    return FactProved(place=fact["place"], log=None if log is None else states[log].log.path)


def _contents(
    reader: Reader,
    states: Sequence[LogState],
    places: Sequence[Place],
    entries: Mapping[Place, Entry],
    checked: _Checked,
) -> dict[Place, Opened]:
    """What the entries hold; nothing where we may not open them, which is said."""
    logs = [state.log for state in states]
    try:
        contents = contents_at(reader, logs, places)
        return {place: opened(logs[place[0]], entries[place], contents[place]) for place in places}
    except Problem as problem:
        checked.why_not.append(f"what the ledger holds was not opened and compared: {problem}")
        return {}


def _one(
    fact: Fact, state: LogState, entry: Entry, content: Opened | None, by: tuple[Reader, Trust, _Checked]
) -> FactProved:
    reader, trust, checked = by
    log, index = state.log, fact["offset"]
    checkpoint = _checkpoint(state, index, trust, checked)
    leaf = leaf_hash(log.head + entry.body())
    proof = inclusion_proof(index, checkpoint.size, partial(reader.hashes, log))
    return FactProved(
        place=fact["place"],
        log=log.path,
        leaf_index=index,
        leaf_hash=leaf.hex(),
        proof=tuple(one.hex() for one in proof),
        checkpoint=checkpoint.size,
        included=verify_inclusion(leaf, index, checkpoint.size, proof, checkpoint.root),
        content=None if content is None else _compared(fact, content),
    )


def _compared(fact: Fact, content: Opened) -> Content:
    """Whether an entry says what the index shows, to the millisecond and the letter."""
    if content.received is None:
        return _WHY[content.why or "unopened"]
    same_time = parsed(fact["recorded_at"]) == content.received.recorded_at
    kept = orjson.loads(encode(content.received.record))
    if fact["record"].get("erased") and not kept.get("erased"):  # the index is rid of it before the keys are
        kept = without_content({"topic": fact["topic"], "record": kept})["record"]
    return "the same" if same_time and kept == fact["record"] else "another"


def _checkpoint(state: LogState, index: int, trust: Trust, checked: _Checked) -> Checkpoint:
    """The newest one that was cosigned and covers the entry, else the newest that was signed; each is checked once."""
    if state.cosigned is not None:
        cosigned = parse_checkpoint(parse_note(state.cosigned).text)
        if cosigned.size > index:
            _see(state, cosigned, state.cosigned, trust, checked)
            return cosigned
    _see(state, state.checkpoint, state.note, trust, checked)
    return state.checkpoint


def _see(state: LogState, checkpoint: Checkpoint, data: bytes, trust: Trust, checked: _Checked) -> None:
    known = (state.log.path, checkpoint.size)
    if known not in checked.checkpoints:
        checked.checkpoints[known] = CheckpointSeen(
            log=state.log.path,
            origin=checkpoint.origin,
            size=checkpoint.size,
            root=checkpoint.root.hex(),
            signed=_signed(data, trust),
            cosignatures=tuple(_cosignatures(parse_note(data), trust)),
        )


def _signed(data: bytes, trust: Trust) -> bool | None:
    if trust.public is None:
        return None
    try:
        opened_checkpoint(data, trust.public)
    except Malformed:
        return False
    return True


def _cosignatures(note: Note, trust: Trust) -> list[Cosignature]:
    found = [(verifier.name, verifier.cosigned_at(note)) for verifier in trust.verifiers]
    return [
        Cosignature(witness=name, at=datetime.fromtimestamp(at, UTC), valid=True)
        for name, at in found
        if at is not None
    ]


def _with_clusters(dossier: Dossier, states: Sequence[LogState]) -> Dossier:
    """The ledger knows which Kafka cluster a topic id belongs to."""
    clusters = {(state.log.topic_id, state.log.partition): state.log.cluster for state in states}
    arrivals = tuple(
        changed(one, cluster=clusters[one.topic_id, one.partition])
        if (one.topic_id, one.partition) in clusters
        else one
        for one in dossier.how_it_got_in.arrivals
    )
    return changed(dossier, how_it_got_in=changed(dossier.how_it_got_in, arrivals=arrivals))

"""Entries of the ledger with what a stranger needs to check them: leaf, content, proof, and the checkpoint above."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.proving.lines import encoded
from records.errors import Malformed
from records.ledger.by_subject import contents_at, entries_at
from records.ledger.checkpoints import Checkpoint, parse_checkpoint
from records.ledger.entries import Entry, LogId
from records.ledger.notes import Note, Verifier, parse_note
from records.ledger.reading import Content, LogState, Reader
from records.ledger.tree import inclusion_proof, leaf_hash, range_proof

ENTRIES_AT_ONCE = 2_000
Where = tuple[str, int, int]
"""Topic id, partition and offset."""


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry under a checkpoint; without `content` for the reason in `why`; `proof` is None within a range."""

    log: LogId
    offset: int
    leaf: bytes
    content: Content
    why: str | None
    proof: Sequence[bytes] | None

    def value(self) -> dict[str, Any]:
        """As a line of an export says it."""
        where = {"log": self.log.path, "offset": self.offset, "leaf": encoded(self.leaf), "proof": _encoded(self.proof)}
        if self.content is None:
            return where | {"unopened": self.why or "its content was not opened"}
        salt, value = self.content
        return where | {"salt": encoded(salt), "value": encoded(value)}


@dataclass(frozen=True, slots=True)
class Withheld:
    """An entry of a range of which only the hash is given, and why."""

    log: LogId
    offset: int
    hash: bytes
    why: str

    def value(self) -> dict[str, Any]:
        """As a line of an export says it."""
        where = {"log": self.log.path, "offset": self.offset, "proof": None}
        return where | {"hash": encoded(self.hash), "withheld": self.why}


@dataclass(frozen=True, slots=True)
class Range:
    """Entries of one log from `start` (included) until `stop`, proved complete by the hashes beside them."""

    log: LogId
    start: int
    stop: int
    beside: Sequence[bytes]

    def value(self) -> dict[str, Any]:
        """As a line of an export says it."""
        return {"log": self.log.path, "from": self.start, "until": self.stop, "beside": _encoded(self.beside)}


class Prover:
    """Proofs against the newest checkpoint of each log that was cosigned, else signed, when this was made."""

    def __init__(self, reader: Reader, public: bytes, witnesses: Sequence[Verifier]) -> None:
        self._reader, self._public, self._witnesses = reader, public, tuple(witnesses)
        self._states = {(state.log.topic_id, state.log.partition): state for state in reader.logs()}
        self._used: dict[str, Note] = {}

    def covers(self, where: Where) -> bool:
        """Whether the checkpoint that counts speaks of this entry already."""
        state = self._states.get(where[:2])
        return state is not None and where[2] < self._checkpoint(state)[0].size

    def newest(self, topic: str, partition: int, offset: int) -> Where | None:
        """An entry of the log of a topic that Kafka has now, by our name for it, where the checkpoint covers it."""
        for state in self.logs():
            where = (state.log.topic_id, partition, offset)
            ours = (state.log.topic, state.log.partition) == (topic, partition)
            if ours and state.checkpoint.ended is None and self.covers(where):
                return where
        return None

    def logs(self) -> list[LogState]:
        """Every log, as it was when this was made."""
        return list(self._states.values())

    def prove(self, places: Sequence[Where], why: Mapping[Where, str] | None = None) -> Iterator[Proven]:
        """Each with its content, log by log in the order of their entries; those in `why` are left unopened."""
        by_log: dict[tuple[str, int], list[int]] = {}
        for topic_id, partition, offset in sorted(set(places)):
            by_log.setdefault((topic_id, partition), []).append(offset)
        for name, offsets in by_log.items():
            state = self._states.get(name)
            if state is None:
                raise Malformed(f"the ledger has no log of the topic {name[0]}, partition {name[1]}")
            for start in range(0, len(offsets), ENTRIES_AT_ONCE):
                yield from self._proved(state, offsets[start : start + ENTRIES_AT_ONCE], why or {})

    def prove_range(
        self, state: LogState, start: int, stop: int, shown: Mapping[int, str | None], why: str
    ) -> tuple[Range, Iterator[Proven | Withheld]]:
        """A whole stretch of a log: the entries in `shown` whole (or unopened, for its reason), the rest as hashes."""
        checkpoint = self._checkpoint(state)[0]
        beside = range_proof(start, stop, checkpoint.size, lambda places: self._reader.hashes(state.log, places))
        self._use(state)
        return Range(state.log, start, stop, beside), self._stretch(state, (start, stop), shown, why)

    def _stretch(
        self, state: LogState, bounds: tuple[int, int], shown: Mapping[int, str | None], why: str
    ) -> Iterator[Proven | Withheld]:
        start, stop = bounds
        opened = [offset for offset, reason in shown.items() if reason is None and start <= offset < stop]
        contents = contents_at(self._reader, [state.log], [(0, offset) for offset in opened]) if opened else {}
        for offset, leaf in zip(range(start, stop), self._reader.leaves(state.log, start, stop), strict=True):
            if offset in shown:
                content = contents.get((0, offset))
                yield Proven(state.log, offset, leaf, content, shown[offset], None)
            else:
                yield Withheld(state.log, offset, leaf_hash(leaf), why)

    def checkpoints(self) -> dict[str, bytes]:
        """The signed notes of the logs that anything was proved of, each with the signatures that can be checked."""
        return {path: note.encode() for path, note in self._used.items()}

    def _proved(self, state: LogState, offsets: Sequence[int], why: Mapping[Where, str]) -> Iterator[Proven]:
        log, checkpoint = state.log, self._use(state)
        places = [(0, offset) for offset in offsets]
        opened = [place for place in places if (log.topic_id, log.partition, place[1]) not in why]
        leaves = entries_at(self._reader, [log], places)
        contents = contents_at(self._reader, [log], opened) if opened else {}
        proofs = self._proofs(log, offsets, checkpoint.size)
        for offset, proof in zip(offsets, proofs, strict=True):
            reason = why.get((log.topic_id, log.partition, offset))
            yield Proven(log, offset, _leaf(log, leaves[0, offset]), contents.get((0, offset)), reason, proof)

    def _proofs(self, log: LogId, offsets: Sequence[int], size: int) -> list[list[bytes]]:
        """All of them with the hashes that they take read at once."""
        wanted: list[int] = []

        def noted(places: Sequence[int]) -> list[bytes]:
            wanted.extend(places)
            return [bytes(32)] * len(places)

        for offset in offsets:
            inclusion_proof(offset, size, noted)
        places = sorted(set(wanted))
        known = dict(zip(places, self._reader.hashes(log, places), strict=True)) if places else {}
        return [inclusion_proof(offset, size, lambda some: [known[place] for place in some]) for offset in offsets]

    def _use(self, state: LogState) -> Checkpoint:
        checkpoint, note = self._checkpoint(state)
        self._used[state.log.path] = note
        return checkpoint

    def _checkpoint(self, state: LogState) -> tuple[Checkpoint, Note]:
        """The one that counts, with those of its signatures whose keys are known, the ledger's among them."""
        for data in (state.cosigned, state.note):
            if data is None:
                continue
            note = parse_note(data)
            checkpoint = parse_checkpoint(note.text)
            ours = Verifier(checkpoint.origin, 1, self._public)
            known = {(one.name, one.key_id) for one in (ours, *self._witnesses) if _signs(one, note)}
            if (ours.name, ours.key_id) in known:
                kept = tuple(one for one in note.signatures if (one.name, one.key_id) in known)
                return checkpoint, Note(note.text, kept)
        raise Malformed(f"no checkpoint of {state.log.path} is signed by the key in ledger.pub: run `lifeguard verify`")


def _signs(verifier: Verifier, note: Note) -> bool:
    return verifier.verifies(note) if verifier.kind == 1 else verifier.cosigned_at(note) is not None


def _leaf(log: LogId, entry: Entry) -> bytes:
    return log.head + entry.body()


def _encoded(hashes: Sequence[bytes] | None) -> list[str] | None:
    return None if hashes is None else [encoded(one) for one in hashes]

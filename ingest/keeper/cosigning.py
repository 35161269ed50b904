"""Has every new checkpoint cosigned, in a thread of its own: a witness that is away never stops keeping.

What is stored as cosigned has at least one cosignature that we have checked ourselves. Of a log only its newest
checkpoint waits, until every witness has cosigned it: one that is away or refuses is asked again, and is led on from
the last one that it knows.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import structlog

from ingest.keeper import history
from ingest.witnesses import Behind, WitnessLine, cosigned_by
from records.errors import Malformed, Misconfigured, Unavailable
from records.ledger import tree
from records.ledger.checkpoints import Checkpoint, parse_checkpoint
from records.ledger.growing import GrowingLog
from records.ledger.notes import Note, parse_note
from records.ledger.witnessing import Request

RETRY_SECONDS = 5.0
CATCHES_MAX = 3
CLOSE_SECONDS_MAX = 10.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Waiting:
    """A checkpoint that is not cosigned yet by every witness, with the cosignatures that it has."""

    log: GrowingLog
    note: bytes


class Cosigner:
    """Takes signed checkpoints, and knows up to where each log is cosigned."""

    def __init__(self, witnesses: Sequence[WitnessLine]) -> None:
        self.witnesses = tuple(witnesses)
        self._client = httpx.Client(limits=httpx.Limits(max_connections=8), trust_env=False)
        self._known: dict[tuple[str, str], int] = {}
        self._sizes: dict[str, int] = {}
        self._troubles: dict[str, dict[str, str]] = {one.verifier.name: {} for one in self.witnesses}
        self._waiting: dict[str, Waiting] = {}
        self._news = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="cosigning", daemon=True)

    def start(self, logs: Sequence[GrowingLog]) -> None:
        """Takes up what was signed and not cosigned before."""
        for one in logs:
            note, cosigned = one.checkpoint(), one.cosigned()
            self._sizes[one.id.path] = self._remember(one, cosigned)
            if note is not None and not _is_same(note, cosigned):
                self.put(one, note)
            elif cosigned is not None and any(self.covered_by(name, one) == 0 for name in self._troubles):
                self.put(one, cosigned)
        if self.witnesses:
            self._thread.start()

    def put(self, signed_log: GrowingLog, note: bytes) -> None:
        """Has this checkpoint cosigned, instead of an older one of the same log."""
        if self.witnesses:
            with self._news:
                self._waiting[signed_log.id.path] = Waiting(signed_log, note)
                self._news.notify()

    def covered(self, signed_log: GrowingLog) -> int:
        """How many entries are cosigned, or signed where there are no witnesses."""
        return self._sizes.get(signed_log.id.path, 0) if self.witnesses else signed_log.signed.size

    def covered_by(self, name: str, signed_log: GrowingLog) -> int:
        """How many entries this witness is known to have cosigned."""
        return self._known.get((name, signed_log.origin), 0)

    def told(self) -> list[dict[str, Any]]:
        """Each witness, and what is wrong with it."""
        return [{"name": one.verifier.name, "problem": self._problem(one.verifier.name)} for one in self.witnesses]

    def close(self) -> None:
        """Tries once more what waits, and ends."""
        with self._news:
            self._ended = True
            self._news.notify()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS_MAX)
        self._client.close()

    def _remember(self, its_log: GrowingLog, cosigned: bytes | None) -> int:
        """Takes up who has cosigned how much, as the newest cosigned checkpoint shows it."""
        if cosigned is None:
            return 0
        note = parse_note(cosigned)
        size = parse_checkpoint(note.text).size
        for one in self.witnesses:
            if one.verifier.cosigned_at(note) is not None:
                self._known[one.verifier.name, its_log.origin] = size
        return size

    def _work(self) -> None:
        pause = None
        while True:
            with self._news:
                if not self._waiting and not self._ended:
                    self._news.wait()
                elif pause and not self._ended:
                    self._news.wait(pause)
                waiting, self._waiting, last = self._waiting, {}, self._ended
            failed = [left for one in waiting.values() if (left := self._cosign(one)) is not None]
            pause = RETRY_SECONDS if failed else None
            if last:
                return
            with self._news:
                for one in failed:
                    self._waiting.setdefault(one.log.id.path, one)

    def _cosign(self, waiting: Waiting) -> Waiting | None:
        """Asks every witness that has not cosigned it yet; what is to be tried again, with what it has by now."""
        note = cosigned = parse_note(waiting.note)
        checkpoint, problems = parse_checkpoint(note.text), {}
        missing = [one for one in self.witnesses if one.verifier.cosigned_at(note) is None]
        for witness in missing:
            try:
                cosigned = self._asked(witness, waiting.log, cosigned, checkpoint)
            except (Unavailable, Malformed, Misconfigured) as problem:
                problems[witness] = str(problem)
        if len(cosigned.signatures) > len(note.signatures):
            try:
                self._keep(waiting.log, checkpoint, cosigned)
            except (Unavailable, Misconfigured) as problem:
                problems, cosigned = dict.fromkeys(missing, str(problem)), note
        for witness in missing:
            self._say(witness, waiting.log, problems.get(witness))
        return Waiting(waiting.log, cosigned.encode()) if problems else None

    def _asked(self, witness: WitnessLine, its_log: GrowingLog, note: Note, checkpoint: Checkpoint) -> Note:
        name = (witness.verifier.name, checkpoint.origin)
        old = min(self._known.get(name, self._sizes.get(its_log.id.path, 0)), checkpoint.size)
        for _ in range(CATCHES_MAX):
            proof = tuple(tree.consistency_proof(old, checkpoint.size, its_log.read_hashes))
            try:
                signatures = cosigned_by(witness, self._client, Request(old, proof, note))
            except Behind as behind:
                if behind.size > checkpoint.size:
                    raise Malformed(f"the witness {witness.verifier.name} has cosigned more than we have") from None
                old = behind.size
                continue
            self._known[name] = checkpoint.size
            return note.with_signatures(signatures)
        raise Unavailable(f"the witness {witness.verifier.name} moves on while we ask")

    def _keep(self, its_log: GrowingLog, checkpoint: Checkpoint, cosigned: Note) -> None:
        its_log.keep_cosigned(cosigned.encode())
        self._sizes[its_log.id.path] = checkpoint.size
        history.keep(its_log.folder, cosigned.encode(), always=checkpoint.ended is not None)

    def _say(self, witness: WitnessLine, its_log: GrowingLog, problem: str | None) -> None:
        """One log's problem may be all that a witness has: what is told is the oldest."""
        name = witness.verifier.name
        before, troubles = self._problem(name), self._troubles[name]
        if problem is None:
            troubles.pop(its_log.id.path, None)
        else:
            troubles[its_log.id.path] = problem
        after = self._problem(name)
        if after != before:
            log.warning("not cosigned", problem=after) if after else log.info("cosigned again", witness=name)

    def _problem(self, name: str) -> str | None:
        return next(iter(list(self._troubles[name].values())), None)


def _is_same(note: bytes, cosigned: bytes | None) -> bool:
    """Whether a witness has cosigned just this: the end of a log may be signed at a size that was cosigned before."""
    return cosigned is not None and parse_note(cosigned).text == parse_note(note).text

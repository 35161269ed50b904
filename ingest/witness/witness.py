"""The witness without its HTTP: a body comes in, a cosignature or a refusal goes out; the disk knows it first."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from ingest.witness.evidence import Evidence
from ingest.witness.folder import Folder
from ingest.witness.trust import Trusted
from records.errors import Malformed, Misconfigured, Problem, Unavailable
from records.ledger.checkpoints import Checkpoint
from records.ledger.notes import ED25519, Note, Verifier
from records.ledger.witnessing import Accepted, Refused, Request, decide, parse_request
from records.machine import whereabouts

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


@dataclass(frozen=True)
class Answer:
    """What goes back: status, body, its media type."""

    status: int
    body: str
    media_type: str = TEXT


class Witness:
    """One key, one folder, one ledger. Requests are taken one after the other, so that none overtakes another."""

    def __init__(self, folder: Folder, trusted: Trusted, operator: str, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self.evidence = Evidence(folder.path)
        self.cosigned_at = 0.0
        self._trusted = trusted
        self._operator = operator
        self._clock = clock
        self._one_at_a_time = threading.Lock()
        self._trouble: dict[str, str] = {}

    @property
    def vkey(self) -> str:
        """The public key, as others put it into a file."""
        return self.folder.verifier.vkey

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answers one request of C2SP tlog-witness; 503 where it may be sent again later."""
        try:
            request = parse_request(body)
        except Malformed as problem:
            return Answer(400, f"the request {problem}\n")
        origin = request.checkpoint.origin
        with self._one_at_a_time:
            if waits := self.waits_for_ledger():
                return Answer(503, f"{waits}\n")
            try:
                return self._answered(request, origin)
            except (Unavailable, Misconfigured) as problem:
                self._say(origin, str(problem))
                return Answer(503, f"{problem}\n")

    def _answered(self, request: Request, origin: str) -> Answer:
        ledger, public = self._trusted.key()
        if not origin.startswith(f"{ledger}/"):
            return Answer(404, "this witness watches another ledger\n")
        held = self.folder.held(origin)
        decided = decide(held[0] if held else None, request, public)
        if isinstance(decided, Accepted):
            ledger_key = Verifier(origin, ED25519, public)
            return self._cosigned(decided.checkpoint, request.note, ledger_key, held and held[0])
        if decided.fault and held:
            self._accuse(decided, held, request)
        if decided.status == 409 and request.old != decided.size:  # noqa: PLR2004
            return Answer(409, f"{decided.size}\n", SIZE)
        return Answer(decided.status, f"{decided.reason}\n")

    def _cosigned(self, checkpoint: Checkpoint, note: Note, ledger: Verifier, held: Checkpoint | None) -> Answer:
        at = int(self._clock())
        cosignature = self.folder.signer.cosign(self.folder.name, note.text, at)
        signed = [one for one in note.signatures if (one.name, one.key_id) == (ledger.name, ledger.key_id)]
        # Once it is known outside, it must never be forgotten: the disk first.
        self.folder.keep(checkpoint, Note(note.text, (*signed, cosignature)))
        self.cosigned_at = at
        self._say(checkpoint.origin, None)
        log = structlog.get_logger()
        grown = held is None or checkpoint.size > held.size
        if grown and self.evidence.withdraw(note, checkpoint.origin):
            log.info("what was refused is explained", origin=checkpoint.origin, size=checkpoint.size)
        if held is None or checkpoint.ended is not None:
            log.info("log ended" if checkpoint.ended else "new log", origin=checkpoint.origin, size=checkpoint.size)
        return Answer(200, cosignature.line())

    def _accuse(self, refused: Refused, held: tuple[Checkpoint, Note], request: Request) -> None:
        checkpoint = request.checkpoint
        if self.evidence.keep(refused, held[1], request):
            structlog.get_logger().error(
                "refused", origin=checkpoint.origin, fault=refused.fault, cosigned=held[0].size, offered=checkpoint.size
            )

    def waits_for_ledger(self) -> str | None:
        """Why nothing at all can be cosigned, in a sentence: the ledger's key is not there, or not the one it was."""
        try:
            self._trusted.key()
        except Problem as problem:
            self._say("", str(problem))
        else:
            self._say("", None)
        return self._trouble.get("")

    def trouble(self) -> str | None:
        """Why something cannot be cosigned, in a sentence."""
        return self.waits_for_ledger() or next(iter(list(self._trouble.values())), None)

    def contradicted(self) -> str | None:
        """The alarm: what the ledger's key has signed against what was cosigned before."""
        cases = self.evidence.cases()
        if not cases:
            return None
        last = cases[-1]
        return (
            f"{len(cases)} of the ledger's signed checkpoints contradict what was cosigned before, the last one of "
            f"{last['origin']}: {last['reason']}; ask the ledger's administrator, and keep the files in "
            f"{self.evidence.folder} elsewhere: the alarm ends when they are gone from there"
        )

    def about(self) -> dict[str, Any]:
        """Who this witness is, where it runs, and what it refused."""
        cases = [{name: case[name] for name in ("origin", "at", "reason")} for case in self.evidence.cases()]
        verifier = self.folder.verifier
        about = {"vkey": verifier.vkey, "name": verifier.name, "operator": self._operator, **whereabouts()}
        return about | {"refused": cases}

    def checkpoints(self) -> list[str]:
        """The newest cosigned checkpoint of each log, as notes."""
        return [note.encode().decode() for _, note in self.folder.notes()]

    def _say(self, origin: str, problem: str | None) -> None:
        """Once for each log, and once more when it goes on; called from several threads."""
        if problem:
            before, self._trouble[origin] = self._trouble.get(origin), problem
            if problem != before:
                structlog.get_logger().warning("waiting", origin=origin or None, problem=problem)
        elif self._trouble.pop(origin, None):
            structlog.get_logger().info("going on", origin=origin or None)

"""What a witness decides about a checkpoint, and the request that it gets: C2SP tlog-witness without the HTTP.

A request is signed by nobody; only the checkpoint in it is. What speaks against the ledger's keeper is therefore a
`fault` of its own beside the status: a fork proves itself by two signed notes, the others say what was put before us.
"""

import base64
import re
from dataclasses import dataclass
from typing import Literal

from records.errors import Malformed
from records.ledger.checkpoints import Checkpoint, parse_checkpoint
from records.ledger.notes import ED25519, NOTE_BYTES_MAX, Note, Verifier, parse_note
from records.ledger.tree import EMPTY_ROOT, HASH_BYTES, verify_consistency

PROOF_LINES_MAX = 63
LINE_BYTES_MAX = 64
REQUEST_BYTES_MAX = NOTE_BYTES_MAX + (PROOF_LINES_MAX + 2) * LINE_BYTES_MAX
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")

Fault = Literal["fork", "shrunk", "inconsistent", "after its end"]
"""How a checkpoint with the right signature contradicts what was cosigned before."""


@dataclass(frozen=True)
class Request:
    """A checkpoint to be cosigned: the size that its sender believes to be cosigned last, and the proof from there."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    @property
    def checkpoint(self) -> Checkpoint:
        """What the note says; raises Malformed."""
        return parse_checkpoint(self.note.text)

    def encode(self) -> bytes:
        """The body of the request."""
        lines = (f"{base64.b64encode(node).decode('ascii')}\n" for node in self.proof)
        return f"old {self.old}\n{''.join(lines)}\n".encode() + self.note.encode()


def parse_request(body: bytes) -> Request:
    """The request in this body, whose note is a checkpoint; raises Malformed."""
    if len(body) > REQUEST_BYTES_MAX:
        raise Malformed(f"is larger than {REQUEST_BYTES_MAX} bytes")
    head, blank, note = body.partition(b"\n\n")
    old, *proof = head.split(b"\n", PROOF_LINES_MAX + 1)
    size = _OLD.fullmatch(old.decode("latin-1"))
    if not blank or not size:
        raise Malformed("is not a line `old SIZE`, a proof, an empty line and a checkpoint")
    if len(proof) > PROOF_LINES_MAX:
        raise Malformed(f"has a proof of more than {PROOF_LINES_MAX} lines")
    request = Request(int(size[1]), tuple(_hash(line) for line in proof), parse_note(note))
    parse_checkpoint(request.note.text)
    return request


@dataclass(frozen=True)
class Accepted:
    """To be kept, and then cosigned."""

    checkpoint: Checkpoint


@dataclass(frozen=True)
class Refused:
    """Not cosigned: the HTTP status, why, and the size that is cosigned."""

    status: Literal[400, 403, 404, 409, 422]
    reason: str
    size: int
    fault: Fault | None = None


def decide(stored: Checkpoint | None, request: Request, public: bytes) -> Accepted | Refused:
    """Whether a checkpoint continues the one that was cosigned last for its origin, under this key of the ledger."""
    try:
        new = request.checkpoint
    except Malformed as problem:
        return Refused(400, f"the note {problem}", 0)
    held = stored or Checkpoint(new.origin, 0, EMPTY_ROOT)
    if held.origin != new.origin:
        raise ValueError("a checkpoint is compared with one of the same origin")
    if not Verifier(new.origin, ED25519, public).verifies(request.note):
        return Refused(403, "the key of the ledger did not sign this", held.size)
    if refused := _contradiction(held, new, request.old) or _mistaken(held, new, request.old):
        return refused
    if not verify_consistency(held.size, held.root, new.size, new.root, request.proof):
        fault: Fault | None = "inconsistent" if 0 < held.size < new.size else None
        return Refused(422, "the proof does not lead from what was cosigned to this", held.size, fault)
    return Accepted(new)


def _contradiction(held: Checkpoint, new: Checkpoint, old: int) -> Refused | None:
    """What no keeper in good order signs, whatever the request around it says."""
    status: Literal[400, 409] = 400 if old > new.size else 409
    if new.size < held.size:
        return Refused(status, f"the log had {held.size} entries, and now it has {new.size}", held.size, "shrunk")
    if new.size == held.size and new.root != held.root:
        return Refused(status, f"another root was cosigned for {held.size} entries", held.size, "fork")
    if held.ended is not None and new.size > held.size:
        return Refused(status, f"the log ended with {held.size} entries", held.size, "after its end")
    return None


def _mistaken(held: Checkpoint, new: Checkpoint, old: int) -> Refused | None:
    """What may happen to anybody."""
    if old > new.size:
        return Refused(400, f"the size {new.size} is smaller than the old one, {old}", held.size)
    if old != held.size:
        return Refused(409, f"the size {held.size} was cosigned last", held.size)
    if held.ended is not None and new != held:
        return Refused(409, f"the log ended with {held.size} entries", held.size)
    return None


def _hash(line: bytes) -> bytes:
    try:
        node = base64.b64decode(line, validate=True)
    except ValueError:
        node = b""
    if len(node) != HASH_BYTES or base64.b64encode(node) != line:
        raise Malformed("has a line in its proof that is not a hash in base64")
    return node

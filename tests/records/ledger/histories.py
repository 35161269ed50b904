"""Small logs with everything that a keeper could sign of them, true and forged, for the tests of witnesses."""

from collections.abc import Sequence

from records.ledger.checkpoints import Checkpoint
from records.ledger.notes import Note, Signer
from records.ledger.tree import EMPTY_ROOT, Growing, consistency_proof, leaf_hash
from records.ledger.witnessing import Request

LEDGER = "ledger.example"
ORIGIN = f"{LEDGER}/cluster/topic/3"
KEEPER = Signer.made()
ENTRIES = 40


class History:
    """A log and everything that it could have signed: entries are the same up to `parting`, and others after it."""

    def __init__(self, name: str = "", parting: int = ENTRIES, origin: str = ORIGIN) -> None:
        self.origin = origin
        growing, self.hashes = Growing(), bytearray()
        self.roots = [EMPTY_ROOT]
        for number in range(ENTRIES):
            leaf = f"{number}" if number < parting else f"{number} {name}"
            self.hashes += growing.append(leaf_hash(leaf.encode()))
            self.roots.append(growing.root())

    def read(self, indexes: Sequence[int]) -> list[bytes]:
        """As the store gives hashes."""
        return [bytes(self.hashes[32 * index : 32 * index + 32]) for index in indexes]

    def checkpoint(self, size: int, *extensions: str) -> Checkpoint:
        """What it signs at this size."""
        return Checkpoint(self.origin, size, self.roots[size], extensions)

    def request(self, old: int, size: int, *extensions: str, signer: Signer = KEEPER) -> Request:
        """A request as a keeper makes it."""
        proof = tuple(consistency_proof(old, size, self.read)) if old <= size else ()
        return Request(old, proof, signed(self.checkpoint(size, *extensions), signer))


def signed(checkpoint: Checkpoint, signer: Signer = KEEPER) -> Note:
    """A checkpoint as a note of its log."""
    text = checkpoint.text()
    return Note(text, (signer.sign(checkpoint.origin, text),))

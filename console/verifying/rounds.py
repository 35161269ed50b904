"""A short look at all logs, every few seconds: does what the ledger signs now continue what witnesses have cosigned?

It reads no entries: the proofs are made of the ledger's stored hashes, and the witnesses are compared by them.
"""

from collections.abc import Sequence
from itertools import pairwise

from console.verifying.differences import Difference
from console.verifying.judging import Trust, of_logs, of_state
from console.verifying.witnessed import Cosigned, Statement, by_origin
from records.ledger.checkpoints import Checkpoint
from records.ledger.reading import LogState, Reader
from records.ledger.tree import consistency_proof, verify_consistency


def round_of(reader: Reader, statements: Sequence[Statement], trust: Trust) -> list[Difference]:
    """What is wrong by checkpoints alone; raises Unavailable where the ledger is away."""
    said, found = by_origin(statements, trust.public)
    states = reader.logs()
    found += of_logs(states, said, trust)
    for state in states:
        found += of_state(state, trust)
        found += _of_log(reader, state, said.get(state.log.origin(trust.ledger_name), []))
    return found


def _of_log(reader: Reader, state: LogState, said: Sequence[Cosigned]) -> list[Difference]:
    """Each witness's checkpoint is continued by the next larger one, and the largest by the ledger's own."""
    path = state.log.path
    found = [
        Difference("truncated", path, f"{path} has {state.size:,} entries, and {one.said}", state.size)
        for one in said
        if one.checkpoint.size > state.size
    ]
    chain = sorted((one for one in said if one.checkpoint.size <= state.size), key=lambda one: one.checkpoint.size)
    for one, other in pairwise(chain):
        if not _continues(reader, state, one.checkpoint, other.checkpoint):
            text = f"two witnesses of {path} do not agree: {one.said}, {other.said}"
            found.append(Difference("split view", path, text))
    for one in chain:
        if not _continues(reader, state, one.checkpoint, state.checkpoint):
            text = f"{path} does not continue what {one.said}"
            found.append(Difference("rewritten", path, text))
    return found


def _continues(reader: Reader, state: LogState, old: Checkpoint, new: Checkpoint) -> bool:
    proof = consistency_proof(old.size, new.size, lambda places: reader.hashes(state.log, places))
    return verify_consistency(old.size, old.root, new.size, new.root, proof)

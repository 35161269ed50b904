"""After a restore of an older backup the witness refuses the old name for ever; a ledger begun anew is cosigned."""

import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from ingest.witness.folder import Folder
from ingest.witness.trust import Trusted
from ingest.witness.witness import Witness
from records.ledger import tree
from records.ledger.entries import LogId
from records.ledger.growing import Kept
from records.ledger.notes import parse_note
from records.ledger.store import Ledger
from records.ledger.witnessing import Request

LOG = LogId("cluster", "posts", "topic", 0)
ON_KAFKA = [Kept(number, 1_790_000_000_000 + number, f"forum:{number}".encode(), b"{}") for number in range(6)]


def _cosigned(folder: Path, name: str, records: Sequence[Kept], witness: Witness, old: int) -> int:
    """The keeper keeps these, signs, and asks; the status of the answer."""
    with closing(Ledger(folder, name)) as ledger:
        log = ledger.log(LOG)
        log.keep(records)
        log.flush()
        note = log.sign()
        assert note is not None
        proof = tuple(tree.consistency_proof(old, log.signed.size, log.read_hashes))
        return witness.add_checkpoint(Request(old, proof, parse_note(note)).encode()).status


def _witness(folder: Path, name: str, ledger: Path) -> Witness:
    held = Folder(folder, name)
    return Witness(held, Trusted(ledger / "ledger.pub", held), "Kim of the auditors")


@pytest.mark.parametrize("upto", [5, 6])
def test_a_ledger_that_a_witness_saw_further_begins_anew_under_another_name(upto: int, tmp_path: Path) -> None:
    """From Kafka's first record, in a new folder, with a witness in an empty one; what the old one holds stays."""
    old, backup, new = tmp_path / "ledger", tmp_path / "backup", tmp_path / "anew"
    witness = _witness(tmp_path / "w1", "w1.example", old)
    assert _cosigned(old, "ledger.example", ON_KAFKA[:3], witness, 0) == 200
    shutil.copytree(old, backup)
    assert _cosigned(old, "ledger.example", ON_KAFKA[3:5], witness, 3) == 200

    assert _cosigned(backup, "ledger.example", ON_KAFKA[3:upto], witness, 5) in (409, 422)
    assert witness.contradicted()

    with closing(Ledger(new, "ledger.example/2")):
        anew = _witness(tmp_path / "w2", "w2.example", new)
        over_the_old_folder = _witness(tmp_path / "w1", "w1.example", new)
    assert _cosigned(new, "ledger.example/2", ON_KAFKA, over_the_old_folder, 0) == 503
    shutil.rmtree(new)
    assert _cosigned(new, "ledger.example/2", ON_KAFKA, anew, 0) == 200
    assert anew.contradicted() is None
    assert len(witness.checkpoints()) == len(anew.checkpoints()) == 1

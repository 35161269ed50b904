"""One post against the ledger and what witnesses say: what is not as it was recorded is said, and nothing else is."""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.dossier.proved import DERIVED
from console.dossier.trust import Trust as Believed
from console.verifying import one_post
from console.verifying.folded import Folded
from console.verifying.judging import Trust
from console.verifying.one_post import Verified, Whose, verify_post
from console.verifying.witnessed import Statement
from records.ledger.checkpoints import Checkpoint
from records.ledger.entries import LogId
from records.ledger.reading import Folder
from records.ledger.store import parse_public_line
from records.received import Received
from records.settings import Settings
from tests.attacking import Attacked, Watcher
from tests.console.web.views import Views, records
from tests.moderation.case_records import at, seen
from tests.records.ledger.kept import CLUSTER, keep, message_of

pytestmark = pytest.mark.usefixtures("unsynced")


class Scene:
    """A ledger in a folder, a witness of it, and the views of the post that it is about."""

    def __init__(self, folder: Path, received: Sequence[Received] | None = None) -> None:
        self.folder, self.received = folder, list(received or records())
        keep(folder, map(message_of, self.received))
        self.witness, self.away = Watcher("one.test"), ""
        self.cosign()
        self.views = Views(Settings(), self.received)

    def cosign(self) -> None:
        """The witness sees every log."""
        for log in (self.folder / "logs").iterdir():
            note = (log / "checkpoint").read_bytes()
            (log / "cosigned").write_bytes(self.witness.cosign(note, 1_790_000_000))

    def verify(self) -> Verified:
        """As it stands now."""
        name, public = parse_public_line((self.folder / "ledger.pub").read_text(encoding="utf-8"))
        verifier = self.witness.verifier
        notes = () if self.away else list(self.witness.notes.values())
        said = [Statement(verifier, "http://test", notes, self.away or None)]
        whose = Whose(Trust(name, public, (verifier,)), Believed(public, "", [verifier]), said)
        search: Any = self.views
        with closing(Folder(self.folder)) as reader:
            return asyncio.run(verify_post(search, reader, self.views.material, whose, Folded()))


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_post, "SECONDS_BETWEEN", 0.0)


def test_what_is_as_it_was_recorded_is_proved(tmp_path: Path) -> None:
    """Document, facts, and what the witness says of each log."""
    found = Scene(tmp_path).verify()
    assert (found.differs, found.not_done) == ([], [])
    assert found.said == "nothing differs: the document of this post and 4 facts about it are what the ledger has"
    assert [one.split(" of ")[-1] for one in found.proved[:3]] == ["this post lie below"] * 3
    assert "one.test cosigned 2 entries" in " ".join(found.proved)
    assert "who the author really is" in " ".join(found.not_proved)
    assert DERIVED not in found.not_proved


def test_an_index_that_says_something_else_is_found_out(tmp_path: Path) -> None:
    """In the document, in a fact, and where a fact is gone."""
    scene = Scene(tmp_path)
    material = scene.views.material
    scene.views.material = replace(material, document={**material.told, "state": "open"})
    assert "the document of post forum:1 is not what its records say: state differ" in scene.verify().differs
    letter = {**material.facts[0], "record": {**material.facts[0]["record"], "text": "hallo"}}
    scene.views.material = replace(material, facts=[letter, *material.facts[1:]])
    found = scene.verify()
    assert not found.ok
    assert any("is not in the index as it is in the ledger: record.text differ" in one for one in found.differs)
    scene.views.material = replace(material, facts=material.facts[1:])
    assert any("is missing in the index" in one for one in scene.verify().differs)


def test_another_history_than_the_witness_saw_is_found_out(tmp_path: Path) -> None:
    """Though everything here agrees with everything else, and is signed."""
    scene = Scene(tmp_path)
    log = LogId(CLUSTER, "posts", "id-of-posts", 0)
    attacked = Attacked(tmp_path, "test", log)
    scene.witness.cosign(attacked.signed(Checkpoint(log.origin("test"), 2, bytes(32))), 1_790_000_001)
    found = scene.verify()
    assert [one.split(" cosigned")[0] for one in found.differs] == [
        f"entry {number} of {log.path} does not lie below what one.test" for number in (0, 1)
    ]
    assert found.said == "2 things differ from what was recorded"


def test_what_was_cut_off_is_found_out(tmp_path: Path) -> None:
    """The witness has seen more."""
    scene = Scene(tmp_path)
    notes = dict(scene.witness.notes)
    keep(tmp_path, [message_of(Received("posts", "id-of-posts", 0, 2, at(9), seen("hello again")))])
    checkpoint = next((tmp_path / "logs").glob("posts-*")) / "checkpoint"
    shorter = checkpoint.parent / "cosigned"
    scene.witness.cosign(checkpoint.read_bytes(), 1_790_000_001)
    assert scene.witness.notes != notes
    checkpoint.write_bytes(shorter.read_bytes())
    assert any("some were cut off" in one for one in scene.verify().differs)


def test_what_is_not_signed_yet_is_not_called_different(tmp_path: Path) -> None:
    """The index is ahead of the ledger for a moment."""
    received = records()
    scene = Scene(tmp_path, received[:-1])
    scene.views = Views(Settings(), received)
    found = scene.verify()
    assert found.differs == []
    assert not found.ok
    assert any("verify it again in a moment" in one for one in found.not_done)
    assert any("not signed yet: decisions-0-0" in one for one in found.not_done)


def test_a_witness_that_does_not_answer_is_told(tmp_path: Path) -> None:
    """What is left is compared."""
    scene = Scene(tmp_path)
    scene.away = "it does not answer"
    found = scene.verify()
    assert found.not_done == ["nothing was compared with one.test: it does not answer"]
    assert found.said.startswith("nothing differs, and not everything could be checked")

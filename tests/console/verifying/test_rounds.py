"""A short look finds by checkpoints alone what contradicts a witness."""

from contextlib import closing

from console.verifying.differences import Difference
from console.verifying.rounds import round_of
from console.verifying.witnessed import Statement
from records.ledger.checkpoints import Checkpoint
from records.ledger.reading import Folder
from tests.attacking import kinds
from tests.console.verifying.scene import NAME, POSTS, Scene


def _round(scene: Scene) -> list[Difference]:
    said = [Statement(one.verifier, "http://test", list(one.notes.values())) for one in (scene.one, scene.other)]
    with closing(Folder(scene.folder)) as reader:
        return round_of(reader, said, scene.where().trust(said))


def test_nothing_is_wrong_while_the_log_grows(scene: Scene) -> None:
    """What was cosigned is continued."""
    scene.grow(POSTS, 10)
    assert _round(scene) == []


def test_a_rewritten_log_is_named(scene: Scene) -> None:
    """Its signed end does not continue what was cosigned."""
    found = scene.frames()
    found[70] = scene.resealed(found[70], 70, b"nicer")
    scene.write(found, hashes=True, sign=True)
    assert kinds(_round(scene)) == {"rewritten"}


def test_a_cut_log_is_named(scene: Scene) -> None:
    """It is smaller than what was cosigned."""
    scene.write(scene.frames()[:150], hashes=True, sign=True)
    (one, _) = _round(scene)
    assert one.kind == "truncated"
    assert f"{POSTS.path} has 150 entries, and one.test cosigned 160" in one.said


def test_two_witnesses_that_contradict_one_another_are_named(scene: Scene) -> None:
    """By the hashes of the ledger, which can agree with one of them alone."""
    forged = scene.signed(Checkpoint(POSTS.origin(NAME), 150, bytes(32)))
    scene.other.cosign(forged, scene.at + 1)
    assert "split view" in kinds(_round(scene))


def test_what_no_witness_cosigned_is_not_believed(scene: Scene) -> None:
    """A note with the cosignature of somebody else."""
    scene.one.notes, scene.other.notes = scene.other.notes, scene.one.notes
    assert kinds(_round(scene)) == {"witness"}

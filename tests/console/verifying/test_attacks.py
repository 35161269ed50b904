"""Whoever has every key of the ledger changes it, and is named; each attack is on a copy of a ledger."""

import shutil
from dataclasses import replace

from records.ledger import tree
from records.ledger.checkpoints import Checkpoint
from records.ledger.notes import Signer
from tests.attacking import kinds, of_kind
from tests.console.verifying.scene import AUDIT, BEGAN_MS, NAME, POSTS, Scene

PATH = POSTS.path


def test_nothing_differs_in_an_untouched_ledger(scene: Scene) -> None:
    """All of it is proved, by both witnesses, and every entry opens."""
    outcome = scene.verify()
    assert outcome.ok
    assert [(log.path, log.size, log.covered) for log in outcome.logs] == [(AUDIT.path, 20, 20), (PATH, 160, 160)]
    assert outcome.contents is not None
    assert outcome.contents.opened == 180
    assert outcome.windows == {"one.test": 0, "other.test": 0}


def test_an_edited_entry_is_named(scene: Scene) -> None:
    """Its bytes are well formed, and not those of its stored hash."""
    found = scene.frames()
    found[70] = scene.resealed(found[70], 70, b"something nicer")
    scene.write(found)
    (altered,) = of_kind(scene.differences(), "altered")
    assert altered.entry == 70
    assert f"entry 70 of {PATH} (posts-0-70)" in altered.said
    assert f"{PATH}/{0:020d}.entries" in altered.said


def test_a_flipped_byte_is_named_with_its_file(scene: Scene) -> None:
    """A frame with another checksum hides no other entry."""
    file = scene.log / f"{0:020d}.entries"
    data, at = bytearray(file.read_bytes()), file.read_bytes().index(b"post:3") + 40
    data[at] ^= 1
    file.write_bytes(bytes(data))
    found = scene.differences()
    assert [(one.kind, one.entry) for one in found] == [("damaged", 3)]
    assert str(file) in found[0].said


def test_an_edit_with_everything_after_it_made_again_is_named_by_the_witnesses(scene: Scene) -> None:
    """Hashes, and a checkpoint under the stolen key: the log agrees with itself, and with no witness from 60 on."""
    found = scene.frames()
    found[70] = scene.resealed(found[70], 70, b"something nicer")
    scene.write(found, hashes=True, sign=True)
    differences = scene.differences()
    assert kinds(differences) == {"rewritten"}
    assert all(one.entry == 60 for one in differences)
    assert differences[0].said.startswith(
        f"{PATH} was rewritten: from one of the entries 60 to 119 on nothing is as one.test cosigned it at "
        "2026-01-01 02:00:00 UTC (120 entries); the 60 entries before are as one.test cosigned them at 2026-01-01 01:00"
    )


def _made_anew(scene: Scene, number: int) -> None:
    """The stored hash of one entry alone."""
    stored, at = bytearray((scene.log / "hashes").read_bytes()), tree.stored_index(0, number) * 32
    stored[at : at + 32] = tree.leaf_hash(scene.log_id.head + scene.frames()[number].body)
    (scene.log / "hashes").write_bytes(bytes(stored))


def _forge(scene: Scene, *numbers: int) -> None:
    found = scene.frames()
    for number in numbers:
        found[number] = scene.resealed(found[number], number, b"something nicer")
    scene.write(found)


def test_an_entry_edited_with_its_own_hash_hides_behind_no_other(scene: Scene) -> None:
    """Entry 3 is a decoy, and named; that entry 100 is another too is what the witnesses say, from 60 on."""
    _forge(scene, 3, 100)
    _made_anew(scene, 100)
    differences = scene.differences()
    assert [one.entry for one in of_kind(differences, "altered")] == [3]
    rewritten = of_kind(differences, "rewritten")
    assert {one.entry for one in rewritten} == {60}
    assert "from one of the entries 60 to 119 on nothing is as one.test cosigned it" in rewritten[0].said
    assert "; the 60 entries before, but for those that are named, are as one.test cosigned them" in rewritten[0].said
    (checkpoint,) = of_kind(differences, "checkpoint")
    assert "and others may differ than those that are named" in checkpoint.said
    assert of_kind(differences, "hashes")[0].where == PATH


def test_a_decoy_hides_nothing_where_no_witness_is(scene: Scene) -> None:
    """The ledger's own checkpoint speaks of other entries."""
    _forge(scene, 3, 100)
    _made_anew(scene, 100)
    assert "others may differ" in of_kind(scene.verify(watchers=[]).named.first, "checkpoint")[0].said


def test_a_decoy_hides_nothing_though_every_hash_is_made_anew(scene: Scene) -> None:
    """All hashes fit the forged entry, and the decoy alone differs from its own."""
    _forge(scene, 100)
    scene.write(scene.frames(), hashes=True)
    _forge(scene, 3)
    differences = scene.differences()
    assert [one.entry for one in of_kind(differences, "altered")] == [3]
    assert {one.entry for one in of_kind(differences, "rewritten")} == {60}


def test_entries_that_are_named_hide_no_split_view(scene: Scene) -> None:
    """Who saw more agrees with the ledger but for what is named."""
    _forge(scene, 3)
    scene.other.cosign(scene.signed(Checkpoint(POSTS.origin(NAME), 150, bytes(32))), scene.at + 1)
    assert "split view" in kinds(scene.differences())


def test_an_entry_deleted_from_the_middle_is_named(scene: Scene) -> None:
    """Those after it say another number than their place."""
    found = scene.frames()
    del found[70]
    scene.write(found, hashes=True, sign=True)
    differences = scene.differences()
    (moved,) = of_kind(differences, "moved")
    assert moved.entry == 70
    assert "says that it is entry 71" in moved.said
    assert of_kind(differences, "truncated")[0].where == PATH


def test_an_entry_deleted_and_all_after_it_numbered_again_is_named(scene: Scene) -> None:
    """Made with every key; one more at the end keeps the length."""
    found = scene.frames()
    del found[70]
    again = [one if number < 70 else scene.resealed(one, number) for number, one in enumerate([*found, found[-1]])]
    scene.write(again, hashes=True, sign=True)
    differences = scene.differences()
    assert kinds(differences) == {"rewritten"}
    assert "from one of the entries 60 to 119 on" in differences[0].said


def test_an_entry_put_in_with_an_earlier_time_is_named(scene: Scene) -> None:
    """Numbers and hashes fit: the entry is named by its time, and the witnesses had another history from 60 on."""
    found = scene.frames()
    found.insert(100, scene.dated(found[99], BEGAN_MS))
    again = [one if number < 100 else scene.resealed(one, number) for number, one in enumerate(found)]
    scene.write(again, hashes=True, sign=True)
    differences = scene.differences()
    assert [one.entry for one in of_kind(differences, "back-dated")] == [100]
    (first, *_) = of_kind(differences, "rewritten")
    assert first.entry == 60
    assert "119" in first.said


def test_an_entry_appended_with_an_earlier_time_is_named(scene: Scene) -> None:
    """Even inside the window that no witness covers yet."""
    scene.grow(POSTS, 1, append_ms=BEGAN_MS)
    (one,) = scene.differences()
    assert (one.kind, one.entry) == ("back-dated", 160)
    assert f"entry 160 of {PATH}" in one.said


def test_a_cut_tail_is_named_although_its_checkpoint_fits(scene: Scene) -> None:
    """Signed anew at the smaller size, and with the old cosigned checkpoint put back."""
    scene.write(scene.frames()[:120], hashes=True, sign=True)
    old = scene.old_note(1)
    (scene.log / "cosigned").write_bytes(old)
    (scene.log / "checkpoint").write_bytes(old)
    differences = scene.differences()
    assert kinds(differences) == {"truncated"}
    assert differences[0].entry == 120
    assert f"{PATH} has 120 entries, and one.test cosigned 160 entries" in differences[0].said
    assert "the entries 120 to 159 were cut off" in differences[0].said


def test_two_swapped_entries_are_both_named(scene: Scene) -> None:
    """Each says the other's number."""
    found = scene.frames()
    found[10], found[90] = found[90], found[10]
    scene.write(found, hashes=True, sign=True)
    moved = of_kind(scene.differences(), "moved")
    assert [one.entry for one in moved] == [10, 90]
    assert "says that it is entry 90" in moved[0].said


def test_an_old_checkpoint_that_is_shown_again_is_named(scene: Scene) -> None:
    """The entries are still there."""
    (scene.log / "checkpoint").write_bytes(scene.old_note(0))
    differences = scene.differences()
    assert kinds(differences) == {"truncated"}
    assert "or an old checkpoint was put back" in differences[0].said


def test_two_histories_for_two_witnesses_are_named(scene: Scene) -> None:
    """Of the same size, with another root."""
    forged = scene.signed(Checkpoint(POSTS.origin(NAME), 160, bytes(32)))
    scene.other.cosign(forged, scene.at + 1)
    differences = scene.differences()
    (split,) = of_kind(differences, "split view")
    assert split.where == PATH
    assert "one.test cosigned 160 entries" in split.said
    assert "other.test cosigned 160 entries" in split.said


def test_two_histories_of_different_sizes_are_named(scene: Scene) -> None:
    """The ledger agrees with whoever saw more, so the other was shown something else."""
    forged = scene.signed(Checkpoint(POSTS.origin(NAME), 150, bytes(32)))
    scene.other.cosign(forged, scene.at + 1)
    assert kinds(scene.differences()) == {"split view", "rewritten"}


def test_a_topic_that_was_made_anew_is_named(scene: Scene) -> None:
    """The old log is gone, and another stands in its place."""
    new = replace(POSTS, topic_id="q" * 22)
    shutil.rmtree(scene.log)
    scene.grow(new, 30)
    differences = scene.differences()
    assert kinds(differences) == {"truncated"}
    assert f"the ledger has no log {POSTS.origin(NAME)}, of which one.test cosigned 160" in differences[0].said


def test_a_topic_that_was_made_anew_beside_the_old_log_is_named(scene: Scene) -> None:
    """Both would go on."""
    scene.grow(replace(POSTS, topic_id="q" * 22), 30)
    (one,) = scene.differences()
    assert one.kind == "recreated"
    assert PATH in one.said


def test_a_log_under_another_identity_is_named(scene: Scene) -> None:
    """Entries name the topic that they were read from."""
    scene.rename_log(replace(POSTS, topic_id="q" * 22))
    assert {"altered", "checkpoint", "truncated"} <= kinds(scene.differences())


def test_a_ledger_with_another_key_is_named(scene: Scene) -> None:
    """A new key that signs everything again is not the one that somebody copied."""
    (scene.folder / "key").unlink()
    Signer.made().save(scene.folder / "key")
    scene.write(scene.frames(), hashes=True, sign=True)
    differences = of_kind(scene.differences(), "checkpoint")
    assert differences[0].where == PATH


def test_stored_hashes_alone_are_named_without_blaming_an_entry(scene: Scene) -> None:
    """A hash above the leaves."""
    file = scene.log / "hashes"
    data = bytearray(file.read_bytes())
    data[tree.stored_index(3, 4) * 32] ^= 1
    file.write_bytes(bytes(data))
    assert kinds(scene.differences()) == {"hashes"}


def test_without_a_witness_the_window_is_everything(scene: Scene) -> None:
    """What agrees with itself is told to be covered by nobody."""
    outcome = scene.verify(watchers=[])
    assert outcome.ok
    assert all(log.covered == 0 for log in outcome.logs)
    assert outcome.window[1] > 0
    assert outcome.window[0] == ""


def test_what_no_witness_has_cosigned_yet_is_the_window(scene: Scene) -> None:
    """An edit there is not found, and the time since its first entry is told."""
    scene.grow(POSTS, 10)
    found = scene.frames()
    found[165] = scene.resealed(found[165], 165, b"nicer")
    scene.write(found, hashes=True, sign=True)
    outcome = scene.verify()
    assert outcome.ok
    (posts,) = [log for log in outcome.logs if log.path == PATH]
    assert (posts.size, posts.covered) == (170, 160)
    assert posts.windows == dict.fromkeys(("one.test", "other.test"), BEGAN_MS + 160_000)


def test_the_window_is_told_of_each_witness(scene: Scene) -> None:
    """It is that of the best witness that protects: who is up to date and protects nobody makes it no shorter."""
    origin = POSTS.origin(NAME)
    scene.other.notes[origin] = scene.old_note(0)
    outcome = scene.verify()
    (posts,) = [log for log in outcome.logs if log.path == PATH]
    assert posts.windows == {"other.test": BEGAN_MS + 60_000}
    assert outcome.window == ("one.test", 0.0)
    outcome.witnesses = [{"name": "one.test", "protects": False}, {"name": "other.test", "protects": True}]
    assert outcome.window == ("other.test", outcome.windows["other.test"])
    assert outcome.windows["other.test"] > 0
    assert outcome.value()["window_of"] == "other.test"


def test_one_log_alone(scene: Scene) -> None:
    """Others are not looked at."""
    outcome = scene.verify(log=AUDIT.path)
    assert [log.path for log in outcome.logs] == [AUDIT.path]

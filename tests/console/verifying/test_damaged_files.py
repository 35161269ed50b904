"""Keys, files and hashes of a ledger that were altered, cut off or removed are named; one hides no other."""

import os
from pathlib import Path

import pytest

from console.verifying.where import Where
from records.errors import Misconfigured
from records.ledger.frames import Frame
from records.ledger.store import Ledger
from records.settings import Settings
from tests.attacking import kinds
from tests.console.verifying.scene import AUDIT, NAME, POSTS, Scene

PATH = POSTS.path


def _refuses(scene: Scene) -> None:
    with pytest.raises(Misconfigured):
        Ledger(scene.folder, NAME)


def test_an_altered_key_is_named_with_every_entry_that_it_should_open(scene: Scene) -> None:
    """Post 0 has one key, and it is another now."""
    scene.change_slots(lambda slots: slots.__setitem__(slice(0, 32), bytes([7]) * 32))
    differences = scene.differences()
    assert kinds(differences) == {"unopened"}
    assert [one.entry for one in differences][:3] == [0, 7, 14]
    assert f"entry 7 of {PATH} (posts-0-7) is not opened by its key" in differences[1].said


def test_swapped_keys_are_named(scene: Scene) -> None:
    """Two subjects whose keys change places."""

    def swap(slots: bytearray) -> None:
        slots[0:32], slots[32:64] = slots[32:64], slots[0:32]

    scene.change_slots(swap)
    outcome = scene.verify()
    assert kinds(outcome.named.first) == {"unopened"}
    assert [one.entry for one in outcome.named.first][:4] == [0, 1, 7, 8]


def test_an_entry_that_is_given_another_text_and_slot_is_named(scene: Scene) -> None:
    """The text of another entry, under the key of that one: leaf and commitment stay, and it does not open."""
    found = scene.frames()
    found[5] = Frame(found[5].body, found[6].slot, found[6].sealed)
    scene.write(found)
    (one,) = scene.differences()
    assert (one.kind, one.entry) == ("unopened", 5)


def test_a_key_that_is_gone_without_an_erasure_is_named(scene: Scene) -> None:
    """Overwritten by somebody, or lost with older keys; each subject by its first entry."""
    scene.change_slots(lambda slots: slots.__setitem__(slice(0, 32), bytes(32)))
    outcome = scene.verify()
    (one,) = outcome.named.first
    assert (one.kind, one.entry, outcome.named.count) == ("unopened", 0, 23)
    assert "its key is gone and nothing says that it was erased" in one.said


@pytest.mark.parametrize("attack", ["truncated", "hashes", "replayed"])
def test_the_keeper_does_not_start_on_what_it_can_see(scene: Scene, attack: str) -> None:
    """Fewer entries than were signed, hashes of another root, entries that were signed before."""
    if attack == "truncated":
        scene.write(scene.frames()[:120])
    elif attack == "hashes":
        found = scene.frames()
        found[70] = scene.resealed(found[70], 70, b"nicer")
        scene.write(found, hashes=True)
    else:
        (scene.log / "index").write_bytes((scene.log / "index").read_bytes()[:120])
    _refuses(scene)


@pytest.mark.parametrize(
    ("name", "left", "words"),
    [
        ("hashes", 100, f"{PATH} cannot be read from entry 0 on"),
        ("index", 100, f"{PATH} cannot be read from entry 0 on"),
        (f"{0:020d}.entries", 5_000, "cannot be read"),
    ],
)
def test_a_file_that_was_cut_is_named_and_other_logs_are_verified(
    scene: Scene, name: str, left: int, words: str
) -> None:
    """One log that cannot be read hides no other."""
    os.truncate(scene.log / name, left)
    outcome = scene.verify()
    assert words in outcome.named.first[0].said
    assert AUDIT.path in {log.path for log in outcome.logs}


def test_a_log_without_its_entries_is_named(scene: Scene) -> None:
    """Every one of them."""
    (scene.log / f"{0:020d}.entries").unlink()
    outcome = scene.verify()
    assert outcome.named.count >= 160
    assert kinds(outcome.named.first) == {"damaged"}


def test_keys_that_are_gone_are_not_taken_for_erased(scene: Scene) -> None:
    """The end of the file of keys was cut off."""
    os.truncate(scene.folder / "keys" / "slots", 64)
    assert kinds(scene.differences()) == {"unopened"}


def test_a_folder_without_a_ledger_is_told_so(tmp_path: Path) -> None:
    """And not that its public key is missing."""
    where = Where(Settings(data_dir=tmp_path), tmp_path / "nowhere")
    with pytest.raises(Misconfigured, match=r"there is no ledger in .*nowhere"):
        where.trust([])

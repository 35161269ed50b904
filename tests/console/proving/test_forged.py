"""What a forger would try who has no key of the ledger, and what a dishonest maker of an export would."""

import json
import os
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from console.proving import verify
from console.proving.lines import canonical, encoded
from console.proving.prover import Prover
from console.proving.writing import Export, Keys
from records.ledger.notes import COSIGNATURE, ED25519, Signer, Verifier
from records.ledger.reading import Folder
from tests.console.proving.exported import WITNESS, Files, Made, exported, made, post, wrong

REVISIONS = "medlar jelly", "a lie"


class Forged(Made):
    """A ledger with a key of its own, which calls itself a witness of the ledger whose key is given."""

    pretended = b""
    liars: Sequence[Verifier] = ()

    @property
    def keys(self) -> Keys:
        """The real ledger's, and the forger's among the witnesses."""
        return Keys("test", self.pretended, [(liar, "run by somebody else") for liar in self.liars])

    def prover(self) -> Prover:
        """Proofs under the forger's key."""
        return Prover(Folder(self.folder), self.public, [])


def test_a_key_among_the_witnesses_never_signs_for_the_ledger(tmp_path: Path) -> None:
    """Else whoever made a ledger of his own could pass it off as ours, even to somebody who gives our key."""
    ours = Signer.made().public()
    forged = Forged(tmp_path / "ledger", Signer.made())
    forged.keep(*(post(number) for number in range(5)))
    forged.pretended = ours
    [origin] = [state.log.origin("test") for state in forged.prover().logs()]
    origins = (origin, origin.replace("id-of-posts", "id-of-audit"))
    forged.liars = [Verifier(one, ED25519, forged.public) for one in origins]
    files = dict(verify.files_of(str(exported(forged, tmp_path / "forged.zip"))))
    said = wrong(files, ours.hex())
    assert "ledger/keys.json: has a witness with a key that is not one of a witness" in said
    assert any(one.startswith("anchor.json: ") for one in said)


def _with_witnesses(files: Files, *verifiers: Verifier) -> Files:
    keys = json.loads(files["ledger/keys.json"])
    told = [{"vkey": one.vkey, "protects": "from everything"} for one in verifiers]
    return {**files, "ledger/keys.json": canonical(keys | {"witnesses": told})}


def test_nobody_is_his_own_witness_or_two(files: Files, ledger: Made) -> None:
    """A witness with the ledger's key proves nothing, and one that is named twice is still one."""
    true = ledger.witness.verifier(WITNESS, COSIGNATURE)
    again = ledger.witness.verifier("second.example", COSIGNATURE)
    own = Verifier("third.example", COSIGNATURE, ledger.public)
    namesake = Signer.made().verifier(WITNESS, COSIGNATURE)
    for liar in (again, own):
        assert any("nobody is his own witness" in one for one in wrong(_with_witnesses(files, true, liar)))
    assert any("two witnesses of one name" in one for one in wrong(_with_witnesses(files, true, namesake)))


def _dishonest(ledger: Made, path: Path, line: bytes, *, made_by: str = "ann") -> list[str]:
    """What is wrong with an export that was truly entered into the ledger, and says this of its posts."""
    prover = ledger.prover()
    with Export(path, "export", "two posts", made_by) as export:
        export.add_proofs(prover, prover.prove([("id-of-posts", 0, 1), ("id-of-posts", 0, 3)]), ledger.keys)
        export.add_lines("posts.jsonl", [line])
        export.finish(partial(ledger.anchored, "two posts"))
    return wrong(dict(verify.files_of(str(path))))


def _line(*texts: str) -> bytes:
    return canonical({"post_id": "forum:1", "what": {"revisions": [{"text": text} for text in texts]}})


def test_a_text_that_nobody_said_is_named(ledger: Made, tmp_path: Path) -> None:
    """Whoever makes an export may sign anything; the posts' texts are held against the entries all the same."""
    assert _dishonest(ledger, tmp_path / "true.zip", _line(REVISIONS[0])) == []
    assert _dishonest(ledger, tmp_path / "lie.zip", _line(*REVISIONS)) == [
        "posts.jsonl: line 1: has a text of forum:1 that no proven entry says"
    ]


def test_a_line_that_says_two_things_is_refused(ledger: Made, tmp_path: Path) -> None:
    """One reader would show the first of two fields of one name, another the second."""
    lie = canonical({"revisions": [{"text": REVISIONS[1]}]})
    line = _line(REVISIONS[0]).replace(b'"what":', b'"what":' + lie + b',"what":')
    assert _dishonest(ledger, tmp_path / "lie.zip", line) == ["posts.jsonl: line 1: says something twice"]


def test_nobody_signs_in_the_name_of_another(ledger: Made, tmp_path: Path) -> None:
    """Who made it is what the ledger's record says."""
    assert _dishonest(ledger, tmp_path / "lie.zip", _line(REVISIONS[0]), made_by="bob") == [
        "anchor.json: was made by somebody else than manifest.json says"
    ]


def _checkpoint(size: str, files: Files) -> Files:
    name = "ledger/checkpoints/posts-0-id-of-posts.txt"
    return {**files, name: files[name].replace(b"\n5\n", f"\n{size}\n".encode())}


def _named_twice(files: Files) -> Files:
    manifest = json.loads(files["manifest.json"])
    return {**files, "manifest.json": canonical(manifest | {"files": manifest["files"] * 2})}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (partial(_checkpoint, "9" * 100_000), "posts-0-id-of-posts.txt: is no checkpoint"),
        (partial(_checkpoint, str(1 << 63)), "posts-0-id-of-posts.txt: is no checkpoint"),
        (partial(_checkpoint, "-5"), "posts-0-id-of-posts.txt: is no checkpoint"),
        (_named_twice, "manifest.json: names a file twice"),
    ],
)
def test_numbers_and_names_that_lead_astray_are_refused(
    files: Files, change: Callable[[Files], Files], said: str
) -> None:
    """However large they are."""
    assert any(said in one for one in wrong(change(files)))


def test_ranges_do_not_overlap(ledger: Made, tmp_path: Path) -> None:
    """A thousand times the same range would only keep a reader waiting."""
    files = dict(verify.files_of(str(exported(ledger, tmp_path / "c.zip", complete=True))))
    said = wrong({**files, "ledger/ranges.jsonl": files["ledger/ranges.jsonl"] * 2})
    assert "ledger/ranges.jsonl: line 2: has entries of another range" in said


def test_a_range_of_which_nothing_is_shown_does_not_vouch_for_the_name_of_its_topic(
    ledger: Made, tmp_path: Path
) -> None:
    """The checkpoint has Kafka's id of the topic, not its name: whoever hides all could give it another."""
    prover = ledger.prover()
    [state] = [state for state in prover.logs() if state.log.topic == "posts"]
    found, entries = prover.prove_range(state, 0, 5, {}, "not asked")
    with Export(tmp_path / "e.zip", "export", "nothing", "ann") as export:
        export.add_proofs(prover, entries, ledger.keys, [found])
        export.finish(partial(ledger.anchored, "nothing"))
    done = verify.Verification(verify.files_of(str(tmp_path / "e.zip")))
    assert done.run(), done.wrong
    assert "not the name of the topic" in "\n".join(verify.told(done))


def test_a_time_beyond_every_calendar_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With keys of one's own one may sign any time."""
    monkeypatch.setattr("tests.console.proving.exported.SEEN_AT", (1 << 63) - 1)
    assert verify.main([str(exported(made(tmp_path / "ledger"), tmp_path / "e.zip"))]) == 0
    assert "at a time that no calendar has" in capsys.readouterr().out


def _unpacked(archive: Path, folder: Path) -> Path:
    zipfile.ZipFile(archive).extractall(folder)
    return folder


@pytest.mark.timeout(20)
def test_links_and_pipes_are_named_and_not_read(archive: Path, tmp_path: Path) -> None:
    """A link may lead out of the folder, a pipe never ends."""
    folder = _unpacked(archive, tmp_path / "e")
    (folder / "README.txt").rename(tmp_path / "away.txt")
    (folder / "README.txt").symlink_to(tmp_path / "away.txt")
    (folder / "more").symlink_to(tmp_path, target_is_directory=True)
    (folder / "posts.jsonl").unlink()
    os.mkfifo(folder / "posts.jsonl")
    said = wrong(verify.files_of(str(folder)))
    for name in ("README.txt: is no plain file", "posts.jsonl: is no plain file", "more: was added"):
        assert any(name in one for one in said)


def test_a_file_too_large_is_named(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its size in the ZIP, before it is unpacked."""
    largest = max(zipfile.ZipFile(archive).infolist(), key=lambda info: info.file_size)
    monkeypatch.setattr(verify, "FILE_BYTES_MAX", largest.file_size - 1)
    said = wrong(verify.files_of(str(archive)))
    assert said == [f"{largest.filename}: is larger than {largest.file_size - 1} bytes"]


def test_a_damaged_zip_is_told_in_words(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One byte of the container itself; some of them mean nothing, and none is a traceback."""
    whole, random = archive.read_bytes(), Random(7)
    kept = tmp_path / "damaged.zip"
    for _ in range(400):
        at = random.choice((random.randrange(len(whole)), len(whole) - 1 - random.randrange(900)))
        kept.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << random.randrange(8)]) + whole[at + 1 :])
        assert verify.main([str(kept)]) in (0, 1)
        assert capsys.readouterr().out.startswith(("PASS\n", "FAIL\n"))


def _values() -> list[Any]:
    return [None, True, -1, 1.5, 10**30, "", "x", [], {}, [[]], {"": None}, encoded(b""), "\ud800"]


@pytest.mark.parametrize("name", ["manifest.json", "anchor.json", "ledger/keys.json", "ledger/entries.jsonl"])
def test_any_value_in_the_place_of_any_other_is_told_in_words(files: Files, name: str) -> None:
    """Every field, however deep, takes each of some odd values in turn."""
    line = files[name].split(b"\n")[0]
    rest = files[name][len(line) :]
    for path in _paths(json.loads(line)):
        for value in _values():
            changed = canonical(_put(json.loads(line), path, value))
            assert changed == line or wrong({**files, name: changed + rest}), (path, value)


def _paths(value: Any, *way: Any) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(path for key, one in inner for path in _paths(one, *way, key))]


def _put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    value[path[0]] = _put(value[path[0]], path[1:], new)
    return value

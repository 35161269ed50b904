"""A stranger with nothing but Python is told that an export holds, and what is wrong with it if one byte differs."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.proving import verify
from console.proving.lines import canonical
from records.errors import Misconfigured
from records.ledger.notes import Signer
from tests.console.proving.exported import Files, Made, exported, wrong

NONSENSE = b'{"files":[{"name":1}],"format":"lifeguard export v1"}'
NO_RANGE = b'{"beside":[],"from":0,"log":"x","until":9}\n'
STEP = 5
"""So many bytes on is the next one that is flipped, where a test does not take every one."""


def alone(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`verify.py` as a stranger runs it: no packages, no environment."""
    command = [sys.executable, "-I", "-S", "verify.py", *words]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=False, timeout=60)


def test_it_runs_in_a_folder_with_nothing_else(archive: Path, ledger: Made, tmp_path: Path) -> None:
    """PASS with what was proved, up to which size, cosigned when and by whom, and what is not proved."""
    zipfile.ZipFile(archive).extractall(tmp_path)
    done = alone(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("PASS\n")
    for said in ("2 entries are proved", "up to 5 entries, cosigned by witness.example at 2026-", "Not proved"):
        assert said in done.stdout
    assert ledger.public.hex() in done.stdout
    assert alone(tmp_path, "--ledger-key", ledger.public.hex()).returncode == 0
    (tmp_path / "posts.jsonl").write_bytes((tmp_path / "posts.jsonl").read_bytes().replace(b"medlar", b"meddle"))
    done = alone(tmp_path)
    assert (done.returncode, done.stdout.split("\n")[0]) == (1, "FAIL")


def test_a_witness_that_was_named_must_have_cosigned(archive: Path, ledger: Made, tmp_path: Path) -> None:
    """An export that has no witness at all is no answer to whoever knows one."""
    zipfile.ZipFile(archive).extractall(tmp_path)
    known = ledger.witness.public().hex()
    assert alone(tmp_path, "--witness-key", known).returncode == 0
    files = dict(verify.files_of(str(tmp_path)))
    keys = json.loads(files["ledger/keys.json"]) | {"witnesses": []}
    done = verify.Verification({**files, "ledger/keys.json": canonical(keys)}, None, [known])
    assert not done.run()
    assert "ledger/keys.json: has not every key of a witness that you gave" in done.wrong


def test_another_key_than_the_one_that_was_told_is_refused(archive: Path, tmp_path: Path) -> None:
    """A forger can put keys of his own into an export, not into what you know."""
    zipfile.ZipFile(archive).extractall(tmp_path)
    for option in ("--ledger-key", "--witness-key"):
        done = alone(tmp_path, option, Signer.made().public().hex())
        assert done.returncode == 1
        assert "ledger/keys.json" in done.stdout
    assert alone(tmp_path, "--ledger-key", "nonsense").returncode == 2


def test_the_zip_itself_may_be_named(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever does not want to unpack it first."""
    assert verify.main([str(archive)]) == 0
    assert capsys.readouterr().out.startswith("PASS")


def test_a_stretch_without_holes_is_proved_and_what_was_withheld_is_counted(ledger: Made, tmp_path: Path) -> None:
    """Of the entry in between only its hash is told, and why."""
    archive = exported(ledger, tmp_path / "complete.zip", complete=True)
    files = dict(verify.files_of(str(archive)))
    done = verify.Verification(files)
    assert done.run(), done.wrong
    said = "\n".join(verify.told(done))
    assert "entries 1 to 3 are complete, none is missing" in said
    assert "1 not part of what was asked" in said
    assert b"sloe gin" not in files["ledger/entries.jsonl"]
    lines = files["ledger/entries.jsonl"].split(b"\n")
    assert "entry 2 of posts-0-id-of-posts is missing" in "\n".join(
        wrong({**files, "ledger/entries.jsonl": b"\n".join([lines[0], *lines[2:]])})
    )


def _flipped(files: Files, step: int) -> list[str]:
    """The bytes that may be flipped without anybody noticing it, or without their file, or entry, being named."""
    unseen = []
    for name, data in files.items():
        for at in range(0, len(data), step if len(data) > 4_000 else 1):
            changed = bytearray(data)
            changed[at] ^= 1
            said = wrong({**files, name: bytes(changed)})
            place = name
            if name.endswith(".jsonl"):
                number = data.count(b"\n", 0, at) + 1
                place = f"{name}: line {number}"
            named = any(place in one or (name.endswith(".jsonl") and name in one and "end" in one) for one in said)
            if not said or not (named or name == "manifest.json"):
                unseen.append(f"{name} at {at}: {said[:2]}")
    return unseen


def test_every_flipped_byte_is_found_and_its_file_and_entry_named(files: Files) -> None:
    """Of the larger files (`verify.py` itself) every fifth here, all in `make chaos`."""
    assert _flipped(files, STEP) == []


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_every_single_byte_of_every_file(files: Files, ledger: Made, tmp_path: Path) -> None:
    """Also of an export with a range."""
    assert _flipped(files, 1) == []
    assert _flipped(dict(verify.files_of(str(exported(ledger, tmp_path / "c.zip", complete=True)))), 1) == []


def _without_last_entry(files: Files) -> Files:
    lines = files["ledger/entries.jsonl"].split(b"\n")
    return {**files, "ledger/entries.jsonl": b"\n".join([*lines[:-2], b""])}


def _moved(files: Files) -> Files:
    lines = files["ledger/entries.jsonl"].split(b"\n")
    entry = json.loads(lines[0])
    return {**files, "ledger/entries.jsonl": b"\n".join([canonical(entry | {"offset": 2}), *lines[1:]])}


def _twice(files: Files) -> Files:
    """A second entry of the same place, which has no proof, and says something else."""
    lines = files["ledger/entries.jsonl"].split(b"\n")
    forged = canonical(json.loads(lines[0]) | {"proof": None})
    return {**files, "ledger/entries.jsonl": b"\n".join([lines[0], forged, *lines[1:]])}


def _other_checkpoint(files: Files) -> Files:
    """That of the log of audit records in the place of the posts' own."""
    anchor = json.loads(files["anchor.json"])
    return {**files, "ledger/checkpoints/posts-0-id-of-posts.txt": anchor["checkpoint"].encode()}


def _swapped_proof(files: Files) -> Files:
    first, second, end = (line for line in files["ledger/entries.jsonl"].split(b"\n"))
    proof = json.loads(second)["proof"]
    return {**files, "ledger/entries.jsonl": b"\n".join([canonical(json.loads(first) | {"proof": proof}), second, end])}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: {**files, "extra.txt": b"x"}, "extra.txt: was added"),
        (lambda files: {name: files[name] for name in files if name != "README.txt"}, "README.txt: is missing"),
        (lambda files: {name: files[name] for name in files if name != "anchor.json"}, "anchor.json: is missing"),
        (lambda files: {name: files[name] for name in files if name != "manifest.json"}, "manifest.json: is missing"),
        (lambda files: {name: files[name] for name in files if name != "ledger/keys.json"}, "ledger/keys.json"),
        (_without_last_entry, "ledger/entries.jsonl: line 2 is not the one"),
        (_moved, "ledger/entries.jsonl: line 1: is the entry of another place"),
        (_twice, "line 2, entry 1 of posts-0-id-of-posts: stands there twice"),
        (_other_checkpoint, "posts-0-id-of-posts.txt: is the checkpoint of another log"),
        (_swapped_proof, "line 1, entry 1 of posts-0-id-of-posts: is not in the tree"),
        (lambda files: {**files, "manifest.json": b"[" * 100_000}, "manifest.json"),
        (lambda files: {**files, "manifest.json": NONSENSE}, "manifest.json"),
        (lambda files: {**files, "anchor.json": files["anchor.json"].replace(b"audit-0", b"posts-0")}, "anchor.json"),
        (lambda files: {**files, "ledger/ranges.jsonl": NO_RANGE}, "ledger/ranges.jsonl: line 1"),
    ],
)
def test_what_was_changed_is_named(files: Files, change: Callable[[Files], Files], said: str) -> None:
    """Whatever it is, in words and never as a traceback."""
    assert any(said in one for one in wrong(change(files))), wrong(change(files))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_file_makes_it_stumble(data: st.DataObject) -> None:
    """Anything in the place of anything: it is wrong, and it is said."""
    names = ("manifest.json", "anchor.json", "ledger/keys.json", "ledger/entries.jsonl", "ledger/checkpoints/x.txt")
    drawn = {
        name: data.draw(st.binary(max_size=80) | st.sampled_from([b"{}", b"[]", b"null", b"1e999"])) for name in names
    }
    assert wrong(drawn)


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=80), st.binary(min_size=64, max_size=64))
def test_its_signatures_are_those_of_everybody_else(message: bytes, noise: bytes) -> None:
    """Ed25519 in plain Python agrees with the library that signs, and no other signature passes."""
    signer = Signer.made()
    name = "example"
    text = message.hex() + "\n"
    signature = signer.sign(name, text).blob
    assert verify.is_signed(signer.public(), text.encode(), signature)
    assert not verify.is_signed(signer.public(), text.encode(), noise)
    assert not verify.is_signed(signer.public(), text.encode() + b"x", signature)
    beyond = int.from_bytes(signature[32:], "little") + verify.ORDER
    assert not verify.is_signed(signer.public(), text.encode(), signature[:32] + beyond.to_bytes(32, "little"))


def test_an_export_never_writes_over_a_file_and_leaves_no_half_one(ledger: Made, tmp_path: Path) -> None:
    """What has the name is whole."""
    path = exported(ledger, tmp_path / "one.zip")
    with pytest.raises(Misconfigured, match="never writes over"):
        exported(ledger, path)
    with pytest.raises(ZeroDivisionError):
        exported(ledger, tmp_path / "two.zip", (1 // number for number in (1, 0)))
    assert [file.name for file in tmp_path.iterdir()] == ["one.zip"]

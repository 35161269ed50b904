"""A backup is whole or is not there, a restore verifies before it writes, and each refusal is one sentence."""

import errno
import gzip
import io
import os
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

pytest.importorskip("psutil")

from deploy.local import archive, backup
from deploy.local.lock import only_run
from deploy.local.trouble import Trouble
from records.settings import Settings

SETTINGS = Settings()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """What a stopped Lifeguard leaves, in small."""
    data = tmp_path / "data"
    for name, content in {
        "broker/topics/meta.properties": b"cluster.id=x\n",
        "broker/topics/posts-0/00000000000000000000.log": os.urandom(100_000),
        "broker/topics/posts-0/00000000000000000000.index": b"",
        "cursors/sample.json": b"{}",
        "secrets/webhook": b"whsec_x\n",
        "node/data/big": b"a view",
        "logs/broker.log": b"a log",
    }.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(content)
    return data


@pytest.fixture(autouse=True)
def _without_a_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The live test has one."""
    monkeypatch.setattr(backup, "forget_views", lambda *_: None)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but the lock."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if not name.startswith("run/")}


def test_what_cannot_be_made_again_comes_back(data: Path, tmp_path: Path) -> None:
    """Topics and cursors; no views, no logs, and no secrets; only the owner may read the file."""
    file = backup.backup(SETTINGS, data, tmp_path / "one.tar.gz")
    assert file.stat().st_mode & 0o777 == 0o600
    empty = tmp_path / "empty"
    backup.restore(SETTINGS, empty, file)
    kept = {name: content for name, content in contents(data).items() if name.startswith(("broker/", "cursors/"))}
    assert contents(empty) == kept


def test_secrets_the_policy_and_the_tags_in_force_come_along_when_asked(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Secrets by `--secrets`, a policy and tags of one's own always; the restore says where it put them."""
    policy = tmp_path / "ours.toml"
    policy.write_text("version = 7\n")
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "late.toml").write_text('name = "late_bus"\n')
    (tmp_path / "ours" / "notes.txt").write_text("how we do it")
    file = backup.backup(Settings(policy_file=policy, tags_dir=tmp_path / "ours"), data, tmp_path, secrets=True)
    assert file.name.startswith("lifeguard-")
    backup.restore(SETTINGS, tmp_path / "empty", file)
    assert (tmp_path / "empty" / "secrets" / "webhook").read_bytes() == b"whsec_x\n"
    assert (tmp_path / "empty" / "secrets").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "empty" / "policy.toml").read_text() == "version = 7\n"
    assert [path.name for path in (tmp_path / "empty" / "tags").iterdir()] == ["late.toml"]
    said = capsys.readouterr().out
    assert "set LIFEGUARD_POLICY_FILE" in said
    assert "set LIFEGUARD_TAGS_DIR" in said


def test_nothing_is_done_while_lifeguard_runs(data: Path, tmp_path: Path) -> None:
    """Backup and restore name the process and how to stop it."""
    file = backup.backup(SETTINGS, data, tmp_path / "one.tar.gz")
    with only_run(data):
        for act in (
            lambda: backup.backup(SETTINGS, data, tmp_path / "two.tar.gz"),
            lambda: backup.restore(SETTINGS, data, file),
        ):
            with pytest.raises(Trouble, match=rf"process {os.getpid()}\): stop it with Ctrl-C or `make down`"):
                act()
    assert sorted(path.name for path in tmp_path.glob("two*")) == []


def test_a_restore_never_writes_over_data_and_a_backup_never_over_a_backup(data: Path, tmp_path: Path) -> None:
    """What is there is named."""
    file = backup.backup(SETTINGS, data, tmp_path / "one.tar.gz")
    before = contents(data)
    with pytest.raises(Trouble, match=r"is not empty \(it has broker, cursors, node, secrets\)"):
        backup.restore(SETTINGS, data, file)
    with pytest.raises(Trouble, match="never replaces another"):
        backup.backup(SETTINGS, data, file)
    assert contents(data) == before


def test_without_anything_there_is_no_backup(tmp_path: Path) -> None:
    """An empty file that looks like a backup would be worse than none."""
    with pytest.raises(Trouble, match="nothing to back up"):
        backup.backup(SETTINGS, tmp_path / "none", tmp_path / "one.tar.gz")
    with pytest.raises(Trouble, match="There is no backup"):
        backup.restore(SETTINGS, tmp_path / "none", tmp_path / "one.tar.gz")


def _cut(raw: bytes) -> bytes:
    return raw[: len(raw) // 2]


def _one_bit(raw: bytes) -> bytes:
    """In the middle of the random content, so that only the digest can tell."""
    plain = bytearray(gzip.decompress(raw))
    plain[len(plain) // 2] ^= 1
    return gzip.compress(bytes(plain), 1)


def _without_its_end(raw: bytes) -> bytes:
    plain = gzip.decompress(raw)
    return gzip.compress(plain[: plain.index(b"manifest.json")], 1)


def _upwards(_: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as other:
        other.addfile(tarfile.TarInfo("../escaped"))
    return made.getvalue()


@pytest.mark.parametrize("harm", [_cut, _one_bit, _without_its_end, _upwards, lambda _: b"", lambda _: b"no archive"])
def test_a_backup_that_is_not_whole_changes_nothing(harm: Callable[[bytes], bytes], data: Path, tmp_path: Path) -> None:
    """Cut off, one bit different, without its manifest, empty, something else: refused before a byte is written."""
    file = backup.backup(SETTINGS, data, tmp_path / "one.tar.gz")
    file.write_bytes(harm(file.read_bytes()))
    with pytest.raises(Trouble, match="is not a whole backup"):
        backup.restore(SETTINGS, tmp_path / "empty", file)
    assert contents(tmp_path / "empty") == {}


def test_a_full_disk_leaves_no_half_backup(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command says so in its one sentence about full disks; neither the file nor its `.part` stays."""

    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        backup.backup(SETTINGS, data, tmp_path / "one.tar.gz")
    assert not list(tmp_path.glob("one*"))


def test_a_restore_on_a_small_disk_is_refused_before_it_writes(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It needs room for the data and for the servers to work."""
    file = backup.backup(SETTINGS, data, tmp_path / "one.tar.gz")
    monkeypatch.setattr("deploy.local.disk.free_bytes", lambda _: 1_000_000)
    with pytest.raises(Trouble, match="MB free and Lifeguard needs"):
        backup.restore(SETTINGS, tmp_path / "empty", file)
    assert contents(tmp_path / "empty") == {}


def test_a_killed_backup_leaves_nothing_that_looks_whole(data: Path, tmp_path: Path) -> None:
    """Kill -9 in the middle: there is a `.part` and no backup; the next backup removes it and works."""
    with (data / "broker/topics/posts-0/big.log").open("wb") as big:
        for _ in range(200):
            big.write(os.urandom(1_000_000))
    target, unfinished = tmp_path / "one.tar.gz", tmp_path / "one.tar.gz.part"
    words = [sys.executable, "-m", "deploy.local", "backup", "--data", str(data), str(target)]
    with subprocess.Popen(words) as child:
        while not (unfinished.exists() and unfinished.stat().st_size > 1_000_000):
            assert child.poll() is None
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
    assert not target.exists()
    with pytest.raises(Trouble, match="is not a whole backup"):
        archive.verify(unfinished)
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not unfinished.exists()
    assert len(archive.verify(target).entries) == 5


def test_an_interrupted_restore_is_started_again(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it had laid out is thrown away, and nothing of it was ever in use."""
    file = backup.backup(SETTINGS, data, tmp_path / "one.tar.gz")
    empty = tmp_path / "empty"
    with monkeypatch.context() as broken:
        broken.setattr(backup, "forget_views", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            backup.restore(SETTINGS, empty, file)
    assert not (empty / "broker").exists()
    backup.restore(SETTINGS, empty, file)
    assert (empty / "broker" / "topics" / "meta.properties").exists()
    assert not (empty / ".restoring").exists()

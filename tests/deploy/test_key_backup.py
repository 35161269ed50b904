"""The ledger comes back from the record's backup, its keys only from a file of their own, which has an end."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import ANY

import pytest

pytest.importorskip("psutil")

from deploy.local import __main__ as command
from deploy.local import archive, backup, key_backup
from deploy.local.trouble import Trouble
from ingest.registry import Registered
from records.ledger.entries import LogId
from records.ledger.growing import Kept
from records.ledger.key_backups import kept_until
from records.ledger.keys import GrowingKeys, Keys
from records.ledger.store import Ledger
from records.registry import RoleGrant
from records.settings import Settings
from tests.ingest.keeper.erasing import ErasingKeeper
from tests.records.ledger.erasing import AT, act, erasure, post

SETTINGS = Settings()
LOG = LogId("cluster", "posts", "topic", 0)


@pytest.fixture(autouse=True)
def _without_a_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "forget_views", lambda *_: None)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A stopped Lifeguard with a ledger in which two posts are kept, and a witness beside it."""
    data = tmp_path / "data"
    for name, content in {
        "broker/topics/meta.properties": b"cluster.id=x\n",
        "witness/key": b"the key of the witness",
        "witness/cosigned/abc": b"a note",
        "secrets/ledger": b"a token\n",
    }.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(content)
    keep(data, "a", "b")
    return data


def keep(data: Path, *posts: str) -> None:
    """The keeper runs, and keeps one record of each of these posts."""
    ledger = Ledger(data / "ledger", "ledger.example")
    log = ledger.log(LOG)
    log.keep([Kept(log.next + n, 1_790_000_000_000, post.encode(), b"{}") for n, post in enumerate(posts)])
    log.flush()
    log.sign()
    ledger.close()


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, without locks."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.endswith("lock")}


def assert_says_what_witnesses_will_do(said: str) -> None:
    """That an older copy cannot go on under its name, and what to do instead."""
    assert "If a witness has cosigned more entries than this backup holds" in said
    assert "cannot be continued under its name" in said
    assert "another LIFEGUARD_LEDGER_NAME and with LIFEGUARD_LEDGER_DIR in a new folder" in said
    assert "Keep the old ledger as evidence" in said


def test_no_key_is_in_the_backup_of_the_record(data: Path, tmp_path: Path) -> None:
    """Whoever finds it can prove entries and open none; with secrets or without."""
    file = backup.backup(SETTINGS, data, tmp_path / "one.tar.gz", secrets=True)
    names = {entry.name for entry in archive.verify(file).entries}
    assert {name for name in names if "key" in name.rpartition("/")[2] or "/keys/" in name} == set()
    assert {name.partition("/logs/")[0] for name in names if name.startswith("ledger/")} == {"ledger"}
    assert "witness/cosigned/abc" in names


def test_both_files_bring_everything_back(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Logs and keys to the byte; without the keys the keeper does not begin, and the restore has said so."""
    record = backup.backup(SETTINGS, data, tmp_path / "record.tar.gz")
    keys = key_backup.backup_keys(SETTINGS, data, tmp_path, keep_days=30)
    before = {name: content for name, content in files(data).items() if not name.startswith(("secrets", "run"))}
    shutil.rmtree(data)
    capsys.readouterr()
    backup.restore(SETTINGS, data, record)
    said = capsys.readouterr().out
    assert "before the next run bring them back by `python -m deploy.local restore --keys FILE`" in said
    assert_says_what_witnesses_will_do(said)
    assert (data / "ledger").stat().st_mode & 0o777 == 0o700
    key_backup.restore_keys(SETTINGS, data, keys)
    assert_says_what_witnesses_will_do(capsys.readouterr().out)
    after = files(data)
    assert {name: after.get(name) for name in before if name != "ledger/ledger.pub"} == {
        name: content for name, content in before.items() if name != "ledger/ledger.pub"
    }
    keep(data, "c")


def test_a_backup_of_keys_says_until_when_it_is_kept(data: Path, tmp_path: Path) -> None:
    """In its manifest and beside the ledger; the last end of all counts, also after a restore."""
    for days in (30, 90, 10):
        file = key_backup.backup_keys(SETTINGS, data, tmp_path / f"{days}.tar.gz", keep_days=days)
        assert archive.verify(file).facts == {
            "what": "keys of the ledger",
            "made_at": ANY,
            "keep_days": str(days),
            "kept_until": ANY,
        }
        assert file.stat().st_mode & 0o777 == 0o600
    until = kept_until(data / "ledger")
    assert until is not None
    assert timedelta(days=89) < until - datetime.now(UTC) <= timedelta(days=90)
    for name in ("key", "keys", "key-backups"):
        (data / "ledger" / name).rename(tmp_path / name)
    (data / "witness" / "key").unlink()
    assert kept_until(data / "ledger") is None
    key_backup.restore_keys(SETTINGS, data, tmp_path / "30.tar.gz")
    assert kept_until(data / "ledger") == datetime.fromisoformat(
        archive.verify(tmp_path / "30.tar.gz").facts["kept_until"]
    )


def test_keys_that_are_older_than_the_logs_open_nothing_of_others(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A subject that came after the backup has lost its key; no later one gets its slot."""
    file = key_backup.backup_keys(SETTINGS, data, tmp_path, keep_days=30)
    keep(data, "c", "d")
    lost = Keys(data / "ledger" / "keys")
    assert len(lost) == 4
    lost.close()
    for path in (data / "ledger" / "key", data / "witness" / "key"):
        path.unlink()
    shutil.rmtree(data / "ledger" / "keys")
    key_backup.restore_keys(SETTINGS, data, file)
    assert "2 subjects came after it" in " ".join(capsys.readouterr().out.split())
    keys = GrowingKeys(data / "ledger" / "keys")
    assert [keys.key(slot) is None for slot in range(4)] == [False, False, True, True]
    assert keys.sealing([b"another"])[0][0] == 4
    keys.close()


def test_what_was_erased_since_is_erased_once_more_as_the_keeper_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The restore says so, and until then its key is there again."""
    data = tmp_path / "data"
    keeper = ErasingKeeper(data / "ledger")
    keeper.keep("posts", post(1, "secret"))
    keeper.keep("decisions", act(1, "requested", "ann"), act(1, "confirmed", "eve"))
    keeper.keep("registry", RoleGrant(registry_id="x", staff_id="a", set_at=AT, role="reviewer"))
    keeper.ledger.close()
    file = key_backup.backup_keys(SETTINGS, data, tmp_path, keep_days=30)
    keeper.start()
    asked = erasure(1, 1, 0)
    keeper.keep("registry", asked)
    assert keeper.opened("posts") == ["unopened"]
    keeper.ledger.close()
    (data / "ledger" / "key").unlink()
    shutil.rmtree(data / "ledger" / "keys")
    capsys.readouterr()
    key_backup.restore_keys(SETTINGS, data, file)
    assert "until the keeper starts: it erases it once more by itself" in " ".join(capsys.readouterr().out.split())
    assert keeper.opened("posts") == [post(1, "secret")]
    keeper.kafka.registry = [Registered(asked, "registry-0-1", 0)]
    keeper.start()
    assert keeper.opened("posts") == ["unopened"]
    keeper.ledger.close()


def test_keys_are_never_written_over(data: Path, tmp_path: Path) -> None:
    """Nor is a record's backup taken for one of keys."""
    file = key_backup.backup_keys(SETTINGS, data, tmp_path / "keys.tar.gz", keep_days=30)
    record = backup.backup(SETTINGS, data, tmp_path / "record.tar.gz")
    before = files(data / "ledger")
    with pytest.raises(Trouble, match="never writes over keys"):
        key_backup.restore_keys(SETTINGS, data, file)
    with pytest.raises(Trouble, match="never replaces another"):
        key_backup.backup_keys(SETTINGS, data, file, keep_days=30)
    with pytest.raises(Trouble, match="no topics"):
        backup.restore(SETTINGS, tmp_path / "empty", file)
    assert files(data / "ledger") == before
    shutil.rmtree(data / "ledger" / "keys")
    for path in (data / "ledger" / "key", data / "witness" / "key"):
        path.unlink()
    with pytest.raises(Trouble, match="is no backup of keys"):
        key_backup.restore_keys(SETTINGS, data, record)
    with pytest.raises(Trouble, match="no keys to back up"):
        key_backup.backup_keys(SETTINGS, data, tmp_path / "none.tar.gz", keep_days=30)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["backup"], "Name the file to make"),
        (["backup", "a.tar.gz", "--keys", "b.tar.gz"], "they never share a file"),
        (["backup", "--keys", "b.tar.gz"], "Say with --keep-days for how long you will keep the keys"),
        (["backup", "--keys", "b.tar.gz", "--keep-days", "0"], "1 to 36,500 days"),
        (["restore"], "Name the file to bring back"),
    ],
)
def test_what_is_missing_is_said(
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In one sentence, and nothing is made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["deploy.local", *words, "--data", str(tmp_path / "data")])
    assert command.main() == 1
    assert said in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.glob("*.tar.gz"))


def test_a_note_is_one_line_of_json(data: Path, tmp_path: Path) -> None:
    """For whoever writes a certificate of erasure."""
    file = key_backup.backup_keys(SETTINGS, data, tmp_path, keep_days=7)
    (line,) = (data / "ledger" / "key-backups").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["manifest_sha256"] == archive.verify(file).sha256


def test_a_folder_that_is_not_there_is_told_before_anything_is_read(data: Path, tmp_path: Path) -> None:
    """As for the backup of the record."""
    with pytest.raises(Trouble, match=r"There is no folder .*nowhere"):
        key_backup.backup_keys(SETTINGS, data, tmp_path / "nowhere" / "keys.tar.gz", keep_days=30)

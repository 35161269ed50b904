"""What no crash does: opening refuses, or whoever reads is told the entry. And a full disk, which is no damage."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from records.errors import Malformed, Misconfigured, Problem, Unavailable
from records.ledger.growing import Kept
from records.ledger.reading import Folder
from records.ledger.store import Ledger
from tests.records.ledger.shapes import POSTS, keep, made, opened, read, record

ENTRIES = 6
NAMED = re.compile(r"entry \d+|hashes|checkpoint|log\.json|key|subjects|Malformed")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small ledger, signed twice."""
    folder = made(tmp_path_factory.mktemp("small") / "ledger", ENTRIES - 1)
    with opened(folder) as ledger:
        log = ledger.log(POSTS)
        log.keep_cosigned(log.checkpoint() or b"")
        keep(log, ENTRIES)
        log.sign()
    return folder


@pytest.fixture
def ledger(small: Path, tmp_path: Path) -> Path:
    """A copy of it, to be altered."""
    return shutil.copytree(small, tmp_path / "ledger")


def log_file(folder: Path, name: str) -> Path:
    """A file of the log."""
    return folder / "logs" / POSTS.path / name


SEGMENT = f"{0:020d}.entries"
WHERE = [
    "log.json", "index", "hashes", "checkpoint", "cosigned", SEGMENT, "slots", "subjects", "key", "ledger.pub",
]  # fmt: skip


@pytest.mark.parametrize("name", WHERE)
def test_every_byte_is_missed(ledger: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte of each file changed in turn: refused, or named by whoever reads all, or without any effect."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(os, "fdatasync", lambda _: None)
    before = read(ledger)
    (path,) = ledger.rglob(name)
    whole = path.read_bytes()
    for at, byte in enumerate(whole):
        path.write_bytes(whole[:at] + bytes([byte ^ 1 << at % 8]) + whole[at + 1 :])
        said = told(ledger, before)
        assert said is not None or name in HARMLESS or (name, at) == LAST_LINE_END, (
            f"byte {at} of {name} was changed and nobody said so"
        )
        assert said is None or NAMED.search(said), f"{said!r} names neither file nor entry"
        path.write_bytes(whole)
    assert read(ledger) == before


def told(folder: Path, before: list[tuple[Kept, bytes]]) -> str | None:
    """What is said of a ledger: when it is opened, or else by who reads all of it."""
    try:
        Ledger(folder, "test").close()
        after = read(folder)
    except (Problem, AssertionError) as problem:
        return f"{type(problem).__name__}: {problem}"
    unopened = [kept.offset for (kept, _), (was, _) in zip(after, before, strict=True) if kept.value != was.value]
    return f"entry {unopened[0]} does not open with its key" if unopened else None


HARMLESS = {
    "ledger.pub": "it is made again from the key at each start",
    "subjects": "no entry speaks of a digest: the subject's next record gets another key, and older ones keep theirs",
}
LAST_LINE_END = ("key", 118)
"""After the armour of a key, where any byte may stand."""

Alter = Callable[[Path], object]
ALTERED: dict[str, tuple[Alter, str]] = {
    "index cut": (lambda f: os.truncate(log_file(f, "index"), 40), r"index knows 3 entries .* entry 3 and those after"),
    "hashes cut": (lambda f: os.truncate(log_file(f, "hashes"), 40), r"hashes has 1 hashes"),
    "segment cut": (lambda f: os.truncate(log_file(f, SEGMENT), 300), r"entries ends at byte 300 .* entry 2 and those"),
    "segment gone": (lambda f: log_file(f, SEGMENT).unlink(), r"entry 0 and those after it were lost"),
    "index gone": (lambda f: log_file(f, "index").unlink(), r"index knows 0 entries"),
    "checkpoint gone": (lambda f: log_file(f, "checkpoint").unlink(), r"checkpoint is gone, and .*cosigned shows"),
    "checkpoint older": (
        lambda f: swap(log_file(f, "checkpoint"), log_file(f, "cosigned")),
        r"checkpoint was signed at 5 .*cosigned at 6: an older .* entry 5",
    ),
    "log.json gone": (lambda f: log_file(f, "log.json").unlink(), r"has no log\.json"),
    "log.json empty": (lambda f: log_file(f, "log.json").write_bytes(b"{}"), r"log\.json does not say which log"),
    "folder renamed": (
        lambda f: (f / "logs" / POSTS.path).rename(f / "logs" / POSTS.path.replace("-0-", "-1-")),
        r"a folder was renamed",
    ),
    "unknown file": (lambda f: log_file(f, "index~").write_bytes(b""), r"index~ is not a part of a log"),
    "unknown folder": (lambda f: (f / "logs" / "old").mkdir(), r"old is no log"),
    "odd segment": (lambda f: log_file(f, "5.entries").write_bytes(b""), r"5\.entries is not"),
    "logs gone": (lambda f: shutil.rmtree(f / "logs"), r"has keys and .*logs no logs"),
    "key gone": (lambda f: (f / "key").unlink(), r"its key .* is gone"),
    "keys gone": (lambda f: shutil.rmtree(f / "keys"), r"entry 0 .* needs the key 0, .* there are 0 keys"),
    "keys older": (
        lambda f: [os.truncate(f / "keys" / "slots", 96), os.truncate(f / "keys" / "subjects", 48)],
        r"entry 3 .* needs the key 3, .* there are 3 keys",
    ),
    "fewer keys": (lambda f: os.truncate(f / "keys" / "slots", 96), r"subjects names 5 subjects"),
    "another key": (
        lambda f: [Ledger(f.parent / "other", "test").close(), swap(f / "key", f.parent / "other" / "key")],
        r"checkpoint is not a checkpoint signed by this ledger's key",
    ),
}  # fmt: skip


def swap(path: Path, by: Path) -> None:
    """Puts another file's content in the place of one, and the other way round."""
    one = path.read_bytes() if path.exists() else b""
    mode = by.stat().st_mode
    path.write_bytes(by.read_bytes())
    path.chmod(mode)
    by.write_bytes(one)


@pytest.mark.parametrize("what", ALTERED)
def test_what_cannot_be_explained_is_refused_and_named(ledger: Path, what: str) -> None:
    """A sentence with the file, and the entry where there is one."""
    alter, said = ALTERED[what]
    alter(ledger)
    with pytest.raises(Misconfigured, match=said):
        Ledger(ledger, "test")


def test_another_name_is_refused(ledger: Path) -> None:
    """The name stands in every checkpoint."""
    with pytest.raises(Misconfigured, match="the name of a ledger is fixed for ever"):
        Ledger(ledger, "other")


def test_entries_after_a_signed_end_are_refused(ledger: Path) -> None:
    """An ended log has nothing that Kafka could have: this is no crash."""
    with opened(ledger) as writer:
        writer.log(POSTS).sign("the topic was made again")
    with log_file(ledger, SEGMENT).open("ab") as file:
        file.write(b"x")
    with pytest.raises(Misconfigured, match="goes on after entry 5"):
        Ledger(ledger, "test")


def test_a_reader_names_file_and_entry(ledger: Path) -> None:
    """Damage in the middle is told by whoever reads it, and the entries before and after are read."""
    path = log_file(ledger, SEGMENT)
    data = bytearray(path.read_bytes())
    with closing(Folder(ledger)) as reader:
        first = len(next(iter(reader.leaves(POSTS, 0, 1)))) - len(POSTS.head)
        data[16 + first + 5] ^= 1
        path.write_bytes(data)
        with pytest.raises(Misconfigured, match=rf"entry 0 of {POSTS.path} is damaged, in .*{SEGMENT}"):
            list(reader.leaves(POSTS, 0, ENTRIES))
        assert len(list(reader.leaves(POSTS, 1, ENTRIES))) == ENTRIES - 1


def test_a_reader_says_which_file_is_short(ledger: Path) -> None:
    """Files that shrank under a reader are told, as damage and not as an error of Python."""
    with closing(Folder(ledger)) as reader:
        reader.logs()
        for name in ("index", "hashes"):
            os.truncate(log_file(ledger, name), 0)
        with pytest.raises(Misconfigured, match="index"):
            list(reader.contents(POSTS, 0, ENTRIES))
        with pytest.raises(Misconfigured, match="hashes"):
            reader.hashes(POSTS, [0])


def test_a_reader_without_a_ledger_says_so(tmp_path: Path) -> None:
    """An empty folder, and a stray file among the logs."""
    with pytest.raises(Misconfigured, match="there is no ledger"):
        Folder(tmp_path)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "stray").write_bytes(b"")
    with pytest.raises(Misconfigured, match="stray"):
        Folder(tmp_path).logs()


def test_a_damaged_checkpoint_is_named(ledger: Path) -> None:
    """By a reader, who does not know the key."""
    log_file(ledger, "checkpoint").write_bytes(b"nonsense")
    with closing(Folder(ledger)) as reader, pytest.raises((Misconfigured, Malformed), match="checkpoint"):
        reader.logs()


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that is soon full."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None or os.geteuid() != 0:
        pytest.skip("a small disk is mounted by root alone")
    made_it = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=400k", "tmpfs", folder], capture_output=True, check=False
    )
    if made_it.returncode:
        pytest.skip(f"no small disk can be mounted here: {made_it.stderr.decode().strip()}")
    yield folder
    subprocess.run([umount, folder], check=True)


def fill(folder: Path) -> Path:
    """A file that takes all the room there is."""
    path = folder / "filler"
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1000))
    return path


def test_a_full_disk_tears_nothing(tiny: Path) -> None:
    """The store says that the disk is full, signs nothing that is not there, and goes on once there is room."""
    with opened(tiny / "ledger") as writer:
        log = writer.log(POSTS)
        keep(log, 50)
        log.sign()
        filler = fill(tiny)
        log.keep([record(n, 300) for n in range(50, 150)])
        for _ in range(3):
            with pytest.raises(Unavailable, match="full"):
                log.flush()
            assert log.sign() is None
        assert len(read(tiny / "ledger")) == 50
        filler.unlink()
        log.flush()
        assert log.sign() is not None
    after = [record(n) for n in range(50)] + [record(n, 300) for n in range(50, 150)]
    assert [kept for kept, _ in read(tiny / "ledger")] == after


def test_a_ledger_opens_again_after_a_full_disk(tiny: Path) -> None:
    """A keeper that was stopped on a full disk starts when there is room, and before says that there is none."""
    with opened(tiny / "ledger") as writer:
        log = writer.log(POSTS)
        keep(log, 50)
        log.sign()
        filler = fill(tiny)
        log.keep([record(n, 300) for n in range(50, 150)])
        with pytest.raises(Unavailable, match="full"):
            log.flush()
    with suppress(Unavailable):
        Ledger(tiny / "ledger", "test").close()
    filler.unlink()
    with opened(tiny / "ledger") as writer:
        log = writer.log(POSTS)
        assert log.next == 50, "of what was not flushed nothing stayed"
        keep(log, 60)
        log.sign()
    assert [kept for kept, _ in read(tiny / "ledger")] == [record(n) for n in range(60)]

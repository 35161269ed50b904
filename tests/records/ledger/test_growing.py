"""A log that grows: entry i is record i, whatever crashed when; see test_damage.py for what is no crash."""

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from records.errors import Misconfigured, Unavailable
from records.ledger import files, growing, opening, segments
from records.ledger import log as ledger_log
from records.ledger.entries import ABSENT, absent
from records.ledger.reading import Folder
from records.ledger.store import Ledger
from tests.records.ledger.shapes import AUDIT, POSTS, keep, made, opened, read, record


def test_what_was_signed_is_read_back(tmp_path: Path) -> None:
    """Keys, values and times come back, those that Kafka has none of too."""
    made(tmp_path, 30)
    assert [kept for kept, _ in read(tmp_path)] == [record(offset) for offset in range(30)]


def test_a_log_goes_on_where_it_ended(tmp_path: Path) -> None:
    """Opened again, the next offset is the size; what comes twice, or too early, is refused."""
    made(tmp_path, 9)
    with opened(tmp_path) as ledger:
        log = ledger.log(POSTS)
        assert log.next == log.signed.size == 9
        with pytest.raises(ValueError, match="goes on with 9, not 8"):
            log.keep([record(8)])
        with pytest.raises(ValueError, match="goes on with 10, not 11"):
            log.keep([record(9), record(11)])
        assert log.next == 9, "a batch is kept whole or not at all"
        assert log.sign() is None
        keep(log, 12)
        assert log.sign() is not None
    assert len(read(tmp_path)) == 12


def test_nothing_is_signed_before_it_is_flushed(tmp_path: Path) -> None:
    """A signature speaks of what is on disk."""
    with opened(tmp_path) as ledger:
        log = ledger.log(POSTS)
        log.keep([record(0)])
        assert log.sign() is None
        log.flush()
        assert log.sign() is not None


@pytest.mark.parametrize("chunk", [1, 137, 200, 1000])
def test_chunks_end_anywhere(tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read, opened and taken up in pieces of any size, over files that end anywhere, a log is the same."""
    monkeypatch.setattr(segments, "SEGMENT_BYTES", 700)
    for module, name, size in (
        (ledger_log, "CHUNK_BYTES", chunk),
        (opening, "CHUNK_BYTES", chunk),
        (ledger_log, "ROWS_MAX", 7),
        (opening, "ROWS_MAX", 5),
        (growing, "ROWS_HELD_MAX", 3),
    ):
        monkeypatch.setattr(module, name, size)
    with opened(tmp_path) as ledger:
        for until in range(3, 30, 3):
            keep(ledger.log(POSTS), until)
        ledger.log(POSTS).sign()
        for until in range(33, 60, 3):
            keep(ledger.log(POSTS), until)
    with opened(tmp_path) as ledger:
        assert ledger.log(POSTS).next == 57
        ledger.log(POSTS).sign()
    assert [kept for kept, _ in read(tmp_path)] == [record(offset) for offset in range(57)]
    with closing(Folder(tmp_path)) as reader:
        for start in range(57):
            assert len(list(reader.leaves(POSTS, start, min(57, start + 9)))) == min(9, 57 - start)


def test_a_file_that_is_missing_beyond_the_checkpoint_is_kept_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files after it are forgotten, and an empty last one is no trouble."""
    monkeypatch.setattr(segments, "SEGMENT_BYTES", 300)
    with opened(tmp_path) as ledger:
        keep(ledger.log(POSTS), 2)
        ledger.log(POSTS).sign()
        for until in range(4, 20, 2):
            keep(ledger.log(POSTS), until)
        end = ledger.log(POSTS).segments.end
    paths = sorted((tmp_path / "logs" / POSTS.path).glob("*.entries"))
    paths[-1].with_name(f"{end:020d}.entries").write_bytes(b"")
    with opened(tmp_path) as ledger:
        assert ledger.log(POSTS).next == 18
    paths[2].unlink()
    with opened(tmp_path) as ledger:
        assert 2 <= ledger.log(POSTS).next < 18
        keep(ledger.log(POSTS), 25)
        ledger.log(POSTS).sign()
    assert [kept for kept, _ in read(tmp_path)] == [record(offset) for offset in range(25)]


def test_an_absent_offset_has_the_acceptance_as_its_key(tmp_path: Path) -> None:
    """An accepted gap is entries, without content and without a key."""
    with opened(tmp_path) as ledger:
        log = ledger.log(POSTS)
        keep(log, 2)
        log.keep_absent(absent(2, "acceptance-1", 5))
        keep(log, 4)
        log.sign()
    with closing(Folder(tmp_path)) as reader:
        entry = next(reader.leaves(POSTS, 2, 3))
        assert b"acceptance-1" in entry
        assert entry[len(POSTS.head)] == ABSENT
        assert [content is None for content in reader.contents(POSTS, 0, 4)] == [False, False, True, False]


def test_an_ended_log_takes_nothing_more(tmp_path: Path) -> None:
    """Its end is signed, stays so when it is opened again, and neither records nor absences follow."""
    with opened(tmp_path) as ledger:
        log = ledger.log(POSTS)
        keep(log, 3)
        assert b"ended the topic was made again" in (log.sign("the topic was made again") or b"")
    with opened(tmp_path) as ledger:
        log = ledger.log(POSTS)
        assert log.ended == "the topic was made again"
        with pytest.raises(Misconfigured, match="has ended"):
            log.keep([record(3)])
        with pytest.raises(Misconfigured, match="has ended"):
            log.keep_absent(absent(3, "a", 1))
        assert log.sign() is None


def test_logs_do_not_mix(tmp_path: Path) -> None:
    """Each partition is a log of its own, and the subjects of topics about posts are the posts."""
    with opened(tmp_path) as ledger:
        for log_id in (POSTS, AUDIT):
            keep(ledger.log(log_id), 6)
            ledger.log(log_id).sign()
        assert len(ledger.keys) == 10, "five posts, and five others of the same keys"
    assert len(read(tmp_path, AUDIT)) == len(read(tmp_path, POSTS)) == 6


def test_a_log_of_another_cluster_is_another_log(tmp_path: Path) -> None:
    """The same topic and partition, and Kafka is another: nothing is appended."""
    made(tmp_path)
    other = type(POSTS)("cluster-2", POSTS.topic, POSTS.topic_id, POSTS.partition)
    with opened(tmp_path) as ledger, pytest.raises(Misconfigured, match="cluster-1, not of cluster-2"):
        ledger.log(other)


def test_one_keeper_writes(tmp_path: Path) -> None:
    """A second one is refused while the first lives, and also when somebody deleted what looks like a lock."""
    with opened(tmp_path), pytest.raises(Misconfigured, match="another keeper writes"):
        Ledger(tmp_path, "test")
    with opened(tmp_path):
        pass


def test_a_refusal_gives_everything_back(tmp_path: Path) -> None:
    """No descriptor and no lock stays open after an opening that was refused."""
    made(tmp_path)
    before = len(list(Path("/proc/self/fd").iterdir()))
    data = (tmp_path / "logs" / POSTS.path / "checkpoint").read_bytes()
    (tmp_path / "logs" / POSTS.path / "checkpoint").write_bytes(data[:-5])
    for _ in range(3):
        with pytest.raises(Misconfigured, match="checkpoint"):
            Ledger(tmp_path, "test")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("cut", range(0, 400, 13))
def test_a_torn_tail_is_cut_and_kept_again(tmp_path: Path, cut: int) -> None:
    """Wherever the last write was torn, and whatever it left, the log opens and goes on with a whole entry."""
    with opened(tmp_path) as ledger:
        keep(ledger.log(POSTS), 3)
        ledger.log(POSTS).sign()
        keep(ledger.log(POSTS), 8)
    path = next((tmp_path / "logs" / POSTS.path).glob("*.entries"))
    data = path.read_bytes()
    path.write_bytes(data[: -cut or None] + b"\0" * (cut % 5) + b"\xff" * (cut % 3))
    with opened(tmp_path) as ledger:
        assert 3 <= ledger.log(POSTS).next <= 8
        keep(ledger.log(POSTS), 9)
        ledger.log(POSTS).sign()
    assert [kept for kept, _ in read(tmp_path)] == [record(offset) for offset in range(9)]


def test_a_frame_that_claims_to_be_huge_is_torn(tmp_path: Path) -> None:
    """Garbage after the end is not believed about its size."""
    made(tmp_path, 3)
    with next((tmp_path / "logs" / POSTS.path).glob("*.entries")).open("ab") as file:
        file.write(b"\xff" * 5000)
    with opened(tmp_path) as ledger:
        assert ledger.log(POSTS).next == 3


def test_the_same_record_kept_again_has_the_same_leaf(tmp_path: Path) -> None:
    """A crash before the signature changes nothing that anybody could see."""
    with opened(tmp_path) as ledger:
        keep(ledger.log(POSTS), 5)
    shutil.copytree(tmp_path, tmp_path.with_name("copy"))
    for path in (tmp_path.with_name("copy") / "logs" / POSTS.path).glob("*.entries"):
        path.write_bytes(b"")
    roots = []
    for folder in (tmp_path, tmp_path.with_name("copy")):
        with opened(folder) as ledger:
            keep(ledger.log(POSTS), 5)
            ledger.log(POSTS).sign()
            # A record without a key is a subject of its own, and none of the first five is one.
            roots.append(ledger.log(POSTS).signed.root)
    assert roots[0] == roots[1]


def test_a_log_that_was_being_begun_is_begun_again(tmp_path: Path) -> None:
    """A crash between the folder and its name leaves nothing that anybody stumbles over."""
    made(tmp_path)
    (tmp_path / "logs" / f".{AUDIT.path}.new").mkdir()
    (tmp_path / ".key.new").write_bytes(b"half")
    with opened(tmp_path) as ledger:
        keep(ledger.log(AUDIT), 2)
    with closing(Folder(tmp_path)) as reader:
        assert [state.log for state in reader.logs()] == [POSTS]


def test_a_failed_sync_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failed sync nothing of it counts as written, and the next flush writes all of it."""
    with opened(tmp_path) as ledger:
        log = ledger.log(POSTS)
        keep(log, 2)
        fdatasync = files.os.fdatasync
        left = iter(range(20))

        def failing(file: int) -> None:
            if next(left) < 3:
                raise OSError(28, "No space left on device")
            fdatasync(file)

        log.keep([record(2)])
        monkeypatch.setattr(files.os, "fdatasync", failing)
        for _ in range(3):
            with pytest.raises(Unavailable, match="full"):
                log.flush()
            assert log.sign() is None
        log.flush()
        assert log.sign() is not None
    assert len(read(tmp_path)) == 3


@pytest.mark.parametrize("fails_at", range(2))
def test_hashes_and_index_that_could_not_be_synced_are_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    """Linux drops what it could not write and calls it clean: a second sync that works proves nothing."""
    with opened(tmp_path) as ledger:
        log = ledger.log(POSTS)
        keep(log, 3)
        assert log.sign() is not None
        keep(log, 9)
        syncs = iter(range(20))

        def failing(file: int) -> None:
            if next(syncs) == fails_at:
                size = os.fstat(file).st_size
                os.pwrite(file, bytes(size // 2), size - size // 2)
                raise Unavailable("the disk of the ledger is full")
            os.fdatasync(file)

        monkeypatch.setattr(growing, "sync", failing)
        with pytest.raises(Unavailable, match="full"):
            log.sign()
        keep(log, 12)
        assert log.sign() is not None
    assert len(read(tmp_path)) == 12
    with opened(tmp_path) as ledger:
        assert ledger.log(POSTS).next == 12


def test_two_flushes_at_once_write_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first, and finds nothing to do."""
    with opened(tmp_path) as ledger:
        log = ledger.log(POSTS)
        log.keep([record(offset) for offset in range(5)])
        inside, go_on = threading.Event(), threading.Event()

        def slow(file: int) -> None:
            inside.set()
            assert go_on.wait(30)
            os.fsync(file)

        monkeypatch.setattr(files.os, "fdatasync", slow)
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(log.flush)
            assert inside.wait(30)
            second = pool.submit(log.flush)
            go_on.set()
            first.result()
            second.result()
        keep(log, 8)
        assert log.sign() is not None
    assert len(read(tmp_path)) == 8

"""A reader beside a writer: it sees what was signed, all of it, and never fails because of what the writer does."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from records.errors import Misconfigured
from records.ledger import segments, tree
from records.ledger.notes import parse_note
from records.ledger.reading import Folder
from tests.records.ledger.shapes import POSTS, keep, opened, record


def test_a_reader_follows_a_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that was opened before sees new logs, rolled files and new keys, and never beyond the checkpoint."""
    monkeypatch.setattr(segments, "SEGMENT_BYTES", 500)
    with opened(tmp_path) as ledger, closing(Folder(tmp_path)) as reader:
        assert reader.logs() == []
        log = ledger.log(POSTS)
        assert reader.logs() == []
        for until in range(5, 60, 5):
            keep(log, until)
            with pytest.raises(Misconfigured, match="its checkpoint"):
                list(reader.leaves(POSTS, 0, until))
            with pytest.raises(Misconfigured, match="checkpoint"):
                reader.slots(POSTS, until - 1, until)
            log.sign()
            assert None not in list(reader.contents(POSTS, 0, until))
            assert len(reader.hashes(POSTS, [0])) == 1
            assert reader.logs()[0].size == until
        assert len(list((tmp_path / "logs" / POSTS.path).glob("*.entries"))) > 3


def test_a_reader_outlives_files_that_a_crash_made_useless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file after the last checkpoint is cut away and made again: who had read before it reads after it."""
    monkeypatch.setattr(segments, "SEGMENT_BYTES", 300)
    with opened(tmp_path) as ledger:
        keep(ledger.log(POSTS), 4)
        ledger.log(POSTS).sign()
        for until in (7, 9):
            keep(ledger.log(POSTS), until)
    reader = Folder(tmp_path)
    with closing(reader):
        assert len(list(reader.leaves(POSTS, 0, 4))) == 4
        folder = tmp_path / "logs" / POSTS.path
        for path in sorted(folder.glob("*.entries"))[1:]:
            path.write_bytes(b"\0" * path.stat().st_size)
        with opened(tmp_path) as ledger:
            for until in range(ledger.log(POSTS).next + 3, 30, 3):
                keep(ledger.log(POSTS), until, size=60)
            ledger.log(POSTS).sign()
            assert len(list(reader.leaves(POSTS, 0, ledger.log(POSTS).next))) == ledger.log(POSTS).next


def test_a_reader_in_another_thread_never_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of reads while files are rolled and checkpoints are signed: whole, and of what was signed."""
    monkeypatch.setattr(segments, "SEGMENT_BYTES", 2000)
    stop = threading.Event()

    def reading() -> int:
        reads = 0
        with closing(Folder(tmp_path)) as reader:
            while not stop.is_set():
                for state in reader.logs():
                    start = max(0, state.size - 20)
                    assert None not in list(reader.contents(state.log, start, state.size))
                    read_root = tree.root(state.size, lambda places, log=state.log: reader.hashes(log, places))
                    assert read_root == state.checkpoint.root
                    cosigned = state.cosigned and parse_note(state.cosigned).text.split("\n")[1]
                    assert int(cosigned or 0) <= state.size, "a cosigned checkpoint is never newer than the log"
                    reads += 1
        return reads

    with opened(tmp_path) as ledger, ThreadPoolExecutor(2) as pool:
        log = ledger.log(POSTS)
        readers = [pool.submit(reading) for _ in range(2)]
        try:
            for until in range(1005, 2000, 5):
                log.keep([record(offset) for offset in range(log.next, until)])
                log.flush()
                log.keep_cosigned(log.sign() or b"")
        finally:
            stop.set()
        assert all(reader.result() for reader in readers)

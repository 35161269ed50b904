"""Many logs flushed and signed side by side: what goes wrong with one harms no other."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.keeper.partition import Partition
from ingest.keeper.writing import Writing
from records.errors import Misconfigured, Unavailable
from records.ledger import files
from records.ledger.entries import LogId
from records.ledger.growing import GrowingLog
from records.ledger.store import Ledger
from tests.records.ledger.shapes import POSTS, opened, read, record

OTHER = LogId(POSTS.cluster, POSTS.topic, POSTS.topic_id, 1)
SLOW_SECONDS = 0.3


class Disk:
    """A disk that is full once for the log `full`, and slow for every other; counts who is inside of one at once."""

    def __init__(self, full: LogId) -> None:
        self._full: str | None = full.path
        self.inside, self.most = 0, 0
        self._second = threading.Event()

    def append(self, file: int, at: int, data: bytes) -> None:
        """As `append_durably`."""
        path = str(Path(f"/proc/self/fd/{file}").readlink())
        if self._full and self._full in path:
            self._full = None
            raise Unavailable("the disk is full")
        self.inside += 1
        self.most = max(self.most, self.inside)
        if self.inside > 1:
            self._second.set()
        files.append_all(file, at, data)
        self._second.wait(SLOW_SECONDS)
        os.fdatasync(file)
        self.inside -= 1


@contextmanager
def two_logs(folder: Path) -> Iterator[tuple[Ledger, list[Partition], Writing]]:
    """A ledger with two logs, and records in both that are not flushed."""
    with opened(folder) as ledger:
        partitions = [Partition(ledger.log(log), ledger.keys) for log in (POSTS, OTHER)]
        for partition in partitions:
            partition.put([record(number) for number in range(5)])
            partition.keep()
        writing = Writing(ledger.keys)
        yield ledger, partitions, writing
        writing.close()


@pytest.mark.parametrize("begun", [True, False])
def test_a_log_is_never_flushed_by_two_while_the_disk_is_full_for_another(
    begun: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who tries again is alone: two would write the same entries one behind the other."""
    with two_logs(tmp_path / "ledger") as (_, partitions, writing):
        disk = Disk(POSTS)
        monkeypatch.setattr("records.ledger.segments.append_durably", disk.append)
        if begun:
            writing.begin(partitions)
        else:
            with pytest.raises(Unavailable):
                writing.flush(partitions)
            assert disk.inside == 0
        writing.flush(partitions)
        assert disk.most == 1
        assert writing.sign([one.log for one in partitions], lambda *_: None) == 2
    for log in (POSTS, OTHER):
        assert [kept for kept, _ in read(tmp_path / "ledger", log)] == [record(number) for number in range(5)]


def test_what_waiting_does_not_mend_is_told_before_what_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails for one log is not waited out because it is full for another."""
    with two_logs(tmp_path / "ledger") as (_, partitions, writing):

        def flush(self: GrowingLog) -> None:
            raise Unavailable("full") if self.id == POSTS else Misconfigured("fails")

        monkeypatch.setattr(GrowingLog, "flush", flush)
        with pytest.raises(Misconfigured):
            writing.flush(partitions)


def test_a_log_that_was_signed_is_told_although_another_could_not_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its note would never come again."""
    with two_logs(tmp_path / "ledger") as (_, partitions, writing):
        writing.flush(partitions)
        notes: dict[LogId, bytes] = {}
        full = [True]

        def replace(path: Path, data: bytes) -> None:
            if POSTS.path in str(path) and full.pop():
                raise Unavailable("full")
            files.replace(path, data)

        monkeypatch.setattr("records.ledger.growing.replace", replace)
        logs = [one.log for one in partitions]
        with pytest.raises(Unavailable):
            writing.sign(logs, lambda log, note: notes.update({log.id: note}))
        assert set(notes) == {OTHER}
        full.append(False)
        assert writing.sign(logs, lambda log, note: notes.update({log.id: note})) == 1
        assert set(notes) == {POSTS, OTHER}

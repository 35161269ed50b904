"""What one partition does with what Kafka gives: compare, append, stop; without a broker."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.keeper.gaps import ABSENT_AT_ONCE, Accepted, accepts, fill
from ingest.keeper.partition import Gap, Partition
from records.ledger.growing import Kept
from records.ledger.reading import Folder, entries
from records.ledger.store import Ledger
from records.registry import GapAcceptance
from tests.records.ledger.shapes import POSTS, keep, opened, record

ACCEPTED_MS = 1_790_000_000_000


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with twenty entries in one log."""
    with opened(tmp_path / "ledger") as made:
        keep(made.log(POSTS), 20)
        made.log(POSTS).sign()
        yield made


@pytest.fixture
def partition(ledger: Ledger) -> Partition:
    """Its partition, as after a start."""
    return Partition(ledger.log(POSTS), ledger.keys)


def came(partition: Partition, *records: Kept) -> int:
    """What was polled, kept."""
    partition.put(records)
    return partition.keep()


def test_what_is_kept_already_is_compared_and_what_comes_next_is_appended(partition: Partition) -> None:
    """Records with neither key nor value are no exception."""
    assert came(partition, *(record(offset) for offset in range(3, 25))) == 5
    assert (partition.log.next, partition.stopped) == (25, None)


@pytest.mark.parametrize(
    "changed",
    [{"value": b"another"}, {"value": None}, {"key": b"post-9"}, {"key": None}, {"append_ms": 1_700_000_000_018}],
)
def test_another_record_at_an_offset_that_is_kept_closes_the_log(
    changed: dict[str, object], partition: Partition, ledger: Ledger
) -> None:
    """Whatever of it is another; nothing after it is appended, and the end is signed."""
    other = record(19)._replace(**changed)  # type: ignore[arg-type]
    assert came(partition, record(18), other, record(20)) == 0
    assert partition.close() is not None
    assert partition.log.ended == "Kafka's record at offset 19 is not the one that was kept"
    assert partition.log.next == 20
    assert "python -m ingest setup" in (partition.stopped or "")
    assert came(partition, record(20)) == 0
    again = Partition(ledger.log(POSTS), ledger.keys)
    assert again.stopped == partition.stopped


def test_an_erased_record_is_compared_by_what_its_header_says(partition: Partition, ledger: Ledger) -> None:
    """Its content is nobody's any more."""
    for slot in range(len(ledger.keys)):
        ledger.keys.erase(slot)
    assert came(partition, record(19)._replace(value=b"x" * 40), record(20)) == 1
    assert came(partition, record(18)._replace(value=b"x" * 41)) == 0
    assert partition.stopped is not None


@pytest.mark.parametrize(("begin", "end", "gap"), [(0, 20, None), (20, 20, None), (21, 30, Gap(20, 21)), (5, 30, None)])
def test_where_kafka_begins_and_ends_must_fit(begin: int, end: int, gap: Gap | None, partition: Partition) -> None:
    """A beginning beyond what comes next is a gap."""
    partition.compare_bounds(begin, end)
    assert partition.gap == gap
    assert (partition.stopped is None) == (gap is None)


def test_an_end_below_what_is_kept_closes_the_log(partition: Partition) -> None:
    """Kafka lost the end of the partition."""
    partition.compare_bounds(0, 19)
    assert partition.close() is not None
    assert partition.log.ended == "Kafka has 19 records and 20 were kept: it lost the end of the partition"


def test_a_hole_between_records_stops_there(partition: Partition) -> None:
    """What comes before the hole is kept."""
    assert came(partition, record(20), record(21), record(25), record(26)) == 2
    assert partition.gap == Gap(22, 25)
    assert "22 to 24" in (partition.stopped or "")
    assert came(partition, record(22)) == 0


def acceptance(partition: Partition, start: int, until: int, staff: str = "ann") -> Accepted:
    """A person's word on offsets of this log."""
    said = GapAcceptance(
        registry_id=partition.log.origin,
        staff_id=staff,
        set_at=datetime(2026, 11, 20, tzinfo=UTC),
        from_offset=start,
        until_offset=until,
        reason="retention",
    )
    return Accepted(said, ACCEPTED_MS)


@pytest.mark.parametrize(
    ("start", "until", "fits"), [(22, 25, True), (21, 25, False), (22, 26, False), (23, 25, False)]
)
def test_only_an_acceptance_of_exactly_the_gap_counts(
    start: int, until: int, *, fits: bool, partition: Partition
) -> None:
    """A person accepted what they were shown, and nothing else."""
    came(partition, record(20), record(21), record(25))
    partition.log.flush()
    assert accepts(acceptance(partition, start, until), partition) == fits


def test_an_accepted_gap_is_one_absent_entry_an_offset_also_after_a_crash_in_the_middle(
    partition: Partition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The acceptance still counts for the rest of it, and for nothing that somebody else accepted."""
    assert ABSENT_AT_ONCE > 1
    monkeypatch.setattr("ingest.keeper.gaps.ABSENT_AT_ONCE", 2)
    partition.miss(25)
    accepted, other = acceptance(partition, 20, 25), acceptance(partition, 19, 25, "bob")
    next(fill(partition.log, accepted))
    partition.log.flush()
    partition.miss(25)  # as after a crash
    assert partition.gap == Gap(22, 25)
    assert accepts(accepted, partition)
    assert not accepts(other, partition)
    for _ in fill(partition.log, accepted):
        partition.log.flush()
    partition.accepted()
    assert came(partition, record(25)) == 1
    partition.log.flush()
    partition.log.sign()
    with closing(Folder(tmp_path / "ledger")) as reader:
        found = list(entries(reader, POSTS, 18, 26))
    assert [entry.absent for entry in found] == [False, False, *[True] * 5, False]
    assert {entry.key for entry in found[2:7]} == {accepted.said.record_id.encode()}
    assert {entry.append_ms for entry in found[2:7]} == {ACCEPTED_MS}

"""What is kept of the ledger tells what stands behind a document, whatever the document says."""

from datetime import UTC, datetime, timedelta

import pytest

from console.verifying.folded import LATE, Folded
from console.verifying.seen import Facts, Posted, applied_of
from records.ledger.entries import Entry, LogId
from records.ledger.opened import Opened
from records.received import Received
from tests.moderation import case_records as make

LOG = LogId("c", "posts", "id-of-posts", 0)
AT = datetime(2026, 1, 1, tzinfo=UTC)


def _facts() -> tuple[Facts, str]:
    record = make.seen("hello")
    entry = Entry(0, 2, 5_000, 3, b"k", bytes(32))
    facts = Facts()
    facts.note(Opened(LOG, entry, Received("posts", "id-of-posts", 0, 2, AT, record)))
    facts.note(Opened(LOG, Entry(0, 1, 1, 3, b"k", bytes(32)), why="malformed"))
    facts.note(Opened(LOG, Entry(0, 0, 1, 3, b"k", bytes(32)), why="unopened"))
    return facts, record.record_id


@pytest.mark.parametrize(
    ("offset", "partition", "behind"),
    [
        (2, 0, "stands"),
        (1, 0, "stands not"),
        (0, 0, "stands"),
        (3, 0, "later"),
        (2, 1, "later"),
        ("2", 0, "stands not"),
        ([2], 0, "stands not"),
        (-1, 0, "stands not"),
        (2, {}, "stands not"),
    ],
)
def test_a_fact_stands_where_its_record_is(offset: object, partition: object, behind: str) -> None:
    """Of what cannot be opened the post is known; what is no place is none."""
    facts, record_id = _facts()
    fact = {"post_id": "k", "topic_id": "id-of-posts", "partition": partition, "offset": offset}
    assert facts.behind(record_id, fact) == behind


def test_behind_what_cannot_be_opened_stands_no_fact_of_another_post() -> None:
    """Its key says in plain what it is about."""
    facts, record_id = _facts()
    fact = {"post_id": "another", "topic_id": "id-of-posts", "partition": 0, "offset": 0}
    assert facts.behind(record_id, fact) == "stands not"


def test_behind_what_was_never_seen_stands_nothing() -> None:
    """An entry that is absent from Kafka is about no post."""
    facts, record_id = _facts()
    facts.note(Opened(LOG, Entry(0, 9, 1, 3, b"k", bytes(32)), why="unopened"))
    fact = {"post_id": "k", "topic_id": "id-of-posts", "partition": 0, "offset": 5}
    assert facts.behind(record_id, fact) == "stands not"


def test_another_record_does_not_stand_there() -> None:
    """Nor one whose id is none, nor one whose id begins as the real one or is written otherwise."""
    facts, real = _facts()
    place = {"topic_id": "id-of-posts", "partition": 0, "offset": 2}
    others = ("f" * 40, "not an id", real[:16] + "0" * (len(real) - 16), real.upper(), f"0x{real}")
    assert {facts.behind(id_, place) for id_ in others} == {"stands not"}


def test_posts_without_entries_are_told() -> None:
    """In the order in which they were asked for."""
    posted = Posted()
    posted.add("a")
    posted.add("b")
    assert posted.lacking(["c", "a", "d", "b"]) == ["c", "d"]


def test_what_a_document_says_of_itself_may_be_anything() -> None:
    """Only offsets count."""
    assert applied_of({"applied": {"a:0": 3, "b:0": "x"}}) == {"a:0": 3}
    assert applied_of({"applied": ["a"]}) == applied_of({}) == {}


def test_what_the_fold_has_acknowledged_must_be_in_the_index() -> None:
    """And what is old, or of a topic that was made anew; what is younger may be on its way."""
    folded = Folded({("t", 0): 5}, known=True, now=AT)
    young, old = AT - timedelta(seconds=1), AT - LATE - timedelta(seconds=1)
    assert [folded.must_have("t", 0, offset, young) for offset in (4, 5)] == [True, False]
    assert folded.must_have("t", 0, 5, old)
    assert folded.must_have("another", 0, 0, young)
    assert not Folded(now=AT).must_have("t", 0, 0, young)

"""An hour of heartbeats is one document, whatever the order in which they come, and however often."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from records.coverage import Coverage
from search.coverage_documents import hour_document, hour_id, spans_of, statement_document

TWO = datetime(2026, 11, 20, 14, tzinfo=UTC)


def beat(since: int, until: int, read: int = 0) -> Coverage:
    """A heartbeat about these seconds after two o'clock."""
    from_at, until_at = (TWO + timedelta(seconds=second) for second in (since, until))
    return Coverage(
        kind="heartbeat", source="web", from_at=from_at, until_at=until_at, read=read, kept=read, happened_at=until_at
    )


SECONDS = st.integers(0, 3599)
BEATS = st.lists(st.builds(beat, SECONDS, SECONDS, st.integers(0, 5)), min_size=1, max_size=10)


def folded(beats: list[Coverage], size: int) -> dict[str, Any]:
    """The document after batches of this size, as the index gives it back between them."""
    document: dict[str, Any] | None = None
    for start in range(0, len(beats), size):
        document = json.loads(json.dumps(hour_document(document, beats[start : start + size])))
    assert document is not None
    return document


@given(BEATS, st.randoms(use_true_random=False), st.integers(1, 4))
def test_order_repetition_and_batches_do_not_matter(beats: list[Coverage], random: Any, size: int) -> None:
    """As after a kill, a rebuild, or two workers for a moment."""
    again = [*beats, *beats[::2]]
    random.shuffle(again)
    # Heartbeats that differ only in their bounds are one fact; a source makes one at an instant.
    distinct = list({one.record_id: one for one in again}.values())
    assert folded(distinct + distinct[::2], size) == folded(list(reversed(distinct)), 100)


def test_a_minute_after_a_minute_is_one_stretch() -> None:
    """Counts add up; a hole stays a hole; bounds are those of the whole; the rhythm is known."""
    document = hour_document(None, [beat(0, 60, 2), beat(60, 120, 1), beat(180, 270)])
    assert [(since.minute, until.minute, until.second) for since, until in spans_of(document)] == [
        (0, 2, 0),
        (3, 4, 30),
    ]
    assert (document["read"], document["longest_seconds"]) == (3, 90)
    assert (document["from_at"], document["until_at"]) == ("2026-11-20T14:00:00+00:00", "2026-11-20T14:04:30+00:00")


def test_a_heartbeat_belongs_to_the_hour_in_which_it_ends() -> None:
    """And to its source."""
    assert hour_id(beat(0, 60)) == "web@2026-11-20T14"
    assert hour_id(beat(3590, 3600)) == "web@2026-11-20T15"


def test_a_statement_without_bounds_is_about_its_instant() -> None:
    """It can be found by time all the same; instants are those that the index can tell apart."""
    made = TWO.replace(microsecond=123_999)
    document = statement_document(Coverage(kind="refused", source="web", read=1, happened_at=made))
    assert document["from_at"] == document["until_at"] == "2026-11-20T14:00:00.123000+00:00"

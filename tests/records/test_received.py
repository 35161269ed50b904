"""Where a record stands, as machines and as people name it."""

from datetime import UTC, datetime

from records.received import Received


def test_a_log_is_named_by_its_topic_id_and_a_place_by_its_topic() -> None:
    """A topic that was made anew is another log."""
    received = Received("decisions", "x7Yz", 3, 42, datetime(2026, 3, 1, tzinfo=UTC), None)
    assert (received.log, received.place) == ("x7Yz:3", "decisions-3-42")

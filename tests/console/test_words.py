"""Times, sizes and counts as people read them."""

from datetime import UTC, datetime

import pytest
from typer import BadParameter

from console.instants import from_instant, until_instant
from console.words import clock, counted, iso, minute, size


def test_every_instant_is_told_in_utc() -> None:
    """An offset is turned into UTC, also at the ends of the calendar."""
    assert clock("2026-10-26T10:14:30.5+01:00") == "2026-10-26 09:14:30 UTC"
    assert clock("0001-01-01T00:00:00Z") == "0001-01-01 00:00:00 UTC"
    assert minute("9999-12-31T23:59:59Z") == "9999-12-31 23:59"
    assert iso("2026-10-26T10:14:30+01:00") == "2026-10-26T09:14:30Z"


def test_numbers_read_like_numbers() -> None:
    """One post, two posts; bytes with their unit."""
    assert [counted(1, "post"), counted(1200, "post")] == ["1 post", "1,200 posts"]
    assert [size(447), size(2_500_000)] == ["447 bytes", "2,500 kB"]


def test_a_last_day_counts_whole() -> None:
    """From a day means from its beginning, until a day means to its end; a time is a time."""
    assert from_instant("2026-11-03") == datetime(2026, 11, 3, tzinfo=UTC)
    assert until_instant("2026-11-03") == datetime(2026, 11, 4, tzinfo=UTC)
    assert until_instant("2026-11-03T12:00+02:00") == datetime(2026, 11, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["never", "2026-13-01", "", "0001-01-01T00:00+14:00", "3. 11. 2026"])
def test_what_is_no_time_is_refused_in_a_sentence(text: str) -> None:
    """The person is told what a time looks like."""
    with pytest.raises(BadParameter, match="is not a day such as"):
        from_instant(text)

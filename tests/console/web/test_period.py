"""The time that an overview is about, by what an address says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.web.period import BARS_MAX, SPAN_MAX, USUAL, period_of
from records.errors import Malformed

NOW = datetime(2026, 11, 21, 9, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "hours", "bar"),
    [("day", 24, timedelta(hours=1)), ("week", 168, timedelta(hours=6)), ("month", 720, timedelta(days=1))],
)
def test_a_time_that_is_offered_ends_now(name: str, hours: int, bar: timedelta) -> None:
    """With this minute, so that whoever asks twice in it asks the same."""
    period = period_of(name, "", "", NOW)
    assert period.span.until_at == datetime(2026, 11, 21, 9, 8, tzinfo=UTC)
    assert period.span.until_at - period.span.from_at == timedelta(hours=hours)
    assert (period.name, period.span.bar) == (name, bar)


def test_without_a_word_it_is_the_usual_time() -> None:
    """And for a word that is none."""
    assert period_of("", "", "", NOW) == period_of("x", "", "", NOW) == period_of(USUAL, "", "", NOW)


def test_two_days_count_whole() -> None:
    """As in every search."""
    period = period_of("day", "2026-03-02", "2026-03-03", NOW)
    assert period.said == "2026-03-02 00:00 to 2026-03-04 00:00 UTC"
    assert period.name == ""


def test_one_end_alone_is_enough() -> None:
    """Until now, or the usual time before it."""
    assert period_of("", "2026-11-01", "", NOW).span.until_at == datetime(2026, 11, 21, 9, 8, tzinfo=UTC)
    assert period_of("", "", "2026-03-07", NOW).said == "2026-03-01 00:00 to 2026-03-08 00:00 UTC"


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("x", ""),
        ("", "2026-13-01"),
        ("2026-03-02", "2026-03-01"),
        ("2026-03-02T09:00", "2026-03-02T09:00"),
        ("0001-01-01", "9999-12-31"),
        ("", "0001-01-01"),
        ("2027-01-01", ""),
    ],
)
def test_what_is_no_time_is_refused(since: str, until: str) -> None:
    """With a sentence, and no error of another kind."""
    with pytest.raises(Malformed, match="time"):
        period_of("", since, until, NOW)


@given(st.integers(1, SPAN_MAX // timedelta(minutes=1)))
def test_no_drawing_has_too_many_columns(minutes: int) -> None:
    """However long the time is."""
    until = datetime(2100, 1, 1, tzinfo=UTC)
    since = until - timedelta(minutes=minutes)
    assert 1 <= period_of("", since.isoformat(), until.isoformat(), NOW).span.bars <= BARS_MAX

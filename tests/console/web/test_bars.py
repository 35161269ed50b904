"""The picture of times: every column at its place, and its address is its interval."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.web.bars import HEIGHT, WIDTH, drawing
from search.overview import BARS_MAX, Bar, Histogram, Interval, fitting

START = datetime(2026, 3, 2, tzinfo=UTC)
TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001  made aware


def histogram(by: Interval, *bars: tuple[datetime, int]) -> Histogram:
    """These counts."""
    return Histogram(by, tuple(Bar(at, posts) for at, posts in bars), cut=False)


def test_a_column_stands_where_its_time_is() -> None:
    """And is as high as its share; one post is seen beside a thousand."""
    found = drawing(histogram("day", (START, 1), (START + timedelta(days=3), 1_000)), {})
    assert found
    assert [(one.left, one.height) for one in found.columns] == [(0, 3), (3 * WIDTH, HEIGHT)]
    assert found.width == 4 * WIDTH - 2
    assert not found.apart


def test_times_that_lie_too_far_apart_stand_side_by_side() -> None:
    """A stranger may have dated a post to the year 1, or to the last month that there can be."""
    ends = ((datetime(1, 1, 1, tzinfo=UTC), 1), (datetime(9999, 12, 1, tzinfo=UTC), 2))
    found = drawing(histogram("month", *ends), {})
    assert found
    assert found.apart
    assert [one.left for one in found.columns] == [0, WIDTH]
    assert found.columns[0].address.endswith("from=0001-01-01&until=0001-01-31")
    assert found.columns[1].address.endswith("from=9999-12-01&until=9999-12-30")


@pytest.mark.parametrize(
    ("by", "bounds"),
    [
        ("hour", "from=2026-03-02T00%3A00&until=2026-03-02T01%3A00"),
        ("day", "from=2026-03-02&until=2026-03-02"),
        ("week", "from=2026-03-02&until=2026-03-08"),
    ],
)
def test_a_column_leads_to_its_interval(by: Interval, bounds: str) -> None:
    """As the form says it, with everything else that was asked for."""
    found = drawing(histogram(by, (START, 1), (START + timedelta(weeks=1), 1)), {"words": ("fee",)})
    assert found
    assert found.columns[0].address == f"/search?words=fee&{bounds}"


def test_an_interval_is_not_wider_than_the_search() -> None:
    """The first and the last column of a time keep its bounds."""
    bounds = {"from": ("2026-03-02T09:30",), "until": ("2026-03-03T10:00",)}
    found = drawing(histogram("day", (START, 1), (START + timedelta(days=1), 1)), bounds)
    assert found
    assert found.columns[0].address == "/search?words=&from=2026-03-02T09%3A30&until=2026-03-02"
    assert found.columns[1].address == "/search?words=&from=2026-03-03&until=2026-03-03T10%3A00"


@given(TIMES, TIMES)
def test_the_interval_fits_the_time(one: datetime, other: datetime) -> None:
    """So many columns cover it, unless even months are too many."""
    first, last = sorted((one, other))
    by = fitting((first, last))
    lengths = {"hour": 1, "day": 24, "week": 24 * 7}
    if by in lengths:
        assert (last - first) / timedelta(hours=lengths[by]) < BARS_MAX - 1


def test_of_one_interval_there_is_no_picture() -> None:
    """There is nothing to compare."""
    assert drawing(histogram("day", (START, 5)), {}) is None
    assert drawing(histogram("day"), {}) is None

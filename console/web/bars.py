"""The times of what was found as a small picture: a column for each interval, which leads to what was posted in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from console.counts import LABELS, apart, following
from console.instants import from_instant, until_instant
from console.web.asked_for import Given, address_of
from search.overview import BARS_MAX, Bar, Histogram, Interval

WIDTH, GAP, HEIGHT = 10, 2, 60
HEIGHT_MIN = 3
"""One post among thousands is still seen."""
_MINUTE_CHARS = len("2026-03-02T09:14")


@dataclass(frozen=True, slots=True)
class Column:
    """One interval, in the units of the picture, and in words."""

    left: int
    top: int
    height: int
    label: str
    posts: int
    address: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture; `apart` says that intervals without a post are left out between its columns."""

    columns: tuple[Column, ...]
    width: int
    height: int
    by: Interval
    most: int
    apart: bool
    cut: bool


def drawing(histogram: Histogram, given: Given, **more: str) -> Drawing | None:
    """The picture of at least two intervals; of fewer there is nothing to be seen.

    Columns stand where their time is, unless that would take more than `BARS_MAX` places.
    """
    bars = histogram.bars
    places = [apart(bars[0].from_at, bar.from_at, histogram.by) for bar in bars] if bars else []
    if not places or len(bars) < 2:  # noqa: PLR2004  a pair
        return None
    sparse = places[-1] >= BARS_MAX
    if sparse:
        places = list(range(len(bars)))
    columns = tuple(_columns(histogram, places, given, more))
    most = max(bar.posts for bar in bars)
    return Drawing(columns, (places[-1] + 1) * WIDTH - GAP, HEIGHT, histogram.by, most, sparse, histogram.cut)


def _columns(histogram: Histogram, places: list[int], given: Given, more: dict[str, str]) -> Iterator[Column]:
    most = max(bar.posts for bar in histogram.bars)
    for place, bar in zip(places, histogram.bars, strict=True):
        height = max(HEIGHT_MIN, round(bar.posts / most * HEIGHT))
        label = bar.from_at.strftime(LABELS[histogram.by])
        address = address_of(_narrowed(given, bar, histogram.by), **more)
        yield Column(place * WIDTH, HEIGHT - height, height, label, bar.posts, address)


def _narrowed(given: Given, bar: Bar, by: Interval) -> Given:
    """The search within an interval, and never beyond the times that it has already."""
    since, until = _bounds(bar.from_at, by)
    if "from" in given and from_instant(given["from"][-1]) > from_instant(since):
        since = given["from"][-1]
    if "until" in given and until_instant(given["until"][-1]) < until_instant(until):
        until = given["until"][-1]
    return {**given, "from": (since,), "until": (until,)}


def _bounds(at: datetime, by: Interval) -> tuple[str, str]:
    """The interval as the form says it: days count whole."""
    try:
        end = following(at, by)
    except (OverflowError, ValueError):  # the last month that there can be
        end = datetime.max.replace(tzinfo=UTC)
    if by == "hour":
        return at.isoformat()[:_MINUTE_CHARS], end.isoformat()[:_MINUTE_CHARS]
    return at.date().isoformat(), (end - timedelta(days=1)).date().isoformat()

"""The timeline: everything is inside the picture, in order, and can be read."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.page.timeline.labels import Label, fitting, numbered
from console.page.timeline.picture import MARGIN, Picture, picture, short
from console.page.timeline.scale import scale
from console.page.timeline.ticks import ticks
from console.page.timeline.told import told
from console.page.timeline.values import LANES, Moment, Stretch, Timeline
from tests.console.page.samples import POSTED, at, erased, long, years
from tests.console.page.samples import short as short_dossier

ANY = st.datetimes(timezones=st.just(UTC))
NEAR = st.floats(min_value=0, max_value=100_000).map(at)
YEARS = st.integers(min_value=0, max_value=40 * 365 * 86_400).map(at)
WHEN = st.one_of(NEAR, YEARS, ANY, st.just(POSTED))
MOMENTS = st.lists(st.builds(Moment, WHEN, st.sampled_from(sorted(LANES)), st.just("seen")), max_size=60)
STRETCHES = st.lists(
    st.builds(Stretch, WHEN, st.one_of(st.none(), WHEN), st.sampled_from(["visible", "perhaps", "gap", "watched"])),
    max_size=8,
)
LINES = st.builds(lambda *parts: Timeline(*map(tuple, parts)), MOMENTS, STRETCHES, STRETCHES)
WIDTHS = st.sampled_from([380.0, 860.0])


def check_inside(drawn: Picture) -> None:
    """No number is beyond the view box, and no label lies over its neighbour."""
    edges = [*drawn.ticks, *(x for pair in drawn.episodes for x in pair)]
    edges += [x for row in drawn.rows for x in row.glyphs]
    edges += [x for row in drawn.rows for bar in row.bars for x in (bar.left, bar.left + bar.width)]
    edges += [x for row in all_labels(drawn) for label in row for x in (label.left, label.right)]
    assert all(isfinite(x) and 0 <= x <= drawn.width for x in edges), edges
    assert all(bar.width > 0 for row in drawn.rows for bar in row.bars)
    assert all(0 <= row.y < drawn.axis_y < drawn.height for row in drawn.rows)
    for row in all_labels(drawn):
        in_order = sorted(row, key=lambda label: label.left)
        assert all(one.right <= other.left for one, other in pairwise(in_order)), in_order


def all_labels(drawn: Picture) -> list[tuple[Label, ...]]:
    """The labels of each row of text."""
    pauses = tuple(label for _, label in drawn.breaks)
    return [drawn.labels, drawn.within, pauses, *(row.labels for row in drawn.rows)]


@given(LINES, WIDTHS)
def test_everything_is_inside_and_legible(line: Timeline, width: float) -> None:
    """Whatever the clocks say: years apart, all at once, or in the wrong order."""
    drawn = picture(line, width)
    assert (drawn is None) == (not line.instants())
    if drawn:
        check_inside(drawn)
        assert sum(len(row.glyphs) for row in drawn.rows) == len(line.moments)


@given(st.lists(WHEN, min_size=1, max_size=60), WIDTHS)
def test_later_is_never_further_left(instants: list[datetime], width: float) -> None:
    """The order in the picture is the order in time."""
    ordered = sorted(set(instants))
    along = scale(ordered, width, MARGIN)
    places = [along.x(one) for one in ordered]
    assert places == sorted(places)
    assert all(one.right < other.left for one, other in pairwise(along.episodes))


@given(WHEN, st.floats(min_value=1, max_value=3e11), st.integers(min_value=1, max_value=12))
def test_ticks_lie_between_and_are_not_too_many(since: datetime, seconds: float, at_most: int) -> None:
    """From seconds to millennia, at least one."""
    start = (since - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    found = ticks(start, start + seconds, at_most)
    assert 1 <= len(found) <= at_most + 2
    assert [one.at for one in found] == sorted({one.at for one in found})


@pytest.mark.parametrize(
    ("seconds", "labels"),
    [
        (2.0, ["09:14:30.0", "09:14:30.5", "09:14:31.0", "09:14:31.5", "09:14:32.0"]),
        (40, ["09:14:30", "09:14:40", "09:14:50", "09:15:00", "09:15:10"]),
        (3_600, ["09:15", "09:30", "09:45", "10:00"]),
        (4 * 86_400, ["3 Mar", "4 Mar", "5 Mar", "6 Mar"]),
        (300 * 86_400, ["May", "Jul", "Sep", "Nov"]),
        (20 * 366 * 86_400, ["2030", "2035", "2040", "2045"]),
    ],
)
def test_steps_are_those_of_a_clock_and_a_calendar(seconds: float, labels: list[str]) -> None:
    """Nobody counts in thirds of an hour."""
    start = POSTED.timestamp()
    assert [one.label for one in ticks(start, start + seconds, 5)] == labels


@given(st.lists(st.floats(min_value=0, max_value=300), max_size=80))
def test_numbers_that_are_too_near_share_a_label(places: list[float]) -> None:
    """No number lies over another, and none is lost."""
    found = numbered([(x, number) for number, x in enumerate(sorted(places), 1)], 300)
    assert all(one.right <= other.left for one, other in pairwise(found))
    assert bool(found) == bool(places)
    assert not found or (found[0].text.startswith("1") and found[-1].text.endswith(str(len(places))))


def test_a_label_that_has_no_room_is_left_out() -> None:
    """The first one stays."""
    assert [one.text for one in fitting([(50, "09:00"), (52, "09:01"), (200, "10:00")], 0, 300)] == ["09:00", "10:00"]


def test_what_happened_within_seconds_and_what_took_hours_are_both_seen() -> None:
    """Long pauses become breaks, and each break says how long it is."""
    drawn = picture(told(long()), 860)
    assert drawn
    assert len(drawn.episodes) > 3
    assert "1 h" in {label.text for _, label in drawn.breaks}
    check_inside(drawn)


def test_a_moment_of_its_own_is_told_to_the_second() -> None:
    """Parts of a second are for what lies within one."""
    drawn = picture(Timeline(tuple(Moment(at(seconds), "seen", "seen") for seconds in (0.3, 900_000, 900_007))), 860)
    assert drawn
    assert drawn.labels[0].text == "09:14:30"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3, "3 s"), (90, "2 min"), (7_200, "2 h"), (86_400, "1 day"), (200_000, "2 days"), (7e8, "22 years")],
)
def test_how_long_a_break_is(seconds: float, said: str) -> None:
    """In one unit."""
    assert short(timedelta(seconds=seconds)) == said


def test_what_the_timeline_tells() -> None:
    """Posted, seen, edited, gone, reports, verdicts, decisions, orders and outcomes, by which clock."""
    said = {moment.what: moment.clock for moment in told(long()).moments}
    assert said["posted"] == said["removed"] == "site"
    assert said["first recorded"] == "recorded"
    wanted = ("first seen", "last seen", "first seen missing", "text 2 first seen", "text 1 judged: 2 reasons to look",
              "decide: remove, by s.lee", "decide: leave, by m.ito (refused)", "the site was asked to remove",
              "the site: observed")  # fmt: skip
    assert set(wanted) <= set(said)


def test_bounds_are_bounds() -> None:
    """Solid where it was seen, dashed where it may have stood; without a word of its end it goes on."""
    assert [one.state for one in told(long()).on_the_site] == ["perhaps", "visible", "perhaps"]
    assert [(one.state, one.until_at) for one in told(short_dossier()).on_the_site] == [
        ("visible", at(12)),
        ("perhaps", None),
    ]
    assert {one.state for one in told(long()).watched} == {"watched", "gap", "backfilled", "not watched"}


def test_hundreds_of_reports_are_told_as_first_and_last() -> None:
    """The picture stays legible."""
    said = [moment.what for moment in told(years()).moments if moment.what.startswith("reported")]
    assert said == ["reported by somebody, the first of 121", "reported by somebody, the last of 121"]


def test_an_erasure_is_on_the_timeline() -> None:
    """That it was made unreadable, and when."""
    assert "made unreadable in the ledger" in {moment.what for moment in told(erased()).moments}

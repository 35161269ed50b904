"""Counts and bars as a person sees them."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console

from console.counts import facets_table, flow, histogram_table
from console.groups import head, lines, values
from search.duplicates import Group
from search.overview import Bar, Facet, Histogram, Interval, Share

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def printed(what: Any) -> list[str]:
    """Its lines on a terminal."""
    out = io.StringIO()
    Console(file=out, width=120, markup=False, emoji=False, highlight=False).print(what)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def bars(by: Interval, *counts: tuple[datetime, int]) -> list[str]:
    """A chart."""
    return printed(histogram_table(Histogram(by, tuple(Bar(at, posts) for at, posts in counts), cut=False)))


def test_a_bar_is_as_long_as_its_share() -> None:
    """The highest fills the room, the smallest is still seen."""
    whole, half, little = bars("hour", *((START + timedelta(hours=n), posts) for n, posts in enumerate((1000, 500, 1))))
    assert whole == f"2026-03-02 09:00 {'█' * 50} 1,000"
    assert half.count("█") == 25
    assert little.split()[-2:] == ["▏", "1"]


def test_what_lies_between_is_not_left_out() -> None:
    """A few days without a post are seen, many of them are counted."""
    days = [START + timedelta(days=n) for n in (0, 2, 40)]
    assert [line.split("█")[0].strip() for line in bars("day", *((day, 1) for day in days))] == [
        "2026-03-02 Mon",
        "2026-03-03 Tue",
        "2026-03-04 Wed",
        "⋮ 37 days without",
        "2026-04-11 Sat",
    ]


def test_months_follow_one_another_over_the_end_of_a_year() -> None:
    """Whatever their length."""
    shown = bars("month", (datetime(2025, 11, 1, tzinfo=UTC), 1), (datetime(2026, 2, 1, tzinfo=UTC), 1))
    assert [line.split()[0] for line in shown] == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_a_made_up_year_is_no_long_list() -> None:
    """The first and the last that there can be, and all hours between them."""
    ends = ((datetime(1, 1, 1, tzinfo=UTC), 1), (datetime(9999, 12, 1, tzinfo=UTC), 1))
    assert bars("month", *ends)[1] == "⋮ 119,986 months without"
    assert bars("hour", *ends)[1] == "⋮ 87,648,671 hours without"


def test_facets_are_the_options_that_narrow() -> None:
    """With names and severities in words, and strangers' characters made visible."""
    said = printed(
        facets_table(
            {
                "author": Facet((Share("u-1", 1200, "D\u202ea"),), 3),
                "severity": Facet((Share("2", 1),), 0),
                "label": Facet((), 0),
            },
            120,
        )
    )
    assert said == ["--author    D⟨U+202E⟩a (u-1) 1,200   and 3 more", "--severity  2 serious 1"]


def test_no_value_is_broken_by_the_end_of_a_line() -> None:
    """It goes on the next one, whole."""
    assert flow([("one two", 1), ("three four", 2), ("five", 3)], 0, 20).plain == "one two 1\nthree four 2\nfive 3"
    assert flow([("a", 1), ("b", 2)], 4, 30).plain == "a 1   b 2   and 4 more"


def test_a_group_says_how_often_by_whom_and_when() -> None:
    """In one line, and below it an example and how to see more."""
    group = Group(
        posts=11,
        texts=3,
        authors=9,
        surfaces=1,
        named_authors=(Share("u-1", 3, "Dana"),),
        named_surfaces=(Share("blog/fees", 11),),
        first_at="2026-03-02T09:00:00.000Z",
        last_at="2026-03-03T10:00:00.000Z",
        post_id="web:1",
        text="Guaranteed \x1b[2J returns",
    )
    (said,) = printed(head(group))
    assert said == "11 posts in 3 wordings, 9 authors, 1 surface, 2026-03-02 09:00 to 2026-03-03 10:00"
    shown = printed(lines(group, 100))
    assert shown[0] == "example   Guaranteed ␛[2J returns"
    assert shown[1] == "authors   Dana (u-1) 3   and 8 more"
    assert shown[-1].endswith("lifeguard find --like web:1")
    assert values(group)["first_at"] == "2026-03-02T09:00:00Z"

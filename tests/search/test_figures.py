"""The figures of a time: one search counts them all, and its answer has a number for every bar."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from search.figures import AGES, LATE, WAITS, Span, Took, figures_body, figures_of, wanted_came, wanted_flagged
from search.queries import filters

START = datetime(2026, 11, 20, 9, 7, tzinfo=UTC)
SPAN = Span(START, START + timedelta(hours=24), timedelta(hours=1))
NOW = datetime(2026, 11, 21, 9, 7, 30, tzinfo=UTC)
NAMES = ("came", "flagged", "decided", "waits", "late")


def bucket(key: Any, posts: int) -> dict[str, Any]:
    """A group as the server counts it."""
    return {"key": key, "doc_count": posts}


def at(hours: float) -> int:
    """So long after the beginning, as the server says it."""
    return int((START + timedelta(hours=hours)).timestamp() * 1000)


def answer(total: int = 0, **more: Any) -> dict[str, Any]:
    """One figure as the server counts it."""
    return {"doc_count": total, "surface": {"buckets": []}, "source": {"buckets": []}} | more


def test_each_figure_counts_what_the_search_behind_it_finds() -> None:
    """So that the number and the page that it leads to say the same."""
    aggs = figures_body(SPAN, NOW)["aggs"]
    wanted = {"came": wanted_came(SPAN), "flagged": wanted_flagged(SPAN), "waits": WAITS, "late": LATE}
    for name, one in wanted.items():
        assert aggs[name]["filter"] == {"bool": {"filter": filters(one)}}
    assert set(aggs) == set(NAMES)


def test_only_posts_that_count_are_looked_at() -> None:
    """Without a hit, in one request."""
    body = figures_body(SPAN, NOW)
    assert body["size"] == 0
    assert body["query"]["bool"]["should"] == [body["aggs"][name]["filter"] for name in NAMES]


def test_a_bar_begins_where_the_time_begins() -> None:
    """Not at the full hour before it."""
    bars = figures_body(SPAN, NOW)["aggs"]["came"]["aggs"]["posted"]["date_histogram"]
    assert (bars["fixed_interval"], bars["offset"]) == ("3600s", "420s")


def test_ages_follow_one_another_without_a_hole() -> None:
    """The newest first; the last one has no end."""
    ranges = figures_body(SPAN, NOW)["aggs"]["late"]["aggs"]["groups"]["date_range"]["ranges"]
    assert [one["key"] for one in ranges] == [str(number) for number in range(len(AGES) + 1)]
    assert [one["from"] for one in ranges[:-1]] == [one["to"] for one in ranges[1:]]
    assert "to" not in ranges[0]
    assert "from" not in ranges[-1]


def test_an_answer_becomes_figures() -> None:
    """Times of the site and of ours are one bar; what has nothing in it is a zero."""
    places = {"surface": {"buckets": [bucket("blog", 3)]}, "source": {"buckets": [bucket("site", 3)]}}
    timed = {"posted": {"buckets": [bucket(at(0), 1), bucket(at(23), 1)]}, "seen": {"by": {"buckets": []}}}
    timed["seen"] = {"by": {"buckets": [bucket(at(0), 1)]}}
    took, nothing = ({"values": {"50.0": half, "90.0": most}} for half, most in ((60.0, 90.5), (None, None)))
    by = [bucket(3, 1) | {"took": took}, bucket(0, 1) | {"took": nothing}]
    waited = {"took": took, "took_by": {"buckets": by}}
    answers = dict.fromkeys(NAMES, answer()) | {
        "came": answer(3, **places, **timed),
        "decided": answer(2, posted={"buckets": []}, groups={"buckets": [bucket("hide", 2)]}, **waited),
    }
    found = figures_of(answers, SPAN)
    assert (found.came.total, found.came.by_surface, found.came.by_source) == (3, {"blog": 3}, {"site": 3})
    assert found.came.bars == (2, *[0] * 22, 1)
    assert (found.decided.groups, found.decided.bars) == ({"hide": 2}, (0,) * 24)
    assert (found.waits.total, found.waits.bars) == (0, ())
    half_and_most = Took(timedelta(seconds=60), timedelta(seconds=90.5))
    assert (found.took, found.took_by) == (half_and_most, {"3": half_and_most})


@given(st.integers(1, 10_000), st.integers(1, 5_000))
def test_every_minute_of_a_time_lies_in_one_of_its_bars(minutes: int, bar: int) -> None:
    """Also where the last bar is cut short."""
    span = Span(START, START + timedelta(minutes=minutes), timedelta(minutes=bar))
    assert (span.bars - 1) * bar < minutes <= span.bars * bar

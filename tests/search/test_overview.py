"""Counts of what was found become one answer."""

from datetime import UTC, datetime
from typing import Any

from search.overview import BARS_MAX, FACETS, bars_of, counts_body, facets_body, histogram_body
from search.queries import Wanted, query

DAY = 86_400_000


def bucket(at: int, posts: int) -> dict[str, Any]:
    """One interval as the server counts it."""
    return {"key": {"at": at}, "doc_count": posts}


def test_every_facet_is_counted_for_what_is_wanted() -> None:
    """In one search without posts."""
    wanted = Wanted(text="fee", sources=("web",))
    body = facets_body(wanted)
    assert body["size"] == 0
    assert body["query"] == query(wanted)
    assert set(body["aggs"]) == set(FACETS)


def test_the_time_of_what_is_wanted_is_found_with_its_facets() -> None:
    """By the site's time, and by ours where there is none."""
    body = counts_body(Wanted(text="fee"))
    assert set(body["aggs"]) == {*FACETS, "posted", "seen"}
    assert body["query"] == facets_body(Wanted(text="fee"))["query"]


def test_posts_without_a_time_of_the_site_are_counted_by_ours() -> None:
    """And by nothing else."""
    seen = histogram_body(Wanted(), "day")["aggs"]["seen"]
    assert seen["filter"] == {"bool": {"must_not": [{"exists": {"field": "posted_at"}}]}}


def test_both_counts_of_an_interval_are_one_bar() -> None:
    """Oldest first."""
    told = bars_of([[bucket(2 * DAY, 3), bucket(0, 1)], [bucket(2 * DAY, 4)]], "day")
    assert [(bar.from_at.day, bar.posts) for bar in told.bars] == [(1, 1), (3, 7)]
    assert told.bars[0].from_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert not told.cut


def test_only_the_latest_intervals_are_told() -> None:
    """And that there are earlier ones."""
    told = bars_of([[bucket(n * DAY, 1) for n in range(BARS_MAX, -1, -1)]], "day")
    assert len(told.bars) == BARS_MAX
    assert told.cut
    assert told.bars[-1].from_at == datetime.fromtimestamp(BARS_MAX * DAY / 1000, UTC)


def test_years_that_a_stranger_made_up_are_bars_too() -> None:
    """The first and the last year that there can be."""
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 1, tzinfo=UTC)
    told = bars_of([[bucket(int(at.timestamp() * 1000), 1) for at in (last, first)]], "month")
    assert [bar.from_at for bar in told.bars] == [first, last]

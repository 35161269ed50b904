"""The overview: figures as tiles and rows, and the page that shows them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from console.web.overviewing import OTHERS, ROWS_MAX, rows, tiles, took, took_by, watched
from console.web.period import period_of
from search.figures import Count, Figures, Took
from tests.console.page.reading import Page
from tests.console.web.desks import Scene

NOW = datetime(2026, 11, 21, 9, 7, 30, tzinfo=UTC)
PERIOD = period_of("day", "", "", NOW)
NONE = Count(0)
COUNTS = {"came": 40, "flagged": 12, "decided": 7, "waits": 9, "late": 2}


class Counted:
    """An index that counts the same for whoever asks, and knows one source that has missed something."""

    posts, coverage = "posts", "coverage"

    def __init__(self, name: str = "blog") -> None:
        self.name = name
        self.asked: list[Mapping[str, Any]] = []

    async def ask(self, _method: str, path: str, body: Mapping[str, Any], **_: Any) -> Any:
        """The one question or the other."""
        self.asked.append(body)
        if path.startswith("/posts"):
            return {"aggregations": {name: self._figure(posts) for name, posts in COUNTS.items()}}
        if "aggs" in body:
            return {"aggregations": {"sources": {"buckets": [self._source()]}}}
        return {"hits": {"hits": [{"_source": self._gap(), "sort": []}]}}

    def _figure(self, posts: int) -> dict[str, Any]:
        here = {"buckets": [{"key": self.name, "doc_count": posts}]}
        times = {"buckets": [{"key": NOW.timestamp() * 1000, "doc_count": 0}]}
        groups = {"buckets": [{"key": "hide", "doc_count": posts}]}
        took = {"values": {"50.0": 700.0, "90.0": 10_000.0}}
        waited = {"took": took, "took_by": {"buckets": [{"key": 3, "doc_count": posts, "took": took}]}}
        return {"doc_count": posts, "surface": here, "source": here, "posted": times, "groups": groups} | waited

    def _source(self) -> dict[str, Any]:
        last = {"last": {"value": NOW.timestamp() * 1000}}
        beats = {**last, "newest": {"hits": {"hits": [{"_source": {"longest_seconds": 60}}]}}}
        began = {"first": {"value": NOW.timestamp() * 1000 - 1e10}}
        return {"key": self.name, "began": began, "beats": beats, "told": last, "read": {"last": {"value": None}}}

    def _gap(self) -> dict[str, Any]:
        times = {
            "from_at": "2026-11-20T14:02:00Z",
            "until_at": "2026-11-20T14:09:00Z",
            "happened_at": "2026-11-20T14:10:00Z",
        }
        return {"source": self.name, "kind": "gap", "detail": "the site did not answer", **times}


def counted(by_surface: Mapping[str, int], total: int) -> Count:
    """So many of each."""
    return Count(total, by_surface)


def test_a_tile_says_what_its_drawing_shows() -> None:
    """In words, and with a line for each column."""
    came = Count(6, bars=(0, 2, 4))
    tile = tiles(Figures(came, NONE, NONE, NONE, NONE), PERIOD)[0]
    assert [(line.posts, line.part) for line in tile.bars] == [(0, 0), (2, 50), (4, 100)]
    assert tile.bars[0].name == "2026-11-20 09:08"
    assert tile.told == "Came in: 3 columns, one for 1 hour each; the highest is 4, from 2026-11-20 11:08 UTC on"
    assert tile.chart


def test_groups_have_names_and_none_is_left_out() -> None:
    """What this release has no name for is told, too."""
    decided = Count(5, groups={"hide": 2, "new-thing": 3})
    tile = tiles(Figures(NONE, NONE, decided, NONE, NONE), PERIOD)[2]
    assert {line.name: line.posts for line in tile.groups} == {
        "left as it is": 0,
        "hidden": 2,
        "removed": 0,
        "replied to": 0,
        "otherwise": 3,
    }


def test_how_long_decisions_took_is_said_in_words_and_never_as_less() -> None:
    """All together, then by severity, the most pressing first; nothing where nothing had waited."""
    short, long = Took(timedelta(seconds=61), timedelta(hours=2, seconds=1)), Took(timedelta(0), timedelta(days=9))
    found = Figures(NONE, NONE, NONE, NONE, NONE, short, {"1": short, "3": long})
    assert took(found.took) == "From when it began to wait: half within 2 min, nine of ten within 3 h."
    assert took_by(found) == (("urgent", "1 min", "9 days"), ("to be looked at", "2 min", "3 h"))
    assert (took(None), took_by(Figures(NONE, NONE, NONE, NONE, NONE))) == ("", ())


def test_the_ten_largest_have_a_row_and_the_others_one_together() -> None:
    """Also who has nothing new, and much that waits."""
    came = {f"s{number:02}": 10 for number in range(15)}
    found = rows(Figures(counted(came, 151), NONE, NONE, counted({"old": 99}, 100), NONE), "surface", PERIOD.span)
    assert len(found) == ROWS_MAX + 1
    assert (found[0].name, found[0].waits.posts, found[0].came.posts) == ("old", 99, 0)
    assert (found[-1].name, found[-1].others, found[-1].came.posts, found[-1].waits.posts) == (OTHERS, True, 61, 1)
    assert found[0].waits.address == "/search?surface=old&waiting=yes"
    assert "severity=1" in found[1].flagged.address
    assert rows(Figures(NONE, NONE, NONE, NONE, NONE), "surface", PERIOD.span) == []


@pytest.mark.parametrize("name", ["blog", "<b>&\u202eblog"])
async def test_the_page_shows_every_number_with_the_way_to_the_posts(scene: Scene, name: str) -> None:
    """By one request for the figures; what a source is called changes nothing of the page."""
    index: Any = Counted(name)
    scene.desk.search = index
    html = (await scene.signed_in("ann").get("/overview?from=2026-11-20&until=2026-11-21")).text
    figures = {found: int(posts) for found, posts in re.findall(r'data-figure="(\w+)">(\d+)', html)}
    assert figures == COUNTS
    assert len([body for body in index.asked if "surface" in str(body)]) == 1
    said = Page(html).text
    assert "between 14:02 and 14:09 UTC nothing was seen: the site did not answer" in said
    assert "not seen in all: 7 minutes" in said
    assert "half within 12 min, nine of ten within 3 h" in said
    assert "/search?source=" in html
    assert "\u202e" not in html
    assert "style=" not in html
    assert ("view", "ann", "the overview", "2026-11-20 00:00 to 2026-11-22 00:00 UTC") in scene.broker.audits


async def test_what_a_visitor_may_not_see_is_no_way(scene: Scene) -> None:
    """Dead letters are for those who keep the pipeline."""
    index: Any = Counted()
    scene.desk.search = index
    assert "/dead-letters" not in (await scene.signed_in("ann").get("/overview")).text
    assert 'href="/dead-letters"' in (await scene.signed_in("sue", "supervisor").get("/overview")).text


async def test_what_is_no_time_is_told(scene: Scene) -> None:
    """400, and what a time looks like."""
    answer = await scene.signed_in("ann").get("/overview?from=yesterday")
    assert answer.status_code == 400
    assert "such as 2026-03-02" in unescape(answer.text)


def test_a_silent_source_is_a_word_and_a_sign() -> None:
    """And an import watches nothing that could be missed."""
    part: dict[str, Any] = {"source": "x", "standing": "silent", "not_seen_seconds": 0, "periods": []}
    part |= {"watched_since": "2026-11-01T00:00:00Z", "last_sign_at": "2026-11-20T00:00:00Z", "imported_until": None}
    found = watched(part, NOW)
    assert (found.word, found.well) == ("SILENT", False)
    assert found.said[1] == "no gap is on record in this time"
    done = watched(part | {"standing": "import"}, NOW)
    assert (done.well, len(done.said)) == (True, 1)


async def test_an_index_that_is_away_is_told(scene: Scene) -> None:
    """503, as everywhere."""
    assert (await scene.signed_in("ann").get("/overview")).status_code == 503

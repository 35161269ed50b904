"""What somebody wants becomes the query that they would expect."""

from datetime import UTC, datetime
from typing import Any

import pytest

from records.errors import Malformed
from search.finder import found_in
from search.queries import HITS_MAX, SORTS, Wanted, filters, query, search_body
from search.words import must, nearest

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize("size", [0, -1, HITS_MAX + 1])
def test_a_page_has_limits(size: int) -> None:
    """Nobody asks for all posts at once."""
    with pytest.raises(Malformed):
        search_body(Wanted(size=size))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), []),
        (Wanted(surfaces=("blog/a", "blog/b")), [{"terms": {"surface": ["blog/a", "blog/b"]}}]),
        (Wanted(sources=("web",)), [{"terms": {"source": ["web"]}}]),
        (Wanted(labels=("promissory_claim",)), [{"terms": {"labels": ["promissory_claim"]}}]),
        (Wanted(states=("open",)), [{"terms": {"state": ["open"]}}]),
        (Wanted(languages=("en",)), [{"terms": {"language": ["en"]}}]),
        (Wanted(severity_min=2), [{"range": {"severity": {"gte": 2}}}]),
        (Wanted(url="HTTP://X/a/#1"), [{"terms": {"url_plain": ["https://x/a#1"]}}]),
        (Wanted(visible=False), [{"terms": {"visible": [False]}}]),
        (Wanted(unscored=True), [{"exists": {"field": "unscored"}}]),
        (Wanted(unscored=False), [{"bool": {"must_not": [{"exists": {"field": "unscored"}}]}}]),
        (Wanted(escalated_to=("legal",)), [{"terms": {"escalated_to": ["legal"]}}]),
        (Wanted(reported=True), [{"range": {"reports": {"gt": 0}}}]),
        (Wanted(overdue=True), [{"range": {"due_at": {"lt": "now"}}}]),
        (Wanted(overdue=False), [{"bool": {"must_not": [{"range": {"due_at": {"lt": "now"}}}]}}]),
        (Wanted(older_minutes=90), [{"range": {"opened_at": {"lt": "now-90m"}}}]),
    ],
)
def test_each_filter_is_one_clause(wanted: Wanted, expected: list[dict[str, Any]]) -> None:
    """What is not set is not asked."""
    assert filters(wanted) == expected


def test_an_author_is_an_id_or_a_whole_name() -> None:
    """Either of the two is enough; a name may be written in any case."""
    (clause,) = filters(Wanted(authors=("Dana M.", "u-1")))
    assert clause["bool"]["should"] == [
        {"term": {"author_id": "Dana M."}},
        {"term": {"author_name.raw": {"value": "Dana M.", "case_insensitive": True}}},
        {"term": {"author_id": "u-1"}},
        {"term": {"author_name.raw": {"value": "u-1", "case_insensitive": True}}},
    ]


def test_what_comes_near_is_narrowed_like_everything_else() -> None:
    """The same filters, other words."""
    wanted = Wanted(text="one two three four", sources=("web",))
    assert query(wanted)["bool"]["must"] == must(wanted.text)
    near = Wanted(text=wanted.text, sources=("web",), nearest=True)
    assert query(near)["bool"]["must"] == nearest(wanted.text)
    assert query(near)["bool"]["filter"] == query(wanted)["bool"]["filter"] == filters(wanted)


def test_only_words_are_highlighted() -> None:
    """A filter for the state `open` must not mark every open in the texts."""
    body = search_body(Wanted(text="fee", states=("open",)))
    assert body["highlight"]["highlight_query"] == {"bool": {"must": must("fee")}}


def test_a_time_bounds_posting_and_else_first_sight() -> None:
    """The beginning is included, the end is not; without the site's time, ours counts."""
    (clause,) = filters(Wanted(from_at=MARCH, until_at=APRIL))
    posted, seen = clause["bool"]["should"]
    bounds = {"gte": "2026-03-01T00:00:00+00:00", "lt": "2026-04-01T00:00:00+00:00"}
    assert posted == {"range": {"posted_at": bounds}}
    assert seen["bool"]["filter"][0] == {"range": {"first_seen_at": bounds}}


def test_without_words_the_newest_come_first() -> None:
    """Relevance says nothing where nothing was asked, and there is nothing to highlight."""
    body = search_body(Wanted())
    assert body["sort"] == search_body(Wanted(sort="newest"))["sort"]
    assert "highlight" not in body


def test_every_order_ends_in_the_post_so_that_pages_never_overlap() -> None:
    """Two posts of the same instant have an order too."""
    for sort in SORTS:
        assert search_body(Wanted(text="fee", sort=sort))["sort"][-1] == {"post_id": "asc"}


def test_the_next_page_begins_after_the_last() -> None:
    """The cursor of an answer goes back unchanged."""
    assert search_body(Wanted(after=(1, "web:1")))["search_after"] == [1, "web:1"]


def test_what_was_said_before_is_looked_for_only_where_that_is_asked() -> None:
    """Never by a queue or a hold, whose posts are decided on or kept by what they say."""
    assert "before" not in str(query(Wanted(text="fee cap")))
    body = search_body(Wanted(text="fee cap", before=True))
    assert body["query"]["bool"]["must"] == must("fee cap", before=True)
    assert set(body["highlight"]["fields"]) == {"text", "said_before"}
    assert "before" not in str(query(Wanted(before=True)))
    assert {"said_before", "said_before_plain", "digests_before"} <= set(body["_source"]["excludes"])


def test_a_hit_shows_the_text_that_says_it() -> None:
    """Its earlier one only where the present one does not."""
    marked = {"text": ["now"], "said_before": ["then"]}
    told = {(): None, ("now",): "now", ("before",): "before", ("now", "before"): "now"}
    for matched, says in told.items():
        hit = {"_source": {}, "_score": 1.0, "highlight": marked, "matched_queries": list(matched)}
        total = {"value": 1, "relation": "eq"}
        [found] = found_in({"hits": {"hits": [hit], "total": total}}, Wanted()).hits
        assert (found.says, found.fragments) == (says, ("then" if says == "before" else "now",))

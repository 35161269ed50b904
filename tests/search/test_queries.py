"""What somebody wants becomes the query that they would expect."""

from datetime import UTC, datetime
from typing import Any

import pytest

from records.errors import Malformed
from search.queries import HITS_MAX, TEXT_CHARS_MAX, WORDS_MAX, Wanted, filters, must, search_body

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def phrases_and_words(text: str) -> tuple[list[str], list[str]]:
    """The phrases, and the words that are searched with misspellings."""
    clauses = must(text)
    phrases = [clause["multi_match"]["query"] for clause in clauses if "multi_match" in clause]
    words = [clause["bool"]["should"][1]["match"]["text"]["query"] for clause in clauses if "bool" in clause]
    return phrases, words


@pytest.mark.parametrize(
    ("text", "phrases", "words"),
    [
        ("", [], []),
        ("   ", [], []),
        ("guaranteed returns", [], ["guaranteed returns"]),
        ('"guaranteed returns"', ["guaranteed returns"], []),
        ('fee "first year" change', ["first year"], ["fee   change"]),
        ('"a b" "c d"', ["a b", "c d"], []),
        ('an open "quote', [], ["an open  quote"]),
        ('word "" "!!"', [], ["word"]),
    ],
)
def test_quotes_make_phrases(text: str, phrases: list[str], words: list[str]) -> None:
    """What stands in quotes is one phrase; the rest are words; a quote that never closes is no quote."""
    assert phrases_and_words(text) == (phrases, words)


def test_words_may_be_misspelled_but_must_all_be_there() -> None:
    """The fuzzy clause asks for every word; the exact one weighs more."""
    exact, near = must("garanteed returns")[0]["bool"]["should"]
    assert near["match"]["text"]["operator"] == exact["multi_match"]["operator"] == "and"
    assert "fuzziness" in near["match"]["text"]
    assert "fuzziness" not in exact["multi_match"]
    assert exact["multi_match"]["boost"] > 1


@pytest.mark.parametrize("text", ["x" * (TEXT_CHARS_MAX + 1), "a " * (WORDS_MAX + 1), '""', '"!!"'])
def test_what_no_search_can_be_is_said_so(text: str) -> None:
    """Too long, too many words, or nothing in the quotes: a sentence, not a slow query."""
    with pytest.raises(Malformed):
        search_body(Wanted(text=text))


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
        (Wanted(url="https://x/#1"), [{"terms": {"url": ["https://x/#1"]}}]),
        (Wanted(visible=False), [{"terms": {"visible": [False]}}]),
        (Wanted(unscored=True), [{"exists": {"field": "unscored"}}]),
        (Wanted(unscored=False), [{"bool": {"must_not": [{"exists": {"field": "unscored"}}]}}]),
    ],
)
def test_each_filter_is_one_clause(wanted: Wanted, expected: list[dict[str, Any]]) -> None:
    """What is not set is not asked."""
    assert filters(wanted) == expected


def test_an_author_is_an_id_or_a_whole_name() -> None:
    """Either of the two is enough."""
    (clause,) = filters(Wanted(authors=("Dana M.",)))
    fields = [field for query in clause["bool"]["should"] for field in query["terms"]]
    assert fields == ["author_id", "author_name.raw"]


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
    for sort in ("relevance", "newest", "oldest", "severity"):
        assert search_body(Wanted(text="fee", sort=sort))["sort"][-1] == {"post_id": "asc"}


def test_the_next_page_begins_after_the_last() -> None:
    """The cursor of an answer goes back unchanged."""
    assert search_body(Wanted(after=(1, "web:1")))["search_after"] == [1, "web:1"]

"""How the console says scores, ages and service levels."""

from datetime import UTC, datetime, timedelta

import pytest

from console.web.saying import age, due, how_sure, length, link_of, short

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "score", "threshold", "words"),
    [
        ("model", 0.97, 0.56, "the model: 0.97, far above the threshold of 0.56"),
        ("model", 0.7, 0.56, "the model: 0.70, clearly above the threshold of 0.56"),
        ("model", 0.57, 0.56, "the model: 0.57, just above the threshold of 0.56"),
        ("tag", 0.9, 0.5, "the examples of the tag: 0.90, far above the threshold of 0.50"),
        ("iban", 1.0, 1.0, "found by the rule iban"),
        ("judge", 0.0, 0.0, "could not be judged by machine"),
    ],
)
def test_a_score_is_told_against_its_threshold(rule: str, score: float, threshold: float, words: str) -> None:
    """So that nobody has to know what a number means."""
    assert how_sure(rule, score, threshold) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 min"),
        (7_199, "1 h"),
        (172_799, "47 h"),
        (172_800, "2 days"),
    ],
)
def test_a_length_of_time_is_told_in_its_largest_unit(seconds: int, words: str) -> None:
    """Never less than nothing."""
    assert length(timedelta(seconds=seconds)) == words


def test_a_case_is_due_or_late() -> None:
    """And one without a clock says nothing."""
    assert due((NOW + timedelta(hours=3)).isoformat(), NOW) == "due in 3 h"
    assert due((NOW - timedelta(days=3)).isoformat(), NOW) == "late by 3 days"
    assert due(None, NOW) == age(None, NOW) == ""
    assert age((NOW - timedelta(minutes=5)).isoformat(), NOW) == "5 min"


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://example.com/a?b#c", True),
        ("http://example.com", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)//https://example.com", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("//example.com", False),
        ("http://[", False),
        ("https:///path", False),
        (None, False),
    ],
)
def test_only_an_address_of_the_web_can_be_followed(url: str | None, *, followed: bool) -> None:
    """An address that a stranger gave may be a program."""
    assert link_of(url) == (url if followed else None)


def test_a_text_is_told_by_its_beginning_on_one_line() -> None:
    """However long it is."""
    assert short("one\n\ntwo") == "one two"
    assert len(short("word " * 100)) <= 200
    assert short("word " * 100).endswith(" ...")
    assert short(None) == ""

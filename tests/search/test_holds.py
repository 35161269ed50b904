"""What a legal hold covers, as a value: exactly what it says, and nothing that cannot be read."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import Malformed
from search.expiring import candidates
from search.holds import covered, may_have_covered, said_of
from search.queries import Wanted

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_filters_of_a_search_are_kept_and_read_again() -> None:
    """Only those that were given, as JSON."""
    wanted = Wanted(text="bond", surfaces=("forum/a",), labels=("complaint",), severity_min=2, from_at=MARCH)
    said = said_of(wanted, ["forum:1"])
    assert said == {
        "text": "bond", "surfaces": ["forum/a"], "labels": ["complaint"], "severity_min": 2,
        "from_at": "2026-03-01T00:00:00+00:00", "post_ids": ["forum:1"],
    }  # fmt: skip
    assert {"ids": {"values": ["forum:1"]}} in covered(said)["bool"]["filter"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"labels": []},
        {"text": ""},
        {"text": '"..."'},
        {"colour": "red"},
        {"state": "open"},
        {"severity_min": "2"},
        {"labels": "complaint"},
        {"labels": [1]},
        {"from_at": "yesterday"},
        {"post_ids": "forum:1"},
        {"post_ids": [1], "text": "bond"},
        {"text": None},
    ],
)
def test_what_no_hold_can_be_is_refused(said: dict[str, Any]) -> None:
    """Not guessed at, and never taken for everything."""
    with pytest.raises(Malformed):
        covered(said)


def test_nothing_nearly_spelled_counts() -> None:
    """What a fuzzy word stands for depends on what else is in the index."""
    assert "fuzziness" not in str(covered({"text": 'bond "no risk"'}))


def test_disguises_are_found() -> None:
    """In the text as a reader would type it."""
    assert "{'text_plain': {'query': 'paypal'" in str(covered({"text": "p\u0430yp\u0430l"}))


def test_what_is_left_of_an_erased_post_is_looked_at_without_its_content() -> None:
    """A hold on words alone may have covered any post."""
    assert may_have_covered({"text": "bond"}) == {"match_all": {}}
    assert may_have_covered({"text": "bond", "sources": ["web"]}) == covered({"sources": ["web"]})


@given(st.dictionaries(st.text(max_size=12), st.none() | st.integers() | st.text() | st.lists(st.text())))
def test_any_query_is_read_or_refused(said: dict[str, Any]) -> None:
    """Whatever somebody puts into the registry."""
    with suppress(Malformed):
        assert covered(said)["bool"]["filter"]


def test_posts_of_a_longer_class_are_left_out_before_they_are_read() -> None:
    """By today's labels; who decides reads the rest whole."""
    ends = {"short": datetime(2026, 1, 1, tzinfo=UTC), "long": datetime(2020, 1, 1, tzinfo=UTC)}
    must, must_not = candidates(ends, {"short": ["spam"], "long": ["complaint"]})
    assert "2026-01-01" in str(must)
    assert "complaint" in str(must_not)
    assert "2020-01-01" in str(must_not)

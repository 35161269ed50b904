"""What was asked is said in the manifest and on record, and what cannot be answered is refused."""

from datetime import UTC, datetime

import pytest

from console.exporting.asked import Asked, checked, sentence
from records.errors import Malformed
from search.queries import Wanted

MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def test_only_what_was_asked_is_said() -> None:
    """By the names of the filters, times as UTC."""
    asked = Asked(Wanted(text="fees", surfaces=("blog",), from_at=MARCH), ("a:1",), complete=False, reason="case 7")
    said = {"text": "fees", "surfaces": ["blog"], "from_at": "2026-03-01T00:00:00Z", "post_ids": ["a:1"]}
    assert asked.said() == said | {"reason": "case 7"}
    assert (
        sentence(asked.said()) == "words: fees; surface: blog; from: 2026-03-01T00:00:00Z; posts: a:1; reason: case 7"
    )
    assert sentence({}) == "every post"
    through = Asked(Wanted(text="fees"), via="desk-tool", reason="case 7").said()
    assert sentence(through) == "through the integration: desk-tool; words: fees; reason: case 7"
    either = Asked(Wanted(visible=False, waiting=True)).said()
    assert sentence(either) == "seen on the site: no; waits for a person: yes"


def test_a_long_list_is_cut_on_record() -> None:
    """A line of an audit record has 2,048 characters; the manifest has all."""
    said = Asked(Wanted(), tuple(f"site:{number}" for number in range(1_000))).said()
    line = sentence(said)
    assert len(line) < 2_048
    assert line.endswith("(whole in the manifest)")
    assert sentence(said, whole=True).endswith("site:999")


def test_complete_needs_a_time_and_a_time_goes_forward() -> None:
    """The sentence says which options are missing."""
    with pytest.raises(Malformed, match="--from and --until"):
        checked(Asked(Wanted(from_at=MARCH), complete=True))
    with pytest.raises(Malformed, match="before"):
        checked(Asked(Wanted(from_at=APRIL, until_at=MARCH)))
    assert checked(Asked(Wanted(from_at=MARCH, until_at=APRIL), complete=True)).complete


def test_that_earlier_texts_count_is_said_where_words_are() -> None:
    """On record and in the manifest; without words nothing is looked for in texts."""
    assert (
        sentence(Asked(Wanted(text="fees", before=True)).said())
        == "words: fees; what they said before counts, too: yes"
    )
    assert Asked(Wanted(before=True)).said() == {}

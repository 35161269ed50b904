"""What was judged so lately that the index may lack it counts, once, for a while, and within bounds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from moderation.surroundings import (
    RECENT_POSTS_MAX,
    RECENT_TIME_MAX,
    Recent,
    Sighting,
    Surroundings,
    counted,
    sighting_of,
    together,
)
from records.digests import text_digest
from records.posts import Author, Post

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HOUR_AGO = NOW - timedelta(hours=1)


def sighting(number: int, text: str = "t", author: str | None = "u", seen_at: datetime = NOW) -> Sighting:
    """The post of that number."""
    return Sighting(f"site:{number}", text, author, seen_at)


def numbers(recent: Recent, batch: list[Sighting]) -> list[int]:
    """Which posts are like a batch."""
    return [int(one.post_id.removeprefix("site:")) for one in recent.like(batch)]


def test_a_post_is_remembered_by_text_and_author(post: Callable[..., Post]) -> None:
    """And only what counts is: not the text itself."""
    one = sighting_of(post("Hello there", author=Author(author_id="u7")))
    assert (one.post_id, one.text_digest, one.author_id) == ("site:1", text_digest("hello THERE"), "u7")


def test_a_burst_over_several_batches_is_seen_before_the_index_shows_it() -> None:
    """Three batches within one second: the third sees the posts of the first two."""
    recent = Recent()
    for number in range(2):
        recent = recent.after([sighting(number)], NOW + timedelta(milliseconds=300 * number))
    third = [sighting(2, text="other"), sighting(3, author="another")]
    assert numbers(recent, third) == [0, 1]
    assert counted(recent.like(third), HOUR_AGO) == Surroundings({"t": 2}, {"u": 2})


def test_a_post_of_the_batch_itself_is_not_counted_again() -> None:
    """A batch that is judged once more, after a failure, finds the same."""
    recent = Recent().after([sighting(1), sighting(2)], NOW)
    assert numbers(recent, [sighting(1)]) == [2]


def test_what_shares_neither_text_nor_author_is_left_out() -> None:
    """And who has no author shares none."""
    recent = Recent().after([sighting(1, "a", "u1"), sighting(2, "b", None), sighting(3, "c", "u3")], NOW)
    assert numbers(recent, [sighting(9, "x", None), sighting(8, "b", "u3")]) == [2, 3]


def test_an_edit_takes_the_place_of_what_was_there() -> None:
    """The post counts with its newest text, and as seen when it was first."""
    recent = Recent().after([sighting(1, "old", seen_at=HOUR_AGO)], NOW).after([sighting(1, "new")], NOW)
    assert numbers(recent, [sighting(2, "old", "v")]) == []
    (kept,) = recent.like([sighting(2, "new", "v")])
    assert kept.seen_at == HOUR_AGO


def test_authors_count_since_a_time_and_texts_always() -> None:
    """As in the index."""
    old = sighting(1, seen_at=HOUR_AGO - timedelta(seconds=1))
    assert counted([old, sighting(2)], HOUR_AGO) == Surroundings({"t": 2}, {"u": 1})


def test_what_is_old_is_forgotten() -> None:
    """The index has it by then."""
    recent = Recent().after([sighting(1)], NOW).after([sighting(2)], NOW + RECENT_TIME_MAX)
    assert numbers(recent, [sighting(9)]) == [1, 2]
    later = recent.after([], NOW + RECENT_TIME_MAX + timedelta(microseconds=1))
    assert numbers(later, [sighting(9)]) == [2]


def test_the_newest_are_kept_where_there_are_too_many() -> None:
    """Memory has a bound."""
    recent = Recent().after([sighting(number) for number in range(RECENT_POSTS_MAX + 5)], NOW)
    assert len(recent.judged) == RECENT_POSTS_MAX
    assert numbers(recent, [sighting(-1)])[0] == 5


def test_numbers_are_added_by_name() -> None:
    """From the index, and from memory."""
    index, memory = Surroundings({"a": 2}, {"u": 1}), Surroundings({"a": 1, "b": 1}, {})
    assert together(index, memory) == Surroundings({"a": 3, "b": 1}, {"u": 1})


@given(ids=st.lists(st.integers(0, 30), max_size=60), size=st.integers(1, 7))
def test_in_whatever_batches_posts_arrive_each_counts_once(ids: list[int], size: int) -> None:
    """The same posts in other batches leave the same behind."""
    recent = Recent()
    for start in range(0, len(ids), size):
        recent = recent.after([sighting(number) for number in ids[start : start + size]], NOW)
    assert sorted(numbers(recent, [sighting(-1)])) == sorted(set(ids))

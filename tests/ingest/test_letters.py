"""Pages of dead letters, and which of them can be published again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.letters import LETTERS_MAX, Letter, page_of, unread, why_not
from records.codec import encode
from records.dead_letters import DeadLetter, contents_of
from tests.moderation import case_records as make

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def dead(value: bytes = b"{", **said: Any) -> DeadLetter:
    """Something that nobody could read."""
    usual = {"origin": "posts", "partition": 1, "offset": 17, "message_key": b"forum:1", "reason": "is not JSON"}
    more = {"found_by": "fold", "found_at": NOW, **contents_of(value)}
    return DeadLetter.model_validate(usual | more | said)


def letter(partition: int, offset: int, minute: int) -> Letter:
    """One of them at this place."""
    return Letter(partition, offset, NOW + timedelta(minutes=minute), dead())


@given(st.lists(st.lists(st.integers(0, 30), max_size=45), min_size=1, max_size=4))
def test_pages_have_every_letter_once_the_newest_first(minutes: list[list[int]]) -> None:
    """Whatever partitions they stand in, and however many came in one moment."""
    topic = {number: sorted(times) for number, times in enumerate(minutes)}
    seen: list[Letter] = []
    before: dict[int, int] = {number: len(times) for number, times in topic.items()}
    while before:
        bounds = {number: (0, until) for number, until in before.items()}
        found = [
            letter(number, offset, topic[number][offset])
            for number, until in before.items()
            for offset in range(max(0, until - LETTERS_MAX), until)
        ]
        page = page_of(found, bounds)
        assert len(page.letters) <= LETTERS_MAX
        seen += page.letters
        before = dict(page.before)
    assert len({one.place for one in seen}) == len(seen) == sum(map(len, minutes))
    assert [one.recorded_at for one in seen] == sorted((one.recorded_at for one in seen), reverse=True)


@pytest.mark.parametrize(
    ("origin", "said"),
    [("source:blog", "the source blog"), ("registry", "registry"), ("nowhere", "nowhere"), ("dead-letters", "dead")],
)
def test_only_what_the_pipeline_puts_aside_is_published_again(origin: str, said: str) -> None:
    """A letter is written by whoever may: it names no topic that decides who may do what."""
    assert said in why_not(dead(origin=origin))
    assert unread(dead(origin=origin)) == ""


def test_a_letter_of_a_topic_can_be_published_again() -> None:
    """Whether it is read then is another question."""
    assert why_not(dead()) == ""
    assert unread(dead()) != ""


def test_what_this_release_reads_is_told_before() -> None:
    """Bytes and key have to fit."""
    post = make.seen("hello")
    value, key = encode(post), post.key().encode()
    assert unread(dead(value, message_key=key)) == ""
    assert "key" in unread(dead(value, message_key=b"another"))
    assert "upgrade" in unread(dead(b'{"v": 2}'))
    assert "too long" in unread(dead(value, cut=True))

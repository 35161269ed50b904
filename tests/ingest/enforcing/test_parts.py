"""The pure parts of enforcing: what is refused, which looks are due, and how far a partition is answered."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.enforcing.answered import Answered
from ingest.enforcing.carrying import refusal
from ingest.enforcing.offsets import Offsets
from tests.ingest.enforcing.scene import AT, EVERYTHING, ordered, outcome

ABLE = {"blog": EVERYTHING, "notes": frozenset({"remove"}), "feed": frozenset()}


@pytest.mark.parametrize(
    ("post_id", "action", "words"),
    [
        ("sample:h-803", "hide", "the source sample takes no orders: carry it out on the site by hand"),
        ("feed:1", "remove", "the source feed takes no orders: carry it out on the site by hand"),
        ("notes:1-2.0", "reply", "the source notes cannot reply to a post (it can remove a post)"),
        ("blog:~0123", "hide", "only a digest is known"),
        ("blog:5", "hide", None),
        ("blog:5:6", "remove", None),
        ("notes:1-2.0", "remove", None),
    ],
)
def test_who_does_what_is_known_before_anybody_is_asked(post_id: str, action: str, words: str | None) -> None:
    """And said so that a moderator knows what to do."""
    why = refusal(ordered(post_id, action), ABLE, AT, 72)
    assert why == words if words is None else words in (why or "")


def test_a_reply_without_words_and_an_order_of_long_ago_are_refused() -> None:
    """To the hour."""
    assert refusal(ordered("blog:5", "reply", reply_text=" \n"), ABLE, AT, 72) == "there is no text to reply with"
    assert refusal(ordered("blog:5"), ABLE, AT + timedelta(hours=72), 72) is None
    assert "more than 72 hours old" in (refusal(ordered("blog:5"), ABLE, AT + timedelta(hours=72.1), 72) or "")


def test_the_next_look_is_the_last_whose_time_has_come() -> None:
    """A process that was away does not make up for those in between; what nobody could take in time is given up."""
    known = Answered(60)
    known.fold(outcome())
    due = {minutes: known.next_look("blog:5", AT + timedelta(minutes=minutes)) for minutes in (0, 1, 9, 10, 2000)}
    assert {minutes: look and look.number for minutes, look in due.items()} == {0: 1, 1: 2, 9: 2, 10: 3, 2000: 4}
    assert [look.due_at for look in known.looks(AT)] == [AT]
    assert list(known.looks(AT + timedelta(days=3))) == []
    known.fold(outcome("observed", 3, minutes=12))
    look = known.next_look("blog:5", AT + timedelta(minutes=13))
    assert look is not None
    assert (look.number, look.due_at) == (4, AT + timedelta(days=1))
    known.fold(outcome("observed", 4, days=1))
    assert known.next_look("blog:5", AT) is None


def test_only_what_was_done_is_looked_at() -> None:
    """Every answer counts as one, a look does not."""
    known = Answered(60)
    for number, result in enumerate(("failed", "refused", "observed")):
        known.fold(outcome(result, order=number))
    assert [f"decisions-0-{number}" in known for number in range(3)] == [True, True, False]
    assert list(known.looks(AT)) == []


@given(st.permutations(range(8)), st.integers(0, 8))
def test_what_is_committed_is_never_beyond_what_is_not_answered(order: list[int], answered: int) -> None:
    """In whatever order the sites answer; and all of it in the end."""
    offsets = Offsets()
    for offset in range(8):
        offsets.begin(0, offset + 10)
    for offset in order[:answered]:
        offsets.end(0, offset + 10)
    missing = [offset for offset in range(8) if offset not in order[:answered]]
    assert offsets.done() == {0: min(missing, default=8) + 10}

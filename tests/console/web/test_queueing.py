"""Places in a queue as words of an address, and by when a case is due in it."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.web.queueing import LONG, PLACE_BYTES_MAX, address_of, due_in, place_of, place_said, row
from records.documents import PostDocument
from search.queries import SORTS, Wanted
from search.queues import Queue
from search.stepping import Place
from tests.moderation import case_records as make
from tests.moderation.case_records import at, iso

places = st.tuples(*[st.integers(LONG[0], LONG[-1])] * (len(SORTS["queue"]) - 1), st.text(max_size=256))


def queue(minutes: int | None) -> Queue:
    """One with this service level."""
    return Queue("ours", "Ours", Wanted(waiting=True), minutes, "")


@given(places)
@example((LONG[-1], LONG[-1], LONG[0], 0, "forum:1"))
def test_a_place_comes_back_from_its_word(place: Place) -> None:
    """The word is one of an address, and of a form."""
    word = place_said(place)
    assert word.isascii()
    assert word.replace("-", "").replace("_", "").isalnum()
    assert place_of(word) == tuple(place)


@given(st.text() | st.binary().map(lambda content: base64.urlsafe_b64encode(content).decode()))
@example("=")
@example("ä")
@example("\x00" * 9)
def test_any_other_word_is_the_beginning(word: str) -> None:
    """Whatever somebody puts into an address."""
    assert place_of(word) == ()


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        None,
        [1, 2, 3, 4],
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, "x", "y"],
        [True, 2, 3, 4, "x"],
        [1.5, 2, 3, 4, "x"],
        [None, 2, 3, 4, "x"],
        [[], 2, 3, 4, "x"],
        ["1", 2, 3, 4, "x"],
        [2**63, 2, 3, 4, "x"],
        [2**70, 2, 3, 4, "x"],
        [-(2**63) - 1, 2, 3, 4, "x"],
        [1, 2, 3, 4, None],
        [1, 2, 3, 4, ["x"]],
    ],
)
def test_what_only_looks_like_a_place_is_the_beginning(said: Any) -> None:
    """Elasticsearch is asked for nothing that it would refuse."""
    assert place_of(base64.urlsafe_b64encode(json.dumps(said).encode()).decode()) == ()


def test_a_word_that_is_too_long_is_the_beginning() -> None:
    """It is not even read."""
    assert place_of(place_said((1, 2, 3, 4, "x" * PLACE_BYTES_MAX))) == ()


@given(places)
def test_an_address_names_the_case_the_queue_and_the_place(place: Place) -> None:
    """Whatever the post's id is."""
    said = parse_qs(urlsplit(address_of("flagged", str(place[-1]) or "x", place)).query, errors="strict")
    assert said["post"] == [str(place[-1]) or "x"]
    assert place_of(said["at"][0]) == tuple(place)
    assert address_of("", "forum:1") == "/case?post=forum%3A1"


@pytest.mark.parametrize(
    ("opened", "due", "level", "expected"),
    [
        (0, None, None, None),
        (0, 60, None, 60),
        (0, None, 30, 30),
        (0, 60, 30, 30),
        (0, 20, 30, 20),
        (None, None, 30, None),
        (None, 60, 30, 60),
    ],
)
def test_a_case_is_due_as_the_policy_or_the_queue_says(
    opened: int | None, due: int | None, level: int | None, expected: int | None
) -> None:
    """Whichever is earlier; what does not wait is due at no time by a queue."""
    instants = {"opened_at": opened, "due_at": due}
    said: Any = {name: None if minutes is None else iso(minutes) for name, minutes in instants.items()}
    found = due_in(queue(level), said)
    assert (found and found.replace("+00:00", "Z").replace(".000000", "")) == (
        None if expected is None else iso(expected).replace(".000000", "")
    )


def test_a_case_is_a_line_of_the_list() -> None:
    """With what was found, how long it waits, and who has it open."""
    document: PostDocument = make.folded(
        make.seen("buy now", author=make.author("dana"), surface="blog/fees"),
        make.judged("buy now", "spam", severity=3),
        make.claim("c", "kim"),
    )
    found = row(queue(60), document, (3, 1, 2, 1, "forum:1"), at(3))
    assert (found.labels, found.pressing, found.surface) == (("spam",), "urgent", "blog/fees")
    assert (found.waits, found.due, found.late, found.holder) == ("2 min", "due in 58 min", False, "kim")
    assert found.address == address_of("ours", "forum:1", (3, 1, 2, 1, "forum:1"))
    assert found.other.who == "dana"
    late = row(queue(60), document, (), at(120))
    assert (late.due, late.late, late.holder) == ("late by 59 min", True, None)
    assert row(queue(None), make.folded(make.seen("hello")), (), at(3)).due == ""

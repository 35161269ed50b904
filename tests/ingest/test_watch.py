"""A source's account of its watching: what was seen is said, what was not is a gap, and nothing is said twice."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cursors import Cursors
from ingest.watch import UNSEEN, Habit, Seen, Unwatched, Watch
from records.errors import Unavailable
from tests.ingest.conftest import FakePublisher

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HABIT = Habit("poll.blog", "we were not running", 10.0, catches_up=True)


def at(seconds: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(seconds=seconds)


class Clocked:
    """A Watch with a clock that the test sets."""

    def __init__(self, publisher: FakePublisher, cursors: Cursors, habit: Habit = HABIT, seconds: float = 0) -> None:
        self.seconds = seconds
        self.watch = Watch("blog", publisher, cursors, habit, lambda: at(self.seconds))

    def good(self, seconds: float, **said: Any) -> None:
        """A good pass that began then."""
        self.seconds = seconds
        self.watch.seen(at(seconds), Seen(**said))
        self.watch.say()

    def bad(self, seconds: float, why: str) -> None:
        """A pass that failed."""
        self.seconds = seconds
        self.watch.failed(why)
        self.watch.say()


def told(publisher: FakePublisher) -> list[tuple[Any, ...]]:
    """What was said: kind, bounds in seconds after noon, counts."""
    return [
        (
            one.kind,
            None if one.from_at is None else (one.from_at - NOON).total_seconds(),
            (one.until_at - NOON).total_seconds(),
            one.read,
            one.kept,
        )
        for one in publisher.of("coverage")
    ]


def test_heartbeats_meet_and_come_once_a_minute(publisher: FakePublisher, cursors: Cursors) -> None:
    """The first says that watching has begun; the next ones leave nothing out and count everything once."""
    clocked = Clocked(publisher, cursors)
    for seconds in range(0, 121, 10):
        clocked.good(seconds, read=2, kept=1)
    assert told(publisher) == [("heartbeat", 0, 0, 2, 1), ("heartbeat", 0, 60, 12, 6), ("heartbeat", 60, 120, 12, 6)]


def test_a_site_that_was_away_is_a_gap_and_then_a_backfill(publisher: FakePublisher, cursors: Cursors) -> None:
    """From the last good pass to the next one, with every reason once; said as soon as it has ended."""
    clocked = Clocked(publisher, cursors)
    clocked.good(0)
    clocked.good(10, read=3, kept=1)
    for seconds, why in ((20, "HTTP 500"), (21, "nothing listens"), (23, "HTTP 500")):
        clocked.bad(seconds, why)
    assert clocked.watch.unwatched(at(30)) == Unwatched(at(10), at(30))
    clocked.good(30, read=5, kept=4, late=3)
    assert told(publisher)[1:] == [
        ("heartbeat", 0, 10, 3, 1),
        ("gap", 10, 30, 0, 0),
        ("backfill", 10, 30, 0, 3),
        ("heartbeat", 30, 30, 5, 4),
    ]
    gap, backfill = publisher.of("coverage")[2:4]
    assert (gap.detail, backfill.detail) == ("HTTP 500; nothing listens", UNSEEN)
    assert clocked.watch.unwatched(at(40)) is None


@pytest.mark.parametrize(
    ("lost_until", "expected"),
    [
        (25, [("gap", 10, 25, 0, 0), ("heartbeat", 25, 70, 1, 1)]),
        (None, [("gap", 10, 70, 0, 0), ("heartbeat", 70, 70, 1, 1)]),
        (999, [("gap", 10, 70, 0, 0), ("heartbeat", 70, 70, 1, 1)]),
        (-999, [("heartbeat", 0, 70, 1, 1)]),
    ],
)
def test_what_the_site_does_not_have_any_more_is_a_gap(
    publisher: FakePublisher, cursors: Cursors, lost_until: int | None, expected: list[Any]
) -> None:
    """From the last good pass to where its memory begins; without the time of that, to this pass."""
    clocked = Clocked(publisher, cursors)
    clocked.good(0)
    clocked.good(10)
    until = None if lost_until is None else at(lost_until)
    clocked.good(70, read=1, kept=1, lost="the window moved on", lost_until=until)
    assert [one for one in told(publisher)[1:] if one != ("heartbeat", 0, 10, 0, 0)] == expected


@pytest.mark.parametrize(("lost_until", "backfill"), [(15, [("backfill", 15, 30, 0, 2)]), (None, [])])
def test_only_what_is_still_there_is_backfilled(
    publisher: FakePublisher, cursors: Cursors, lost_until: int | None, backfill: list[Any]
) -> None:
    """After an outage the site may have forgotten the beginning of it."""
    clocked = Clocked(publisher, cursors)
    clocked.good(0)
    clocked.good(10)
    clocked.bad(20, "HTTP 500")
    clocked.good(30, late=2, lost="the window moved on", lost_until=None if lost_until is None else at(lost_until))
    assert [one for one in told(publisher) if one[0] == "backfill"] == backfill
    (gap,) = [one for one in publisher.of("coverage") if one.kind == "gap"]
    assert gap.detail == "HTTP 500; the window moved on"


def test_a_process_that_was_away_long_is_a_gap(publisher: FakePublisher, cursors: Cursors) -> None:
    """A short restart is none: a site that we ask has kept what was posted meanwhile; what was counted is not lost."""
    clocked = Clocked(publisher, cursors)
    clocked.good(0)
    clocked.good(10, read=2, kept=1)
    again = Clocked(publisher, cursors, seconds=30)
    again.good(30, read=2, kept=1)
    assert told(publisher)[1:] == [("heartbeat", 0, 30, 4, 2)]
    late = Clocked(publisher, cursors, seconds=90)
    late.good(90)
    assert told(publisher)[2:] == [("gap", 30, 90, 0, 0), ("backfill", 30, 90, 0, 0), ("heartbeat", 90, 90, 0, 0)]
    assert publisher.of("coverage")[2].detail == "we were not running"


def test_an_outage_that_outlives_the_process_is_one_gap(publisher: FakePublisher, cursors: Cursors) -> None:
    """A short restart in the middle of it hides neither the gap nor its reason."""
    clocked = Clocked(publisher, cursors)
    clocked.good(0)
    clocked.bad(10, "HTTP 500")
    Clocked(publisher, cursors, seconds=20).good(20)
    assert [one for one in told(publisher) if one[0] == "gap"] == [("gap", 0, 20, 0, 0)]
    assert publisher.of("coverage")[1].detail == "HTTP 500"


def test_a_clock_that_is_set_back_takes_nothing_back(publisher: FakePublisher, cursors: Cursors) -> None:
    """What has been said stays true, and the next bounds are in order."""
    clocked = Clocked(publisher, cursors)
    clocked.good(100)
    clocked.good(50)
    clocked.bad(60, "HTTP 500")
    clocked.good(170)
    assert told(publisher)[1:3] == [("gap", 100, 170, 0, 0), ("backfill", 100, 170, 0, 0)]


def test_what_is_only_sent_cannot_be_caught_up(publisher: FakePublisher, cursors: Cursors) -> None:
    """A receiver claims no backfill, and even a short restart is a time when nothing could be received."""
    habit = Habit("webhook.blog", "the receiver was not running", 10.0, catches_up=False)
    Clocked(publisher, cursors, habit).good(0)
    Clocked(publisher, cursors, habit, seconds=20).good(20)
    Clocked(publisher, cursors, habit, seconds=90).good(90)
    assert [one[:3] for one in told(publisher)] == [
        ("heartbeat", 0, 0),
        ("gap", 0, 20),
        ("heartbeat", 20, 20),
        ("gap", 20, 90),
        ("heartbeat", 90, 90),
    ]


def test_the_cursor_of_an_earlier_release_is_understood(publisher: FakePublisher, cursors: Cursors) -> None:
    """The receiver used to keep nothing but when it had last spoken."""
    habit = Habit("webhook.blog", "the receiver was not running", 10.0, catches_up=False)
    cursors.save("webhook.blog", {})
    later = datetime.now(UTC) + timedelta(hours=1)
    Watch("blog", publisher, cursors, habit, lambda: later).seen(later, Seen())
    watch = Watch("blog", publisher, cursors, habit, lambda: later)
    watch.seen(later, Seen())
    watch.say()
    assert [one.kind for one in publisher.of("coverage")] == ["gap", "heartbeat"]


def test_refusals_are_counted_and_said(publisher: FakePublisher, cursors: Cursors) -> None:
    """A rate limit is on record while it lasts, at most once a minute."""
    clocked = Clocked(publisher, cursors)
    clocked.good(0)
    for seconds in range(10, 80, 10):
        clocked.watch.refused("rate limited", at(seconds))
        clocked.bad(seconds, "HTTP 429")
    assert told(publisher)[1:] == [("refused", 10, 60, 6, 0)]
    clocked.good(80)
    assert told(publisher)[2:] == [("gap", 0, 80, 0, 0), ("backfill", 0, 80, 0, 0), ("refused", 70, 80, 1, 0)]


def test_nothing_is_lost_while_the_broker_is_away(publisher: FakePublisher, cursors: Cursors) -> None:
    """What could not be said is said later, and the counts add up."""
    clocked = Clocked(publisher, cursors)
    clocked.good(0)
    clocked.bad(10, "HTTP 500")
    for seconds in (20, 30):
        publisher.failures = 3
        with pytest.raises(Unavailable):
            clocked.good(seconds, read=1, kept=1)
    clocked.good(40, read=1, kept=1)
    assert told(publisher)[1:] == [("gap", 0, 20, 0, 0), ("backfill", 0, 20, 0, 0), ("heartbeat", 20, 40, 3, 3)]


def test_posts_of_an_unwatched_time_are_told_late() -> None:
    """By the site's time, which is in whole seconds; what has none may be of that time."""
    gap = Unwatched(at(10), at(30))
    assert [gap.ends_after(time) for time in (None, at(5), at(29), at(30))] == [True, True, True, False]
    assert [gap.holds(time) for time in (None, at(5), at(10), at(29), at(30))] == [True, False, True, True, False]
    assert [gap.holds(time) for time in (at(9), at(9.001))] == [False, True]
    assert Unwatched(None, at(30)).holds(at(-99999))


steps = st.lists(st.tuples(st.integers(1, 200), st.sampled_from(["good", "bad", "again", "lost"])), max_size=30)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_every_instant_is_spoken_for_once(tmp_path_factory: pytest.TempPathFactory, history: list[Any]) -> None:
    """Whatever happens, heartbeats and gaps follow one another from the first pass to the last, without a hole."""
    from records.settings import Settings

    publisher, cursors = FakePublisher(), Cursors(Settings(data_dir=tmp_path_factory.mktemp("watch")))
    clocked, seconds = Clocked(publisher, cursors), 0
    clocked.good(0)
    for step, what in history:
        seconds += step
        if what == "again":
            clocked = Clocked(publisher, cursors, seconds=seconds)
        elif what == "bad":
            clocked.bad(seconds, "HTTP 500")
        else:
            clocked.good(seconds, read=1, kept=1, lost="moved on" if what == "lost" else None)
    clocked.good(seconds + 1, read=1)
    clocked.watch.say(at_once=True)
    spoken = [(one.from_at, one.until_at) for one in publisher.of("coverage") if one.kind in ("heartbeat", "gap")]
    assert spoken[0][0] == NOON
    assert spoken[-1][1] == at(seconds + 1)
    assert all(left[1] == right[0] for left, right in pairwise(spoken))
    gaps = [(one.from_at, one.until_at) for one in publisher.of("coverage") if one.kind == "gap"]
    passed = list(accumulate(step for step, _ in history))
    failed = [at(seconds) for seconds, (_, what) in zip(passed, history, strict=True) if what == "bad"]
    assert all(any(from_at <= instant < until_at for from_at, until_at in gaps) for instant in failed)
    kept = sum(one.kept for one in publisher.of("coverage") if one.kind == "heartbeat")
    assert kept == sum(what in ("good", "lost") for _, what in history)

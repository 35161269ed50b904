"""Polling: passes, gaps, what is told once, and how long to wait."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.capture import capture_of
from ingest.cursors import Cursors
from ingest.known import Known
from ingest.mapping import natural
from ingest.poller import AWAY_SECONDS_MAX, Poller, next_wait
from ingest.polling import poll_once, pollers
from ingest.posts import Reading
from ingest.sources.configured import Configured
from ingest.sources.options import Options
from ingest.sources.source import Bad, Compared, Item, Looked, Missed, Polled, Source
from ingest.web import SiteAway
from ingest.yielding import Yielding, at_once
from records.errors import Misconfigured, Problem, Unavailable
from records.posts import Post
from records.settings import Settings
from tests.ingest.conftest import FakePublisher

LONG_AGO = "2020-03-02T09:14:00Z"


class Passes:
    """A source that finds in each pass what the test says, and then fails if the test says so."""

    def __init__(self, known: Known, reading: Reading) -> None:
        self.known, self.reading = known, reading
        self.name, self.cursor_name = reading.source, f"toy.{reading.source}"
        self.given: list[Any] = []
        self.cursors: list[Any] = []

    def items(self, cursor: Any) -> Iterator[Item]:
        """What is new."""
        self.cursors.append(cursor)
        for what in self.given:
            if isinstance(what, Problem):
                raise what
            if isinstance(what, Post) and self.known.get(what.native_id) == what.text:
                continue
            state = what.text if isinstance(what, Post) else None
            yield Item(what, {"seen": getattr(what, "native_id", "other")}, state=state)

    def post(self, number: int, posted_at: str | None = LONG_AGO, text: str = "hello") -> Post:
        """One post."""
        value = {"id": f"c-{number}", "text": text, "posted_at": posted_at}
        return self.reading.post(value, capture_of(text.encode()), datetime.now(UTC))


def made(options: Options, known: Known, reading: Reading) -> Source:
    """How the toy is made."""
    return Passes(known, reading)


@pytest.fixture
def poller(tmp_path: Path, publisher: FakePublisher) -> Iterator[Poller]:
    """A poller of the toy."""
    toy = Configured(Options(kind="toy", name="blog"), Polled(Options, made))
    (found,) = pollers(Settings(data_dir=tmp_path), [toy], publisher, threading.Event())
    found.pace_of = lambda *_, **__: nullcontext(at_once)  # there is no broker whose lag could be asked for
    yield found
    found.known.close()


def passed(poller: Poller, *given: Any) -> Problem | None:
    """One pass that finds these."""
    source: Any = poller.source
    source.given = list(given)
    return poller.once()


def post(poller: Poller, number: int, posted_at: str | None = LONG_AGO, text: str = "hello") -> Post:
    """A post of this source."""
    source: Any = poller.source
    return source.post(number, posted_at, text)  # type: ignore[no-any-return]


def soon() -> str:
    """A time that no pass of the test reaches."""
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def kinds(publisher: FakePublisher) -> list[str]:
    """The kinds of what was said about the watching."""
    return [one.kind for one in publisher.of("coverage")]


def test_a_post_is_told_once_and_again_when_it_has_changed(poller: Poller, publisher: FakePublisher) -> None:
    """What the source remembers is kept with the broker's word."""
    passed(poller, post(poller, 1))
    passed(poller, post(poller, 1))
    assert poller.known.get("c-1") == "hello"
    passed(poller, post(poller, 1, text="changed"), post(poller, 2))
    assert [one.text for one in publisher.of("posts")] == ["hello", "changed", "hello"]
    assert kinds(publisher) == ["heartbeat"]


def test_what_was_there_before_we_watched_is_history(poller: Poller, publisher: FakePublisher) -> None:
    """The first pass marks it; what is posted afterwards is new."""
    passed(poller, post(poller, 1), post(poller, 2, posted_at=None), post(poller, 3, posted_at=soon()))
    passed(poller, post(poller, 4))
    assert [one.backfill for one in publisher.of("posts")] == [True, True, False, False]


def test_only_the_first_pass_of_all_yields_to_live_posts(poller: Poller, publisher: FakePublisher) -> None:
    """It may be years of posts; what an outage has left is little, and may be gone tomorrow."""
    yielding = []

    def pace_of(*_: Any, backfill: bool) -> Any:
        yielding.append(backfill)
        return nullcontext(at_once)

    poller.pace_of = pace_of
    passed(poller, post(poller, 1))
    passed(poller, SiteAway("blog: the site does not answer"))
    passed(poller, post(poller, 2))
    assert yielding == [True, False, False]
    assert [one.backfill for one in publisher.of("posts")] == [True, True]


def test_a_pass_that_waits_for_the_judge_says_so_and_can_be_stopped(poller: Poller, publisher: FakePublisher) -> None:
    """A judge that is down keeps the import waiting; who stops the poller does not wait with it."""

    def lags() -> dict[str, int]:
        if poller.waiting_for:
            poller.stop.set()
        return {"judge": 1000}

    ticks = itertools.count()
    poller.pace_of = lambda say, sleep, **_: nullcontext(Yielding(lags, 10, say, sleep, lambda: float(next(ticks))))
    passed(poller, post(poller, 1))
    assert (poller.waiting_for, publisher.of("posts")) == ("blog: waiting for the judge", [])


def test_a_pass_that_goes_on_waits_for_nothing_any_more(poller: Poller, publisher: FakePublisher) -> None:
    """An import may take hours after the judge is back: it is well all the while."""
    said: list[str | None] = []

    def lags() -> dict[str, int]:
        said.append(poller.waiting_for)
        return {"judge": 0 if poller.waiting_for or len(publisher.of("posts")) else 1000}

    ticks = itertools.count()
    poller.pace_of = lambda say, sleep, **_: nullcontext(Yielding(lags, 1, say, sleep, lambda: float(next(ticks))))
    passed(poller, post(poller, 1), post(poller, 2))
    assert said[-2:] == ["blog: waiting for the judge", None]
    assert len(publisher.of("posts")) == 2


def test_a_site_away_is_a_gap_and_its_posts_are_backfilled(poller: Poller, publisher: FakePublisher) -> None:
    """What was found before it failed was told in time, and is published and counted like the rest."""
    passed(poller)
    for problem in (SiteAway("blog: gone"), SiteAway("blog: too fast", retry_after_seconds=9, rate_limited=True)):
        assert passed(poller, post(poller, 1, posted_at=None), problem) is problem
        assert poller.waiting_for == str(problem)
    passed(poller, post(poller, 2, posted_at=None), post(poller, 3), post(poller, 4, posted_at=soon()))
    assert poller.waiting_for is None
    assert [(one.native_id, one.backfill) for one in publisher.of("posts")] == [
        ("c-1", False),
        ("c-2", True),
        ("c-3", True),
        ("c-4", False),
    ]
    assert kinds(publisher) == ["heartbeat", "gap", "backfill", "heartbeat", "refused"]
    _, gap, backfill, heartbeat, refused = publisher.of("coverage")
    assert gap.detail == "blog: gone; blog: too fast"
    assert (gap.from_at, gap.until_at) == (backfill.from_at, backfill.until_at)
    assert (backfill.kept, heartbeat.kept, refused.read) == (1, 4, 1)
    assert refused.detail == "rate limited: blog: too fast"


def test_what_cannot_be_read_is_put_aside_once(poller: Poller, publisher: FakePublisher) -> None:
    """The same bytes at every pass are one dead letter, also for the next process."""
    bad = Bad(0, b"nonsense", "ab" * 32, 8, "is not a post")
    for _ in range(3):
        passed(poller, bad, post(poller, 1))
    assert len(publisher.of("dead-letters")) == 1


def test_remarks_are_on_record_and_move_the_place(poller: Poller, publisher: FakePublisher, cursors: Cursors) -> None:
    """What the site says it has, what it lost, how much was looked at; without a post too."""
    passed(poller)
    passed(poller, Looked(20), Compared(site=7, captured=5, surface="fees"), Missed("the window moved on"))
    compared, gap = publisher.of("coverage")[1:3]
    assert (compared.kind, compared.read, compared.kept, compared.surface) == ("compared", 7, 5, "fees")
    assert (gap.kind, gap.detail) == ("gap", "the window moved on")
    assert publisher.of("coverage")[3].read == 20
    passed(poller)
    source: Any = poller.source
    assert source.cursors[-1] == {"seen": "other"}


def test_a_refusal_is_shown_and_tried_again(poller: Poller, publisher: FakePublisher) -> None:
    """A wrong password of one source does not stop the others."""
    passed(poller, Misconfigured("blog: the site refuses us"))
    assert poller.health()["waiting_for"] == "blog: the site refuses us"
    with pytest.raises(Unavailable, match="refuses us"):
        poll_once([poller])
    assert not publisher.of("posts")


def test_a_pass_ends_between_two_batches_when_we_are_asked_to_stop(poller: Poller, publisher: FakePublisher) -> None:
    """What was acknowledged is kept, and the next process goes on."""
    poller.stop.set()
    assert passed(poller, *(post(poller, number) for number in range(1200))) is None
    assert len(publisher.of("posts")) == len(poller.known) == 500
    assert poller.last_pass_at is None


def test_sources_that_cannot_be_made_are_told_together(tmp_path: Path, publisher: FakePublisher) -> None:
    """Each by its name."""

    def broken(options: Options, known: Known, reading: Reading) -> Source:
        raise Misconfigured("no secret")

    bad = [Configured(Options(kind="toy", name=name), Polled(Options, broken)) for name in ("blog", "forum")]
    with pytest.raises(Misconfigured, match="blog: no secret\nforum: no secret"):
        pollers(Settings(data_dir=tmp_path), bad, publisher, threading.Event())


def test_waits_grow_while_a_site_is_away_and_respect_what_it_asks() -> None:
    """Never for ever, never all at the same time, never sooner than Retry-After."""
    away = SiteAway("gone")
    assert 54 <= next_wait(60, 0, None) <= 66
    assert 0.8 <= next_wait(60, 1, away) <= 1.2
    assert 6.4 <= next_wait(60, 4, away) <= 9.6
    assert next_wait(60, 10_000, away) <= AWAY_SECONDS_MAX * 1.2
    assert next_wait(3600, 10_000, away) >= 3600 * 0.8
    assert 500 <= next_wait(60, 1, SiteAway("later", retry_after_seconds=500)) <= 550
    assert len({next_wait(60, 5, away) for _ in range(20)}) > 1


def test_our_own_shape_is_what_a_source_starts_from() -> None:
    """A kind without a mapping of its own speaks it."""
    assert natural().natural

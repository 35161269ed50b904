"""An import goes as fast as the judge, and never fills the way of the live posts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from ingest.sources.source import Item
from ingest.yielding import LOOK_SECONDS, ROOM_SECONDS, SAY_SECONDS, Yielding, at_once, pace_of
from records.errors import Unavailable
from records.settings import Settings

LAG_MAX = 40


@dataclass
class Judge:
    """Something that reads `per_look` posts between two looks at it, and the clock of whoever waits for it."""

    per_look: int
    waiting: int = 0
    most: int = 0
    looks: int = 0
    slept: float = 0.0
    said: list[str] = field(default_factory=list)

    def lags(self) -> dict[str, int]:
        """One look."""
        self.looks += 1
        return {"judge": self.waiting, "fold": 0}

    def sleep(self, seconds: float) -> None:
        """Time passes, and it reads."""
        self.slept += seconds
        self.waiting = max(0, self.waiting - self.per_look)

    def publish(self, posts: int) -> None:
        """So many more wait."""
        self.waiting += posts
        self.most = max(self.most, self.waiting)


@pytest.fixture
def run() -> Callable[..., list[int]]:
    """Publishes batches of these sizes before a judge; gives the sizes that were published at once."""

    def publish(judge: Judge, *sizes: int) -> list[int]:
        pace = Yielding(judge.lags, LAG_MAX, judge.said.append, judge.sleep, lambda: judge.slept)
        done = []
        for part in pace(batches(*sizes)):
            judge.publish(len(part))
            done.append(len(part))
        return done

    return publish


def batches(*sizes: int) -> Iterator[list[Item]]:
    """Batches of so many items, numbered through by the bytes read."""
    number = 0
    for size in sizes:
        yield [Item(what=None, bytes_read=number + one) for one in range(size)]  # type: ignore[arg-type]
        number += size


def test_no_more_than_the_limit_is_ever_before_the_judge(run: Callable[..., list[int]]) -> None:
    """A batch is larger than the limit; it is handed on in parts, none of them tiny, and all of it arrives."""
    judge = Judge(per_look=7)
    parts = run(judge, 500, 3, 500)
    assert sum(parts) == 1003
    assert judge.most <= LAG_MAX
    assert judge.said == []


def test_items_keep_their_order() -> None:
    """Parts are cut, not shuffled."""
    judge = Judge(per_look=100)
    pace = Yielding(judge.lags, LAG_MAX, sleep=judge.sleep)
    assert [item.bytes_read for part in pace(batches(90, 30)) for item in part] == list(range(120))


def test_what_fits_needs_one_look(run: Callable[..., list[int]]) -> None:
    """The room is used up before the broker is asked again."""
    judge = Judge(per_look=0)
    assert run(judge, 10, 10, 10) == [10, 10, 10]
    assert judge.looks == 1


def test_room_that_was_seen_long_ago_counts_no_more(run: Callable[..., list[int]]) -> None:
    """A slow source looks again: live posts may have come since."""

    class Slow(Judge):
        def publish(self, posts: int) -> None:
            super().publish(posts)
            self.slept += 2 * ROOM_SECONDS

    judge = Slow(per_look=0)
    run(judge, 10, 10, 10)
    assert judge.looks == 3


def test_the_slowest_reader_counts(run: Callable[..., list[int]]) -> None:
    """The fold may be further behind than the judge."""

    class Slow(Judge):
        def lags(self) -> dict[str, int]:
            return {"judge": 0, "fold": super().lags()["judge"]}

    judge = Slow(per_look=5)
    run(judge, 200)
    assert judge.most <= LAG_MAX


def test_a_judge_that_is_down_stops_the_import_and_it_says_so_once(run: Callable[..., list[int]]) -> None:
    """Up to the limit is published, and then nothing, until it reads again."""

    class Down(Judge):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            self.per_look = 10 if self.slept > 4 * SAY_SECONDS else 0

    judge = Down(per_look=0)
    assert sum(run(judge, 100)) == 100
    assert judge.most == LAG_MAX
    assert judge.said == ["waiting for the judge"]


def test_a_broker_that_is_away_is_waited_out(run: Callable[..., list[int]]) -> None:
    """No answer is no room."""

    class Away(Judge):
        def lags(self) -> dict[str, int]:
            if self.slept < LOOK_SECONDS:
                raise Unavailable("gone")
            return super().lags()

    assert run(Away(per_look=1), 10) == [10]


def test_live_posts_wait_for_nobody() -> None:
    """Without --backfill nothing is asked and nothing held."""
    with pace_of(Settings(), print, backfill=False) as pace:
        assert pace is at_once
        assert [len(part) for part in pace(batches(500, 3))] == [500, 3]

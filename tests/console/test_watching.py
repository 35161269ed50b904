"""What was watched when, as a property of any set of statements."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.watching import GIVEN_UP_AFTER, Period, Said, missed, periods, standing

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
AWAY = "the site did not answer"
LOST = "what was posted and removed again within it was not seen"


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def said(kind: str, since: float, until: float, detail: str | None = None, kept: int = 0, made: float = 99) -> Said:
    """A statement about these minutes."""
    return Said(kind, at(since), at(until), at(made), kept, detail)


KINDS = st.sampled_from(["heartbeat", "gap", "backfill", "cursor", "refused", "compared"])
STATEMENTS = st.builds(
    said,
    KINDS,
    st.integers(-5, 30),
    st.integers(-5, 30),
    st.sampled_from([None, AWAY, "the process was not running"]),
    st.integers(0, 3),
    st.integers(30, 33),
)
SEVERAL = st.lists(STATEMENTS, max_size=12)
MINUTES = st.integers(-10, 40)


@given(SEVERAL, st.randoms(use_true_random=False), MINUTES, MINUTES)
def test_order_and_repetition_do_not_matter(told: list[Said], random: object, since: int, until: int) -> None:
    """Statements come from several partitions and may come twice."""
    again = [*told, *told[::2]]
    random.shuffle(again)  # type: ignore[attr-defined]
    assert periods(again, at(since), at(until)) == periods(told, at(since), at(until))


@given(SEVERAL, MINUTES, MINUTES)
def test_periods_tile_the_time_that_was_asked_for(told: list[Said], since: int, until: int) -> None:
    """From the first instant to the last, without hole or overlap; neighbours differ; nothing asked, nothing told."""
    found = periods(told, at(since), at(until))
    if since >= until:
        assert found == []
        return
    assert (found[0].from_at, found[-1].until_at) == (at(since), at(until))
    assert all(one.until_at == other.from_at for one, other in pairwise(found))
    assert all(one.from_at < one.until_at for one in found)
    assert missed(found, "watched", "gap", "backfilled", "not watched") == at(until) - at(since)


@given(SEVERAL, STATEMENTS)
def test_what_is_said_of_another_time_changes_nothing(told: list[Said], other: Said) -> None:
    """Bounds: the first is included, the last is not."""
    if other.from_at < at(20) and at(10) < other.until_at:
        return
    assert periods([*told, other], at(10), at(20)) == periods(told, at(10), at(20))


@given(SEVERAL)
def test_a_part_is_told_as_it_is_told_in_the_whole(told: list[Said]) -> None:
    """Asking for two halves is asking for the whole."""
    halves = [*periods(told, at(0), at(13)), *periods(told, at(13), at(25))]
    whole = periods(told, at(0), at(25))
    for minute in range(25):
        assert _state(halves, minute) == _state(whole, minute)


@given(SEVERAL)
def test_telling_the_answer_again_gives_the_answer(told: list[Said]) -> None:
    """Periods that are made statements once more are the same periods."""
    found = periods(told, at(0), at(25))
    assert periods([again for one in found for again in _restated(one)], at(0), at(25)) == found


@given(SEVERAL, st.integers(0, 24))
def test_nothing_is_seen_that_no_heartbeat_saw(told: list[Said], minute: int) -> None:
    """And what a gap admits is never called watched."""
    state = _state(periods(told, at(0), at(25)), minute)
    here = {one.kind for one in told if one.from_at <= at(minute) < one.until_at}
    if "gap" in here:
        assert state == ("backfilled" if "backfill" in here else "gap")
    elif "heartbeat" in here:
        assert state == "watched"
    else:
        assert state == ("backfilled" if "backfill" in here else "not watched")


def test_a_gap_that_was_read_afterwards() -> None:
    """Watched, seven minutes that were made good at 12:20, watched."""
    told = [
        said("heartbeat", 0, 2),
        said("gap", 2, 9, AWAY),
        said("heartbeat", 9, 20),
        said("backfill", 2, 9, LOST, kept=3, made=10),
    ]
    assert periods(told, at(0), at(20)) == [
        Period(at(0), at(2), "watched"),
        Period(at(2), at(9), "backfilled", AWAY, at(10), 3, LOST),
        Period(at(9), at(20), "watched"),
    ]


@pytest.mark.parametrize(
    ("minutes_silent", "beat_seconds", "expected"),
    [
        (None, 0, "import"),
        (1, 60, "alive"),
        (90, 0, "alive"),
        (121, 0, "silent"),
        (5, 60, "alive"),
        (6, 60, "silent"),
        (170, 3600, "alive"),
        (181, 3600, "silent"),
        (GIVEN_UP_AFTER.total_seconds() / 60 + 1, 60, "given up"),
    ],
)
def test_a_source_is_silent_by_its_own_rhythm(minutes_silent: float | None, beat_seconds: int, expected: str) -> None:
    """One that looks every hour may be quiet for three, a new one for two; after a week a source is given up."""
    beat_at = None if minutes_silent is None else at(-minutes_silent)
    assert standing(beat_at, beat_at, beat_seconds, NOON)[0] == expected


def _state(found: list[Period], minute: int) -> str:
    (state,) = [one.state for one in found if one.from_at <= at(minute) < one.until_at]
    return state


def _restated(one: Period) -> list[Said]:
    bounds = (one.from_at, one.until_at)
    if one.state == "watched":
        return [Said("heartbeat", *bounds, NOON)]
    if one.state == "not watched":
        return []
    gap = [Said("gap", *bounds, NOON, 0, one.why)] if one.state == "gap" or one.why else []
    fill = [Said("backfill", *bounds, one.read_at, one.posts or 0, one.lost)] if one.read_at else []
    return [*gap, *fill]

"""What was watched when: from the statements of one source to stretches of time that follow one another, purely."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

SILENT_SECONDS_MIN = 300
"""A source that has said nothing for so long is silent, and nobody watches ..."""
SILENT_BEATS = 3
"""... unless its heartbeats are rarer: then after so many that did not come."""
SILENT_SECONDS_NEW = 7_200
"""A source that has looked once has no rhythm yet: so long it may take to look again."""
BEAT_SECONDS_MAX = 86_400
"""An outage of the broker can stretch one heartbeat; it must not put the alarm off for longer."""
GIVEN_UP_AFTER = timedelta(days=7)
"""A source that has been silent for longer is taken as given up, and is no alarm any more."""

State = Literal["watched", "gap", "backfilled", "not watched"]
Standing = Literal["alive", "silent", "given up", "import"]
_TELLING = ("heartbeat", "gap", "backfill")


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of a source, as far as it bears on what was watched; `until_at` is excluded."""

    kind: str
    from_at: datetime
    until_at: datetime
    happened_at: datetime
    kept: int = 0
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time and how it was watched.

    `why` is the reason of a gap. For one that was read afterwards: when, how many posts were found that belong to the
    whole gap, and what cannot be made good.
    """

    from_at: datetime
    until_at: datetime
    state: State
    why: str | None = None
    read_at: datetime | None = None
    posts: int | None = None
    lost: str | None = None


def periods(said: Iterable[Said], from_at: datetime, until_at: datetime) -> list[Period]:
    """What was watched between two instants, without hole or overlap; neighbours that are alike are one.

    Where statements contradict one another, the one that admits a gap is believed. Of several backfills of one stretch
    the last counts. What nothing speaks about was not watched.
    """
    if from_at >= until_at:
        return []
    bearing = [one for one in set(said) if _bears(one, from_at, until_at)]
    watched = _Stretches((one.from_at, one.until_at) for one in bearing if one.kind == "heartbeat")
    told = [one for one in bearing if one.kind in ("gap", "backfill")]
    edges = {from_at, until_at, *watched.edges()}
    edges |= {edge for one in told for edge in (one.from_at, one.until_at)}
    inside = sorted(edge for edge in edges if from_at <= edge <= until_at)
    return _joined(_piece(since, until, watched, told) for since, until in pairwise(inside))


def standing(
    beat_at: datetime | None, told_at: datetime | None, beat_seconds: int, now: datetime
) -> tuple[Standing, int]:
    """How a source stands, and after how many seconds of silence it is called silent."""
    rhythm = SILENT_BEATS * min(beat_seconds, BEAT_SECONDS_MAX) or SILENT_SECONDS_NEW
    allowed = max(SILENT_SECONDS_MIN, rhythm)
    last = max((instant for instant in (beat_at, told_at) if instant), default=None)
    if last is None:
        return "import", allowed
    silence = now - last
    if silence <= timedelta(seconds=allowed):
        return "alive", allowed
    return ("given up" if silence > GIVEN_UP_AFTER else "silent"), allowed


def missed(found: Sequence[Period], *states: State) -> timedelta:
    """How long these states lasted in all."""
    return sum((one.until_at - one.from_at for one in found if one.state in states), timedelta())


class _Stretches:
    """Stretches of time, made one where they touch or overlap, and whether an instant lies in one of them."""

    def __init__(self, spans: Iterable[tuple[datetime, datetime]]) -> None:
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        for since, until in sorted(spans):
            if self._ends and since <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], until)
            else:
                self._starts.append(since)
                self._ends.append(until)

    def edges(self) -> list[datetime]:
        """Where they begin and end."""
        return [*self._starts, *self._ends]

    def __contains__(self, instant: datetime) -> bool:
        index = bisect_right(self._starts, instant) - 1
        return index >= 0 and instant < self._ends[index]


def _bears(one: Said, from_at: datetime, until_at: datetime) -> bool:
    return one.kind in _TELLING and one.from_at < one.until_at and one.from_at < until_at and from_at < one.until_at


def _piece(since: datetime, until: datetime, watched: _Stretches, told: Sequence[Said]) -> Period:
    """What holds from one edge to the next, between which nothing changes."""
    here = [one for one in told if one.from_at <= since and until <= one.until_at]
    gaps = [one for one in here if one.kind == "gap"]
    fills = [one for one in here if one.kind == "backfill"]
    if not gaps and since in watched:
        return Period(since, until, "watched")
    if not here:
        return Period(since, until, "not watched")
    why = "; ".join(sorted({one.detail for one in gaps if one.detail})) or None
    if not fills:
        return Period(since, until, "gap", why)
    last = max(fills, key=lambda one: (one.happened_at, one.kept, one.detail or ""))
    return Period(since, until, "backfilled", why, last.happened_at, last.kept, last.detail)


def _joined(pieces: Iterable[Period]) -> list[Period]:
    found: list[Period] = []
    for piece in pieces:
        if found and found[-1] == replace(piece, from_at=found[-1].from_at, until_at=found[-1].until_at):
            found[-1] = replace(piece, from_at=found[-1].from_at)
        else:
            found.append(piece)
    return found

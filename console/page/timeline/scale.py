"""Where an instant stands on a timeline: stretches in which something happened, and breaks where nothing did."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

CROWDED_SHARE = 1 / 40
"""Instants nearer to one another than this share of their stretch can hardly be told apart in the picture: then ..."""
BREAK_TIMES = 5
"""... the longest pause becomes a break, if it is so many times as long as the usual one."""
BREAK_WIDTH = 44.0
EPISODE_WIDTH_MIN = 84.0
EPISODE_SECONDS_MIN = 1.0
INSET = 14.0
"""So far from the ends of an episode its first and last instants stand."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch that is drawn to one scale; `since` and `until` are seconds since 1970, at `left` and `right`."""

    since: float
    until: float
    left: float
    right: float

    def x(self, seconds: float) -> float:
        """The place of an instant of this episode."""
        share = (seconds - self.since) / (self.until - self.since)
        return self.left + min(1.0, max(0.0, share)) * (self.right - self.left)


@dataclass(frozen=True, slots=True)
class Scale:
    """Episodes from left to right, with a break between one and the next."""

    episodes: tuple[Episode, ...]
    left: float
    right: float

    def x(self, at: datetime) -> float:
        """The place of an instant; what lies outside is put at the edge, what lies in a break within it."""
        seconds = seconds_of(at)
        index = bisect_left([one.until for one in self.episodes], seconds)
        if index == len(self.episodes):
            return self.right if seconds > self.episodes[-1].until else self.episodes[-1].right
        here = self.episodes[index]
        if seconds >= here.since:
            return here.x(seconds)
        if index == 0:
            return self.left
        before = self.episodes[index - 1]
        return Episode(before.until, here.since, before.right, here.left).x(seconds)

    def breaks(self) -> list[tuple[float, timedelta]]:
        """The middle of each break, and how long nothing happened."""
        return [
            ((one.right + other.left) / 2, timedelta(seconds=max(0.0, other.since - one.until)))
            for one, other in pairwise(self.episodes)
        ]


def seconds_of(at: datetime) -> float:
    """Seconds since 1970."""
    return (at - _EPOCH).total_seconds()


def scale(instants: Sequence[datetime], width: float, margin: float) -> Scale:
    """The scale for these instants, at least one, in order; to the width minus the margin on either side."""
    runs = _runs([seconds_of(at) for at in instants], _episodes_max(width - 2 * margin))
    widths = _widths(runs, width - 2 * margin - BREAK_WIDTH * (len(runs) - 1))
    episodes, left = [], margin
    for run, wide in zip(runs, widths, strict=True):
        episodes.append(_episode(run, left + INSET, left + wide - INSET))
        left += wide + BREAK_WIDTH
    return Scale(tuple(episodes), margin, width - margin)


def _episodes_max(room: float) -> int:
    return max(1, int((room + BREAK_WIDTH) / (EPISODE_WIDTH_MIN + BREAK_WIDTH)))


def _runs(seconds: list[float], at_most: int) -> list[list[float]]:
    """Broken at the longest pauses, as long as one is much of its run and so many runs fit."""
    runs = [seconds]
    while len(runs) < at_most:
        found = max((_pause(run, index) for index, run in enumerate(runs)), default=(0.0, 0, 0))
        length, index, at = found
        if not length:
            break
        runs[index : index + 1] = [runs[index][:at], runs[index][at:]]
    return runs


def _pause(run: list[float], index: int) -> tuple[float, int, int]:
    """The longest pause of a run that deserves a break, and where; of length 0 if none does."""
    pauses = sorted(later - earlier for earlier, later in pairwise(run) if later - earlier >= EPISODE_SECONDS_MIN)
    if len(pauses) < 2 or pauses[0] > CROWDED_SHARE * (run[-1] - run[0]):  # noqa: PLR2004  else it has no parts
        return 0.0, index, 0
    length, at = max((later - earlier, at) for at, (earlier, later) in enumerate(pairwise(run), 1))
    worth = length >= BREAK_TIMES * pauses[(len(pauses) - 1) // 2]
    return (length if worth else 0.0), index, at


def _widths(runs: Sequence[Sequence[float]], room: float) -> list[float]:
    """The least that an episode needs, and the rest by how much happens in it."""
    spare = max(0.0, room - EPISODE_WIDTH_MIN * len(runs))
    weights = [min(len(run), 8) for run in runs]
    return [EPISODE_WIDTH_MIN + spare * weight / sum(weights) for weight in weights]


def _episode(run: Sequence[float], left: float, right: float) -> Episode:
    """An episode is at least a second long, around what happened in it."""
    missing = max(0.0, EPISODE_SECONDS_MIN - (run[-1] - run[0])) / 2
    return Episode(run[0] - missing, run[-1] + missing, left, right)

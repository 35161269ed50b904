"""A timeline as a picture: every place worked out, nothing drawn yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from console.page.timeline.labels import Label, centred, fitting, numbered
from console.page.timeline.scale import EPISODE_SECONDS_MIN, Scale, scale, seconds_of
from console.page.timeline.ticks import Tick, ticks
from console.page.timeline.values import LANES, Lane, Moment, Stretch, Timeline

MARGIN = 6.0
LANE_HEIGHT = 46.0
BAR_LANE_HEIGHT = 40.0
AXIS_HEIGHT = 44.0
BAR_WIDTH_MIN = 3.0
TICK_ROOM = 68.0
_UNITS = (
    ("year", 365.25 * 86_400), ("month", 30.44 * 86_400), ("day", 86_400.0), ("h", 3_600.0), ("min", 60.0), ("s", 1.0)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch as it is drawn."""

    left: float
    width: float
    state: str


@dataclass(frozen=True, slots=True)
class Row:
    """One lane: its title, its bars or the glyphs of its moments, and the numbers under them; `y` is its upper edge."""

    lane: str
    title: str
    y: float
    bars: tuple[Bar, ...] = ()
    glyphs: tuple[float, ...] = ()
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """All that the drawing needs, in the units of its view box; `episodes` are the stretches of the axis."""

    width: float
    height: float
    rows: tuple[Row, ...]
    axis_y: float
    episodes: tuple[tuple[float, float], ...]
    ticks: tuple[float, ...]
    labels: tuple[Label, ...]
    within: tuple[Label, ...]
    breaks: tuple[tuple[float, Label], ...]


def picture(timeline: Timeline, width: float) -> Picture | None:
    """The picture in this width; none where no instant is known."""
    instants = timeline.instants()
    if not instants:
        return None
    along = scale(instants, width, MARGIN)
    rows = tuple(_rows(timeline, along))
    axis_y = rows[-1].y + (BAR_LANE_HEIGHT if rows[-1].bars else LANE_HEIGHT)
    found = [_ticks(along, index) for index in range(len(along.episodes))]
    first = [part[0] for part in found] + [tick for part in found for tick in part[1:]]
    breaks = tuple((x, centred(x, short(length), MARGIN, width - MARGIN)) for x, length in along.breaks())
    return Picture(
        width,
        axis_y + AXIS_HEIGHT,
        rows,
        axis_y,
        tuple((one.left, one.right) for one in along.episodes),
        tuple(sorted(along.x(tick.at) for tick in first)),
        tuple(fitting(((along.x(tick.at), tick.label) for tick in first), MARGIN, width - MARGIN)),
        tuple(fitting(_within(found, along), MARGIN, width - MARGIN)),
        breaks,
    )


def short(length: timedelta) -> str:
    """How long a break is, in one unit: 3 h, 7 years."""
    seconds = length.total_seconds()
    name, unit = next((one for one in _UNITS if seconds >= one[1]), _UNITS[-1])
    count = round(seconds / unit)
    plural = "s" if count != 1 and name in ("year", "month", "day") else ""
    return f"{count:,} {name}{plural}"


def _rows(timeline: Timeline, along: Scale) -> Iterator[Row]:
    y = 0.0
    if timeline.on_the_site:
        yield Row("site-bar", "On the site", y, bars=tuple(_bars(timeline.on_the_site, along)))
        y += BAR_LANE_HEIGHT
    numbers = list(enumerate(timeline.in_order(), 1))
    for lane, title in LANES.items():
        here = [(number, moment) for number, moment in numbers if moment.lane == lane]
        if here:
            yield _row(lane, title, y, here, along)
            y += LANE_HEIGHT
    if timeline.watched:
        yield Row("watched", "Whether we watched", y, bars=tuple(_bars(timeline.watched, along)))


def _row(lane: Lane, title: str, y: float, here: Sequence[tuple[int, Moment]], along: Scale) -> Row:
    places = [(along.x(moment.at), number) for number, moment in here]
    labels = tuple(numbered(places, along.right))
    return Row(lane, title, y, glyphs=tuple(x for x, _ in places), labels=labels)


def _bars(stretches: Sequence[Stretch], along: Scale) -> Iterator[Bar]:
    """What lies outside the picture is left out; what is there has a width that can be seen."""
    first, last = along.episodes[0].since, along.episodes[-1].until
    for one in sorted(stretches, key=lambda one: one.state == "visible"):  # what is certain lies on top
        until = along.right if one.until_at is None else along.x(one.until_at)
        outside = seconds_of(one.from_at) > last or (one.until_at is not None and seconds_of(one.until_at) < first)
        if not outside:
            left = min(along.x(one.from_at), along.right - BAR_WIDTH_MIN)
            yield Bar(left, max(until - left, BAR_WIDTH_MIN), one.state)


def _ticks(along: Scale, index: int) -> list[Tick]:
    """Of an episode that is one moment among others, the whole second."""
    here = along.episodes[index]
    is_moment = len(along.episodes) > 1 and here.until - here.since <= EPISODE_SECONDS_MIN
    return ticks(here.since, here.until, 1 if is_moment else int((here.right - here.left) / TICK_ROOM) + 1)


def _within(found: Sequence[Sequence[Tick]], along: Scale) -> Iterator[tuple[float, str]]:
    """The day or the year under the first tick of an episode, and wherever it becomes another."""
    yield from ((along.x(part[0].at), part[0].within) for part in found if part[0].within)
    for part in found:
        changed = (now for before, now in pairwise(part) if now.within != before.within)
        yield from ((along.x(now.at), now.within) for now in changed)

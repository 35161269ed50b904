"""The overview: what came in, was flagged and decided in a time, what waits and is late now, and what we missed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from starlette.responses import Response

from console import coverage, telling_watching
from console.web import asked_for
from console.web.charts import HEIGHT, WIDTH, Columns, columns, part_of
from console.web.desk import Desk
from console.web.nav import WAYS, items_for
from console.web.period import OFFERED, Period, period_of
from console.web.rendering import page
from console.web.route import Asked, Visitor
from console.words import SEVERITIES
from search.figures import WAITS, Count, Figures, Span, Took, figures, wanted_came, wanted_flagged
from search.queries import Wanted

ROWS_MAX = 10
OTHERS = "others"
ACTIONS: Final = {"leave": "left as it is", "hide": "hidden", "remove": "removed", "reply": "replied to"}
UNITS: Final = (
    (timedelta(hours=2), timedelta(minutes=1), "min"),
    (timedelta(days=2), timedelta(hours=1), "h"),
    (timedelta.max, timedelta(days=1), "days"),
)
AGES: Final = ("less than 1 hour", "1 to 8 hours", "8 to 24 hours", "1 to 7 days", "more than 7 days")


@dataclass(frozen=True, slots=True)
class Line:
    """One number with its name, and its part of the largest beside it, in hundredths."""

    name: str
    posts: int
    part: int


@dataclass(frozen=True, slots=True)
class About:
    """What a figure counts, and the way to the posts behind it."""

    name: str
    title: str
    explained: str
    address: str
    behind: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: its number, how it went over the time (`told` in words), what it is made of, and how long it took."""

    about: About
    total: int
    bars: tuple[Line, ...]
    told: str
    chart: Columns | None
    heading: str = ""
    groups: tuple[Line, ...] = ()
    took: str = ""
    took_by: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a row, its part of the largest of its column, and the posts behind it where a search finds them."""

    posts: int
    part: int
    address: str


@dataclass(frozen=True, slots=True)
class Row:
    """One surface or source; the others together have no address."""

    name: str
    others: bool
    came: Number
    flagged: Number
    decided: Number
    waits: Number
    late: Number


@dataclass(frozen=True, slots=True)
class Watched:
    """What a source says of its own watching, in words."""

    source: str
    word: str
    well: bool
    said: tuple[str, ...]


async def overview(desk: Desk, asked: Asked) -> Response:
    """The figures of a time, by surface and source, and what was not seen in it."""
    now = datetime.now(UTC)
    period = period_of(asked.query("time"), asked.query("from"), asked.query("until"), now)
    span = period.span
    counted, missed = await looked(desk, asked.staff, period, now)
    return page(
        asked,
        "overview.html",
        period=period,
        offered=[(name, title) for name, (title, _) in OFFERED.items()],
        tiles=tiles(counted, period),
        places=[("surface", rows(counted, "surface", span)), ("source", rows(counted, "source", span))],
        watched=[watched(part, now) for part in missed],
        ways=items_for(asked, WAYS),
        high=HEIGHT,
        wide=WIDTH,
    )


async def looked(desk: Desk, who: Visitor, period: Period, now: datetime) -> tuple[Figures, list[coverage.Part]]:
    """One request for the figures, two for what was not seen; looking is on record."""
    span = period.span
    counted, missed = await asyncio.gather(
        figures(desk.search, span, now), coverage.admitted(desk.search, span.from_at, min(span.until_at, now), now)
    )
    await desk.audit(who.staff_id, "view", "the overview", who.told(period.said))
    return counted, missed


def tiles(found: Figures, period: Period) -> list[Tile]:
    """The five figures in the order of a post's life."""
    span = period.span
    came, flagged, decided, waits, late = abouts(period)
    severities = {str(number): word for number, word in enumerate(SEVERITIES)}
    ages = {str(number): word for number, word in enumerate(AGES)}
    return [
        _tile(came, found.came, span),
        replace(_tile(flagged, found.flagged, span), heading="By severity", groups=_groups(found.flagged, severities)),
        replace(
            _tile(decided, found.decided, span),
            heading="By decision",
            groups=_groups(found.decided, ACTIONS),
            took=took(found.took),
            took_by=took_by(found),
        ),
        replace(_tile(waits, found.waits, span), heading="For how long", groups=_groups(found.waits, ages)),
        replace(_tile(late, found.late, span), heading="By how much", groups=_groups(found.late, ages)),
    ]


def took(all_of_them: Took | None) -> str:
    """How long what was decided had waited, in words."""
    if all_of_them is None:
        return ""
    half, most = _at_most(all_of_them.half), _at_most(all_of_them.most)
    return f"From when it began to wait: half within {half}, nine of ten within {most}."


def took_by(found: Figures) -> tuple[tuple[str, str, str], ...]:
    """The same by severity, the most pressing first: within which time half were decided, and nine of ten."""
    named = [(word, found.took_by.get(str(number))) for number, word in enumerate(SEVERITIES)]
    return tuple((word, _at_most(one.half), _at_most(one.most)) for word, one in reversed(named) if one)


def _at_most(time: timedelta) -> str:
    """In its largest unit, never less than it is."""
    length, unit = next((length, unit) for until, length, unit in UNITS if time <= until)
    return f"{max(1, -(-time // length)):,} {unit}"


def abouts(period: Period) -> tuple[About, About, About, About, About]:
    """What each of them counts."""
    span, said = period.span, period.said
    came = f"Posted in {said}, or first seen then where the site does not say when."
    flagged = "Of those: something was found in it that a person should look at."
    decided = f"The decision that stands was made in {said}."
    late = "The policy wanted a person to look before now."
    return (
        About("came", "Came in", came, _search(wanted_came(span)), "the posts"),
        About("flagged", "Flagged", flagged, _search(wanted_flagged(span)), "the posts"),
        About("decided", "Decided", decided, "/search?state=decided", "all that is decided"),
        About("waits", "Waits now", "For a person, whenever it was posted.", _search(WAITS), "the posts"),
        About("late", "Late now", late, "/queue?queue=overdue", "the queue"),
    )


def rows(found: Figures, by: str, span: Span) -> list[Row]:
    """The largest surfaces or sources, the ones with most that came in, was decided or waits first; then the others."""
    counts = {name: getattr(found, name) for name in ("came", "flagged", "decided", "waits", "late")}
    known: dict[str, Mapping[str, int]] = {name: getattr(count, f"by_{by}") for name, count in counts.items()}
    sums: dict[str, int] = {}
    for name in ("came", "decided", "waits"):
        for value, posts in known[name].items():
            sums[value] = sums.get(value, 0) + posts
    largest = sorted(sums, key=lambda value: (-sums[value], value))[:ROWS_MAX]
    most = {name: max((known[name].get(value, 0) for value in largest), default=0) for name in counts}
    made = [
        _row({name: known[name].get(value, 0) for name in counts}, most, _searches(by, value, span), value)
        for value in largest
    ]
    rest = {name: count.total - sum(known[name].get(one, 0) for one in largest) for name, count in counts.items()}
    return [*made, _row(rest, most, {}, OTHERS)] if any(rest.values()) else made


def watched(part: coverage.Part, now: datetime) -> Watched:
    """A source, and what it says that it did not see."""
    standing, lost = part["standing"], timedelta(seconds=part["not_seen_seconds"])
    in_all = f"not seen in all: {telling_watching.length(lost)}" if lost else "no gap is on record in this time"
    said = [telling_watching.stands(part, now), *([] if standing == "import" else [in_all])]
    said += [line.removeprefix(telling_watching.ITEM) for line in telling_watching.gaps(part)]
    return Watched(part["source"], telling_watching.WORDS[standing], standing != "silent", tuple(said))


def _tile(about: About, count: Count, span: Span) -> Tile:
    most = max(count.bars, default=0)
    bars = tuple(
        Line(f"{span.from_at + number * span.bar:%Y-%m-%d %H:%M}", posts, part_of(posts, most))
        for number, posts in enumerate(count.bars)
    )
    at = next((bar.name for bar in bars if bar.posts == most), "")
    told = f"{about.title}: {len(bars)} columns, one for {telling_watching.length(span.bar)} each"
    told += f"; the highest is {most:,}, from {at} UTC on" if most else ""
    return Tile(about, count.total, bars, told, columns(count.bars) if most else None)


def _groups(count: Count, names: Mapping[str, str]) -> tuple[Line, ...]:
    """Every group that has a name, in that order; what is in no group we know has a line of its own."""
    told = {word: count.groups.get(key, 0) for key, word in names.items()}
    rest = count.total - sum(told.values())
    told |= {"otherwise": rest} if rest > 0 else {}
    most = max(told.values(), default=0)
    return tuple(Line(word, posts, part_of(posts, most)) for word, posts in told.items())


def _row(posts: Mapping[str, int], most: Mapping[str, int], addresses: Mapping[str, str], value: str) -> Row:
    def number(name: str) -> Number:
        part = part_of(posts[name], most[name]) if addresses else 0
        return Number(posts[name], part, addresses.get(name, ""))

    return Row(value, not addresses, **{name: number(name) for name in posts})


def _searches(by: str, value: str, span: Span) -> dict[str, str]:
    chosen: Any = {f"{by}s": (value,)}
    searches = {"came": wanted_came(span), "flagged": wanted_flagged(span), "waits": WAITS}
    return {name: _search(replace(one, **chosen)) for name, one in searches.items()}


def _search(wanted: Wanted) -> str:
    """The address of a search; none where the form has no field for it."""
    given = asked_for.given_of(wanted)
    return f"/search?{asked_for.query_of(given)}" if given is not None else ""

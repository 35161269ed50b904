"""How things stand: the figures of a time, what sources did not see in it, and the health of the pipeline."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from console.api.asked import Given
from console.api.operation import Called
from console.api.values import Instant, Share, Told
from console.coverage import Part
from console.watching import Standing, State
from console.web import overviewing, pipeline
from console.web.overviewing import AGES
from console.web.period import period_of
from search import figures
from search.figures import Count


class Figure(Told):
    """So many posts; `bars` are those of each part of the time, `groups` is what the figure is made of."""

    posts: int
    bars: list[int]
    groups: list[Share] = Field(description="by severity, by action, or by how long it waits or is late")
    surfaces: list[Share]
    sources: list[Share]


class Took(Told):
    """How long cases had waited when they were decided: half of them, and nine of ten, no longer than this."""

    half_seconds: float
    nine_of_ten_seconds: float


class NotSeen(Told):
    """A time that a source has not seen, and what was read of it afterwards."""

    from_at: Instant
    until_at: Instant
    state: State
    why: str | None
    read_afterwards_at: Instant | None
    posts: int | None
    cannot_be_made_good: str | None


class Watched(Told):
    """How a source stands, and what it says itself that it did not see."""

    source: str
    standing: Standing
    watched_since: Instant | None
    last_sign_at: Instant | None
    imported_until: Instant | None
    not_seen_seconds: int
    not_seen: list[NotSeen]


class Overview(Told):
    """What came in, was flagged and decided in a time; what waits and is late now; and what was not seen.

    Flagged are those that came in then and in which something was found that a person should look at.
    """

    from_at: Instant
    until_at: Instant
    bar_seconds: int
    came: Figure
    flagged: Figure
    decided: Figure
    took: Took | None = Field(description="of what was decided then and had waited")
    took_by_severity: dict[str, Took]
    waits: Figure
    late: Figure
    sources: list[Watched]


class Line(Told):
    """One thing: how it is, in a word, and what more is to be said."""

    name: str
    state: Literal["well", "unwell", "busy", "unknown"]
    word: str
    said: list[str]


class Section(Told):
    """Things of one kind."""

    title: str
    lines: list[Line]


class Health(Told):
    """How everything is; a number is null where nobody tells it now."""

    well: bool
    looked_at: Instant
    sections: list[Section]
    behind: dict[str, dict[str, int]] | None = Field(description="records still to be read, by group and topic")
    posts: int | None
    facts: int | None
    states: dict[str, int] | None
    languages: dict[str, int] | None
    unscored: int | None
    dead_letters: int | None
    disk_free_bytes: int | None
    disk_bytes: int | None


async def read_overview(
    call: Called,
    time: Annotated[
        Literal["day", "week", "month", "quarter"], Query(description="which ends now; not with from or until")
    ] = "week",
    from_: Annotated[Given, Query(alias="from", description="a day or a time")] = "",
    until: Annotated[Given, Query(description="the end of a day, or a time")] = "",
) -> Overview:
    """The figures of a time by surface and source, exactly, as far as posts are searchable; and the gaps in it."""
    now = datetime.now(UTC)
    period = period_of(time, from_, until, now)
    counted, missed = await overviewing.looked(call.desk, call.who, period, now)
    ages = {str(number): age for number, age in enumerate(AGES)}
    return Overview(
        from_at=period.span.from_at.isoformat(),
        until_at=period.span.until_at.isoformat(),
        bar_seconds=int(period.span.bar.total_seconds()),
        came=_figure(counted.came),
        flagged=_figure(counted.flagged),
        decided=_figure(counted.decided),
        took=_took(counted.took) if counted.took else None,
        took_by_severity={severity: _took(took) for severity, took in counted.took_by.items()},
        waits=_figure(counted.waits, ages),
        late=_figure(counted.late, ages),
        sources=[_watched(part) for part in missed],
    )


async def read_health(call: Called) -> Health:
    """Servers, processes, the ledger, what is still to be read, what there is, and what was watched lately."""
    now = datetime.now(UTC)
    seen, disk = await pipeline.looked(call.desk, call.who, now)
    return Health(
        well=seen["ok"],
        looked_at=now.isoformat(),
        sections=[
            Section(title=one.title, lines=[_line(line) for line in one.lines])
            for one in pipeline.sections(seen, disk, now)
        ],
        behind=seen["lag"],
        **{name: seen.get(name) for name in ("posts", "facts", "states", "languages", "unscored", "dead_letters")},
        disk_free_bytes=disk.free if disk else None,
        disk_bytes=disk.total if disk else None,
    )


def _figure(count: Count, names: dict[str, str] | None = None) -> Figure:
    def shares(found: dict[str, int]) -> list[Share]:
        return [Share(value=value, posts=posts) for value, posts in found.items()]

    return Figure(
        posts=count.total,
        bars=list(count.bars),
        groups=shares({(names or {}).get(key, key): posts for key, posts in count.groups.items()}),
        surfaces=shares(dict(count.by_surface)),
        sources=shares(dict(count.by_source)),
    )


def _took(found: figures.Took) -> Took:
    return Took(half_seconds=found.half.total_seconds(), nine_of_ten_seconds=found.most.total_seconds())


def _watched(part: Part) -> Watched:
    fields = Watched.model_fields.keys() - {"not_seen"}
    stretches = [NotSeen(**{name: one[name] for name in NotSeen.model_fields}) for one in part["periods"]]
    return Watched(**{name: part[name] for name in fields}, not_seen=stretches)


def _line(line: pipeline.Line) -> Line:
    return Line(name=line.name, state=line.state, word=line.word, said=list(line.said))

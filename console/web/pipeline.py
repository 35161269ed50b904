"""The page of the pipeline's health: what `lifeguard status` says, each thing with a sign and a word."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import structlog
from starlette.responses import Response

from console import telling_ledger, telling_watching
from console.checks import Part
from console.web.desk import Desk
from console.web.nav import WAYS, items_for
from console.web.rendering import page
from console.web.route import Asked, Visitor
from console.words import STATES, counted
from records.errors import Unavailable

FREE_SHARE_MIN = 0.05
"""A disk that is fuller is told as not well: broker, node and ledger stop where nothing is left."""
_GIGA = 10**9
State = Literal["well", "unwell", "busy", "unknown"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: how it is, in a word, and what more is to be said."""

    name: str
    state: State
    word: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Disk:
    """Room where the data lies, in bytes."""

    free: int
    total: int


async def pipeline(desk: Desk, asked: Asked) -> Response:
    """Whatever is away is told as away; the page comes nevertheless."""
    now = datetime.now(UTC)
    seen, disk = await looked(desk, asked.staff, now)
    return page(
        asked, "health.html", sections=sections(seen, disk, now), well=seen["ok"], ways=items_for(asked, WAYS), at=now
    )


async def looked(desk: Desk, who: Visitor, now: datetime) -> tuple[Part, Disk | None]:
    """What everything says of itself, and the room on this machine's disk."""
    seen, disk, _ = await asyncio.gather(
        desk.pipeline.now(desk.settings, now),
        asyncio.to_thread(disk_of, desk.settings.data_dir),
        _on_record(desk, who),
    )
    return seen, disk


async def _on_record(desk: Desk, who: Visitor) -> None:
    """Where the broker is away this page is what somebody needs, and it shows no post: then the log has it."""
    try:
        await desk.audit(who.staff_id, "view", "the health of the pipeline", who.told())
    except Unavailable as away:
        structlog.get_logger().warning("a view is not on record", what="the health of the pipeline", problem=str(away))


def sections(seen: Part, disk: Disk | None, now: datetime) -> list[Section]:
    """Everything in the order in which `lifeguard status` says it."""
    ledger = seen["ledger"]
    witnesses = [_line(one, telling_ledger.of_witness(one)) for one in ledger["witnesses"]]
    none = [Line("witnesses", "unknown", "none", (ledger["said"],))] if ledger["said"] else []
    keeper = _line(ledger["keeper"] | {"name": "keeper"}, telling_ledger.of_keeper(ledger["keeper"]))
    return [
        Section("Servers", tuple(map(_line, seen["servers"]))),
        Section("Processes", (*map(_line, seen["processes"]), *_model(seen))),
        Section("The ledger", (keeper, *witnesses, *none)),
        Section("Still to be read", tuple(_lag(seen["lag"]))),
        Section("What there is", (*_counts(seen), _disk(disk))),
        Section("What we were watching", tuple(_watching(seen["coverage"], now))),
    ]


def disk_of(folder: Path) -> Disk | None:
    """How full the disk is; None where that cannot be told."""
    try:
        found = shutil.disk_usage(folder)
    except OSError:
        return None
    return Disk(found.free, found.total)


def _line(thing: Part, said: Iterator[str] | None = None) -> Line:
    told = tuple(said) if said is not None else tuple(filter(None, [thing["said"]]))
    if thing["ok"]:
        return Line(thing["name"], "well", "up", told)
    return Line(thing["name"], "unwell", "alarm" if thing.get("answers") else "down", told)


def _model(seen: Part) -> Iterator[Line]:
    """The judge says whether it has its model."""
    judge = next((one for one in seen["processes"] if one["name"] == "judge"), None)
    if judge is None or not (judge["ok"] or judge.get("answers")):
        yield Line("model", "unknown", "unknown", ("the judge does not tell",))
    elif "model is not loaded" in judge["said"]:
        yield Line("model", "unwell", "not loaded", ("posts pass unscored, for a person to look at",))
    else:
        yield Line("model", "well", "loaded")


def _lag(lag: dict[str, dict[str, int]] | None) -> Iterator[Line]:
    if lag is None:
        yield Line("all groups", "unknown", "unknown", ("the broker does not tell",))
    for group, topics in (lag or {}).items():
        behind = [f"{topic} {records:,}" for topic, records in topics.items() if records > 0]
        records = sum(max(0, one) for one in topics.values())
        word = f"{counted(records, 'record')} behind" if records else "up to date"
        yield Line(group, "busy" if records else "well", word, (", ".join(behind),) if behind else ())


def _counts(seen: Part) -> Iterator[Line]:
    if seen["posts"] is None:
        yield Line("index", "unknown", "unknown", ("the node does not tell",))
    else:
        states = [f"{STATES[state]}: {seen['states'][state]:,}" for state in STATES if seen["states"].get(state)]
        unscored = f"could not be judged by the model: {seen['unscored']:,}"
        word = counted(seen["posts"], "post")
        yield Line("index", "well", word, (f"known from {counted(seen['facts'], 'fact')}", *states, unscored))
    letters = seen["dead_letters"]
    if letters is None:
        yield Line("dead letters", "unknown", "unknown", ("the broker does not tell",))
    else:
        yield Line("dead letters", "busy" if letters else "well", f"{letters:,} so far" if letters else "none")


def _disk(disk: Disk | None) -> Line:
    if disk is None:
        return Line("disk", "unknown", "unknown", ("the folder of our data cannot be looked at",))
    share = disk.free / disk.total if disk.total else 0.0
    said = f"{disk.free / _GIGA:,.1f} of {disk.total / _GIGA:,.1f} GB are free where this console has its data"
    return (
        Line("disk", "well", f"{share:.0%} free", (said,))
        if share >= FREE_SHARE_MIN
        else Line("disk", "unwell", f"only {share:.0%} free", (said,))
    )


def _watching(parts: list[dict[str, Any]] | None, now: datetime) -> Iterator[Line]:
    if parts is None:
        yield Line("all sources", "unknown", "unknown", ("the node does not tell",))
    for part in parts or ():
        told = tuple(line.removeprefix(telling_watching.ITEM) for line in telling_watching.told(part, now))
        state: State = "unwell" if part["standing"] == "silent" else "well"
        yield Line(part["source"], state, telling_watching.WORDS[part["standing"]], told)
    if parts == []:
        yield Line("sources", "unknown", "none", ("no source has said anything yet",))

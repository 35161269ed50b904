"""What we were watching, source by source, as values: for `status`, for `why`, and for machines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from console.watching import Period, Said, Standing, missed, periods, standing
from console.words import parsed

if TYPE_CHECKING:
    from search.client import Search
    from search.coverage import Statement, Watcher

Part = dict[str, Any]
ADMITTING = ("gap", "backfill")
"""The kinds of statements in which a source says what it did not see."""


@dataclass(frozen=True)
class Asked:
    """Of which time, and of which sources (none: all); without bounds all that was ever said."""

    from_at: datetime | None = None
    until_at: datetime | None = None
    sources: tuple[str, ...] = ()


async def look(search: "Search", asked: Asked, now: datetime) -> list[Part]:
    """One part for each source: how it stands, what was watched of the time asked for, refusals, comparisons."""
    from search.coverage import compared, statements, watchers

    known = [one for one in await watchers(search) if not asked.sources or one.source in asked.sources]
    if not known:
        return []
    begins = [one.first_at for one in known if one.first_at]
    from_at = asked.from_at or min(begins, default=now)
    said = await statements(search, from_at, asked.until_at or now, sources=[one.source for one in known])
    newest = await compared(search)
    return [source_part(one, _of(one, said), _of(one, newest), asked, now) for one in known]


async def admitted(search: "Search", from_at: datetime, until_at: datetime, now: datetime) -> list[Part]:
    """How each source stands, and the stretches of a time that it says itself it did not see.

    Heartbeats are not read, as there are too many: a gap is on record when it ends, and who is silent now stands so.
    """
    from search.coverage import statements, watchers

    known = await watchers(search)
    said = await statements(search, from_at, until_at, kinds=ADMITTING) if known else []
    return [admitted_part(one, _of(one, said), Asked(from_at, until_at), now) for one in known]


def admitted_part(watcher: "Watcher", said: Sequence["Statement"], asked: Asked, now: datetime) -> Part:
    """The same of one source."""
    part = source_part(watcher, said, [], asked, now)
    told = [one for one in part["periods"] if one["state"] in ("gap", "backfilled")]
    lost = sum((parsed(one["until_at"]) - parsed(one["from_at"]) for one in told), timedelta())
    return part | {"periods": told, "not_seen_seconds": _seconds(lost)}


def source_part(
    watcher: "Watcher",
    said: Sequence["Statement"],
    compared: Sequence["Statement"],
    asked: Asked,
    now: datetime,
) -> Part:
    """How one source stands and what it watched of the time asked for, as far as that is told."""
    stands, silent_after = standing(watcher.beat_at, watcher.told_at, watcher.beat_seconds, now)
    from_at, until_at = bounds(watcher, stands, asked, now)
    found = [] if stands == "import" else periods(heard(said), from_at, until_at)
    return {
        "source": watcher.source,
        "standing": stands,
        "watched_since": said_at(watcher.first_at),
        "last_sign_at": said_at(watcher.beat_at or watcher.told_at),
        "silent_after_seconds": silent_after,
        "imported_until": said_at(watcher.read_at),
        "from_at": said_at(from_at),
        "until_at": said_at(until_at),
        "not_seen_seconds": _seconds(missed(found, "gap", "not watched", "backfilled")),
        "read_afterwards_seconds": _seconds(missed(found, "backfilled")),
        "periods": [period_part(one) for one in found],
        "refused": _refused(said),
        "compared": [_compared(one) for one in compared],
    }


def bounds(watcher: "Watcher", stands: Standing, asked: Asked, now: datetime) -> tuple[datetime, datetime]:
    """The time asked for, from when the source began to when it last told; one that went silent has no excuse."""
    began = watcher.first_at or now
    told = watcher.told_at or now
    until_at = min(asked.until_at or now, told if stands == "alive" else now)
    return max(asked.from_at or began, began), until_at


def heard(said: Iterable["Statement"]) -> list[Said]:
    """The statements of the index as the pure function takes them: an hour of heartbeats is its stretches."""
    from search.coverage_documents import spans_of

    return [
        Said(one["kind"], since, until, parsed(one["happened_at"]), one.get("kept", 0), one.get("detail"))
        for one in said
        for since, until in spans_of(one)
    ]


def period_part(one: Period) -> Part:
    """One stretch, for machines and for words."""
    return {
        "from_at": said_at(one.from_at),
        "until_at": said_at(one.until_at),
        "state": one.state,
        "why": one.why,
        "read_afterwards_at": said_at(one.read_at),
        "posts": one.posts,
        "cannot_be_made_good": one.lost,
    }


def said_at(instant: datetime | None) -> str | None:
    """An instant in JSON."""
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")


def _of(watcher: "Watcher", said: Iterable["Statement"]) -> list["Statement"]:
    return [one for one in said if one["source"] == watcher.source]


def _refused(said: Iterable["Statement"]) -> list[Part]:
    """What was refused, or refused us, by reason; the last first."""
    by_reason: dict[str, Part] = {}
    for one in said:
        if one["kind"] == "refused":
            why = one.get("detail") or "no reason given"
            part = by_reason.setdefault(why, {"why": why, "count": 0, "last_at": ""})
            part["count"] += one.get("read", 0)
            part["last_at"] = max(part["last_at"], said_at(parsed(one["until_at"])) or "")
    return sorted(by_reason.values(), key=lambda part: part["last_at"], reverse=True)


def _compared(one: "Statement") -> Part:
    return {
        "surface": one.get("surface"),
        "at": said_at(parsed(one["until_at"])),
        "the_site_has": one["read"],
        "we_have": one["kept"],
        "detail": one.get("detail"),
    }


def _seconds(length: timedelta) -> int:
    return round(length.total_seconds())

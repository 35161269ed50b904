"""Counts of what was found, for people: what to narrow a search with, and a bar for every interval."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from console.terminal import safe_line
from console.words import SEVERITIES

if TYPE_CHECKING:
    from search.overview import Bar, Facet, Histogram, Share

BAR_CHARS = 50
EMPTY_SHOWN_MAX = 6
"""Intervals without a post that are shown one by one; more of them become one line."""
VALUE_CHARS_MAX = 40
BETWEEN = "   "
_EIGHTHS = " ▏▎▍▌▋▊▉"
LABELS = {"hour": "%Y-%m-%d %H:00", "day": "%Y-%m-%d %a", "week": "week of %Y-%m-%d", "month": "%Y-%m"}
_LENGTHS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


def facets_table(facets: "Mapping[str, Facet]", width: int) -> Table:
    """Each option of `find` with the values it could be given, and how many posts each leaves."""
    room = width - max(map(len, facets)) - len("--  ")
    shown = Table.grid(padding=(0, 2))
    shown.add_column(style="cyan", no_wrap=True)
    shown.add_column(overflow="fold")
    for name, facet in facets.items():
        if facet.shares:
            said = [_share(name, share) for share in facet.shares]
            shown.add_row(f"--{name}", flow(said, facet.others, room))
    return shown


def histogram_table(histogram: "Histogram") -> Table:
    """One line an interval: when, a bar, how many posts."""
    shown = Table.grid(padding=(0, 1))
    shown.add_column(style="dim", no_wrap=True)
    shown.add_column(min_width=BAR_CHARS, no_wrap=True, style="cyan")
    shown.add_column(justify="right")
    most = max((bar.posts for bar in histogram.bars), default=1)
    before: datetime | None = None
    for bar in histogram.bars:
        for empty in _empty(before, bar.from_at, histogram.by):
            shown.add_row(empty, "", "")
        shown.add_row(bar.from_at.strftime(LABELS[histogram.by]), _bar(bar.posts / most), f"{bar.posts:,}")
        before = bar.from_at
    return shown


def facets_values(facets: "Mapping[str, Facet]") -> dict[str, Any]:
    """The same for machines."""
    return {
        name: {
            "values": [{"value": share.value, "posts": share.posts, "name": share.name} for share in facet.shares],
            "others": facet.others,
        }
        for name, facet in facets.items()
    }


def histogram_values(histogram: "Histogram") -> dict[str, Any]:
    """The same for machines; intervals without a post are left out."""

    def told(bar: "Bar") -> dict[str, Any]:
        return {"from": bar.from_at.isoformat().replace("+00:00", "Z"), "posts": bar.posts}

    return {"by": histogram.by, "cut": histogram.cut, "bars": [told(bar) for bar in histogram.bars]}


def named(share: "Share") -> str:
    """A value as people know it, with how many posts have it."""
    name = safe_line(share.value)[:VALUE_CHARS_MAX]
    return f"{safe_line(share.name)[:VALUE_CHARS_MAX]} ({name})" if share.name and share.name != share.value else name


def flow(said: "list[tuple[str, int]]", others: int, room: int) -> Text:
    """Values with their counts, one after the other, none of them broken by the end of a line."""
    parts = [Text.assemble(name, " ", (f"{posts:,}", "bold")) for name, posts in said]
    if others:
        parts.append(Text(f"and {others:,} more", style="dim"))
    shown, filled = Text(), 0
    for part in parts:
        gap = BETWEEN if filled and filled + len(BETWEEN) + part.cell_len <= room else "\n" if filled else ""
        filled = part.cell_len + (filled + len(BETWEEN) if gap == BETWEEN else 0)
        shown.append(gap).append_text(part)
    return shown


def _share(name: str, share: "Share") -> tuple[str, int]:
    said = f"{share.value} {SEVERITIES[int(share.value)]}" if name == "severity" else named(share)
    return said, share.posts


def _bar(share: float) -> str:
    eighths = max(1, round(share * BAR_CHARS * 8))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _empty(before: datetime | None, until: datetime, by: str) -> Iterator[str]:
    """What stands between two bars where intervals without a post lie."""
    missing = 0 if before is None else apart(before, until, by) - 1
    if missing > EMPTY_SHOWN_MAX:
        yield f"⋮ {missing:,} {by}s without"
        return
    at = before or until
    for _ in range(missing):
        at = following(at, by)
        yield at.strftime(LABELS[by])


def apart(before: datetime, until: datetime, by: str) -> int:
    """How many intervals the one is after the other."""
    # Counted, not stepped: a stranger may have dated a post to the year 1.
    if by == "month":
        return (until.year - before.year) * 12 + until.month - before.month
    return (until - before) // _LENGTHS[by]


def following(at: datetime, by: str) -> datetime:
    """When the next interval begins."""
    if by == "month":
        return at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
    return at + _LENGTHS[by]

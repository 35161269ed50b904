"""The time that an overview is about: one that is offered, or two instants in an address; purely."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from typer import BadParameter

from console.instants import from_instant, until_instant
from records.errors import Malformed
from search.figures import Span

OFFERED: Final = {
    "day": ("24 hours", timedelta(days=1)),
    "week": ("7 days", timedelta(days=7)),
    "month": ("30 days", timedelta(days=30)),
    "quarter": ("90 days", timedelta(days=90)),
}
USUAL = "week"
BARS_MAX = 31
_BARS = [
    *(timedelta(minutes=minutes) for minutes in (5, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 3, 6, 12)),
    *(timedelta(days=days) for days in (1, 2, 3, 7, 14, 30, 90, 365)),
]
SPAN_MAX = BARS_MAX * _BARS[-1]


@dataclass(frozen=True, slots=True)
class Period:
    """A time with its name among those that are offered, if it is one of them; `said` as it stands in a sentence."""

    span: Span
    name: str
    said: str


def period_of(name: str, from_said: str, until_said: str, now: datetime) -> Period:
    """The time that is asked for, which ends with this minute unless it says when; raises Malformed."""
    minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if not from_said and not until_said:
        chosen = name if name in OFFERED else USUAL
        title, length = OFFERED[chosen]
        return Period(_span(minute - length, minute), chosen, f"the last {title}")
    try:
        until = until_instant(until_said) if until_said else minute
        since = from_instant(from_said) if from_said else until - OFFERED[USUAL][1]
    except (BadParameter, OverflowError) as problem:
        raise Malformed(f"a time {getattr(problem, 'message', 'lies outside of the years that there are')}") from None
    if not timedelta(0) < until - since <= SPAN_MAX:
        raise Malformed(f"the time must end after it begins, and {SPAN_MAX.days // 365} years later at most")
    return Period(_span(since, until), "", f"{since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC")


def _span(since: datetime, until: datetime) -> Span:
    bar = next(one for one in _BARS if until - since <= BARS_MAX * one)
    return Span(since, until, bar)

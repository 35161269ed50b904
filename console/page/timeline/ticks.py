"""Round instants along an axis, from tenths of a second to centuries, each with a label as short as its step allows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from math import ceil

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
_STEPS = (
    0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0,
    MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
    DAY, 2 * DAY, 7 * DAY, 14 * DAY,
)  # fmt: skip
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 6_000, 12_000, 24_000, 60_000)
_DAYS_OF_A_MONTH = 30.44
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH).total_seconds()
_LAST = float(int((datetime.max.replace(tzinfo=UTC) - _EPOCH).total_seconds()) - 1)


@dataclass(frozen=True, slots=True)
class Tick:
    """One round instant: what its step counts in, and below it what that lies in."""

    at: datetime
    label: str
    within: str


def ticks(since: float, until: float, at_most: int) -> list[Tick]:
    """Round instants between two (seconds since 1970), at least one; where no round one lies between, the first."""
    since, until = max(since, _FIRST), min(until, _LAST)
    least = (until - since) / max(1, at_most)
    step = next((step for step in _STEPS if step >= least), None)
    if step is not None:
        found = [_of_time(at, step) for at in _by_seconds(since, until, step)]
    else:
        months = next((count for count in _MONTHS if count * _DAYS_OF_A_MONTH * DAY >= least), _MONTHS[-1])
        found = [_of_month(at, months) for at in _by_months(since, until, months)]
    return found or [_of_time(_EPOCH + timedelta(seconds=since), 1.0)]


def day(at: datetime) -> str:
    """Such as 2 Mar 2026."""
    return f"{at.day} {_NAMES[at.month - 1]} {at.year}"


def _by_seconds(since: float, until: float, step: float) -> Iterator[datetime]:
    count = ceil(since / step)
    while count * step <= until:
        yield _EPOCH + timedelta(seconds=round(count * step, 1))
        count += 1


def _by_months(since: float, until: float, step: int) -> Iterator[datetime]:
    first, last = (_EPOCH + timedelta(seconds=seconds) for seconds in (since, until))
    months = ceil((first.year * 12 + first.month - 1) / step) * step
    numbers = takewhile(lambda number: number // 12 <= last.year, range(months, months + 12_000 * 12, step))
    instants = (datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC) for number in numbers if number >= 12)  # noqa: PLR2004  year 1 is the first
    return (at for at in instants if first <= at <= last)


def _of_time(at: datetime, step: float) -> Tick:
    if step >= DAY:
        return Tick(at, f"{at.day} {_NAMES[at.month - 1]}", str(at.year))
    label = at.isoformat()[11:21] if step < 1 else at.time().isoformat("seconds" if step < MINUTE else "minutes")
    return Tick(at, label if step >= 1 or at.microsecond else f"{label[:8]}.0", day(at))


def _of_month(at: datetime, months: int) -> Tick:
    return Tick(at, str(at.year), "") if months % 12 == 0 else Tick(at, _NAMES[at.month - 1], str(at.year))

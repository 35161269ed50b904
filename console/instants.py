"""The times that people give to a command: a day, or a time, in UTC unless they say otherwise."""

from datetime import UTC, datetime, timedelta

from typer import BadParameter

AROUND = timedelta(hours=1)
_DAY_CHARS = len("2026-03-02")


def from_instant(text: str) -> datetime:
    """The beginning of the day, or the time."""
    return _read(text)


def until_instant(text: str) -> datetime:
    """The end of the day, so that it counts whole, or the time."""
    instant = _read(text)
    try:
        return instant + timedelta(days=1) if len(text.strip()) == _DAY_CHARS else instant
    except OverflowError:
        return instant


def at_instant(text: str) -> datetime:
    """The time, or the last millisecond of the day: the broker's clock ticks no finer."""
    instant = _read(text)
    until = until_instant(text)
    return instant if until == instant else until - timedelta(milliseconds=1)


def around_instant(text: str) -> tuple[datetime, datetime]:
    """The whole day, or from `AROUND` before the time to `AROUND` after it."""
    since, until = from_instant(text), until_instant(text)
    try:
        return (since, until) if since < until else (since - AROUND, until + AROUND)
    except OverflowError:
        return since, until


def _read(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text.strip())
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadParameter("is not a day such as 2026-03-02, nor a time such as 2026-03-02T09:14") from None

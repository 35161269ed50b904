"""Instants as the document of a post carries them: text of one format and length, so that text order is time order."""

from datetime import UTC, datetime

SECOND_WITH_MICROSECONDS = len("2026-01-31T12:00:00.000000")


def iso(instant: datetime) -> str:
    """`2026-01-31T12:00:00.000000Z`."""
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    return instant.isoformat(timespec="microseconds")[:SECOND_WITH_MICROSECONDS] + "Z"


def iso_or_none(instant: datetime | None) -> str | None:
    """The same, where there may be none."""
    return None if instant is None else iso(instant)


def earliest(one: str | None, other: str | None) -> str | None:
    """The earlier of two, or the one there is."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def latest(one: str | None, other: str | None) -> str | None:
    """The later of two, or the one there is."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)

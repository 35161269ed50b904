"""How times, sizes, numbers and states are said to people, the same everywhere."""

from datetime import UTC, datetime

NOT_PROVIDED = "not provided by the source"
_KILO = 1000

STATES = {
    "unjudged": "not judged yet",
    "clear": "judged, and nothing in it asks for a person",
    "open": "waits for a person to look at it",
    "decided": "decided",
    "reopened": "was decided, and waits again because something changed since",
    "escalated": "passed on to somebody else",
    "deferred": "put off until later",
    "erased": "erased",
}
"""How a case stands."""
SEVERITIES = ("a note", "to be looked at", "serious", "urgent")
"""How pressing a finding is, by the number that the policy gives."""


def parsed(instant: str) -> datetime:
    """The instant of a document, in UTC."""
    return datetime.fromisoformat(instant).astimezone(UTC)


def iso(instant: str | None) -> str | None:
    """The instant as machines read it, always in the same form."""
    return None if not instant else parsed(instant).isoformat().replace("+00:00", "Z")


def clock(instant: str | None) -> str:
    """An instant, such as 2026-10-26 09:14:30 UTC."""
    if not instant:
        return NOT_PROVIDED
    return parsed(instant).isoformat(" ", "seconds").replace("+00:00", " UTC")


def minute(instant: str | None) -> str:
    """The same to the minute, for tables; UTC without saying so."""
    return "" if not instant else parsed(instant).isoformat(" ", "minutes").removesuffix("+00:00")


def size(count: int) -> str:
    """A number of bytes."""
    return f"{count:,} bytes" if count < _KILO * _KILO else f"{count / _KILO:,.0f} kB"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 post`, `2 posts`, `1,200 posts`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"

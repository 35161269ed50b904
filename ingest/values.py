"""Reading one value out of a site's JSON: where it stands, and what it may be; what does not fit is Malformed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from records.base import LINE_CHARS_MAX
from records.errors import Malformed

ID_CHARS_MAX = 512
RFC3339 = "rfc3339"
UNIX = "unix"
UNIX_MS = "unix_ms"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Path = tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """Where one of our fields comes from: the first of several paths where something stands, or a constant.

    `time` is `rfc3339`, `unix`, `unix_ms` or a format of `strptime`; `zone` is that of times that do not say theirs.
    """

    paths: tuple[Path, ...] = ()
    constant: str | None = None
    time: str = RFC3339
    zone: ZoneInfo | None = None

    def find(self, value: Any) -> Any:  # noqa: ANN401  whatever the outside sent
        """What stands there; null counts as nothing."""
        if self.constant is not None:
            return self.constant
        for path in self.paths:
            found = follow(value, path)
            if found is not None:
                return found
        return None


def follow(value: Any, path: Sequence[str]) -> Any:  # noqa: ANN401  as above
    """What stands at the end of a path through objects (by name) and lists (by number), or None."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isascii() and step.isdigit():
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return None
    return value


def as_id(value: Any, name: str) -> str | None:  # noqa: ANN401  as above
    """An id: text as it is, whole numbers in digits; the empty text is none."""
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Malformed(f"{name}: must be a text or a whole number")
    if len(value) > ID_CHARS_MAX:
        raise Malformed(f"{name}: is longer than {ID_CHARS_MAX} characters")
    return whole_text(value, name)


def as_text(value: Any, name: str) -> str | None:  # noqa: ANN401  as above
    """Text of any length, as it came."""
    if value is not None and not isinstance(value, str):
        raise Malformed(f"{name}: must be a text")
    return value if value is None else whole_text(value, name)


def as_line(value: Any, name: str) -> str | None:  # noqa: ANN401  as above
    """A short text; a longer one is cut to `LINE_CHARS_MAX` (the capture keeps it whole)."""
    text = as_text(value, name)
    return text[:LINE_CHARS_MAX] if text else None


def as_address(value: Any, name: str) -> str | None:  # noqa: ANN401  as above
    """An address; one that is too long is left out, because half of an address is a wrong one."""
    text = as_text(value, name)
    return text if text and len(text) <= LINE_CHARS_MAX else None


def as_time(value: Any, name: str, field: Field) -> datetime | None:  # noqa: ANN401  as above
    """An instant in UTC; one without an offset is refused, unless the mapping names the zone."""
    if value is None:
        return None
    try:
        instant = _from_number(value, field.time) if field.time in (UNIX, UNIX_MS) else _from_text(value, name, field)
        return instant.astimezone(UTC)
    except OverflowError:
        raise Malformed(f"{name}: lies outside the years 1 to 9999") from None
    except (ValueError, TypeError):
        raise Malformed(f"{name}: is not a time as it should be ({_expected(field.time)})") from None


def whole_text(text: str, name: str) -> str:
    """The text, unless it holds half of a surrogate pair, which no UTF-8 can carry."""
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise Malformed(f"{name}: holds half of a surrogate pair, which is not text")
    return text


def _from_number(value: Any, unit: str) -> datetime:  # noqa: ANN401  as above
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    number = float(value) if not isinstance(value, int) else value
    if isinstance(number, float) and not math.isfinite(number):
        raise OverflowError
    return _EPOCH + (timedelta(seconds=number) if unit == UNIX else timedelta(milliseconds=number))


def _from_text(value: Any, name: str, field: Field) -> datetime:  # noqa: ANN401  as above
    if not isinstance(value, str):
        raise TypeError
    if value.startswith("0000"):
        raise OverflowError
    instant = datetime.fromisoformat(value) if field.time == RFC3339 else datetime.strptime(value, field.time)  # noqa: DTZ007  the zone follows
    if instant.tzinfo is None:
        if field.zone is None:
            raise Malformed(f"{name}: does not say its offset from UTC (like 2026-03-02T09:14:00Z)")
        instant = instant.replace(tzinfo=field.zone)
    return instant


def _expected(time: str) -> str:
    return {
        RFC3339: "RFC 3339, like 2026-03-02T09:14:00Z",
        UNIX: "seconds since 1970",
        UNIX_MS: "milliseconds since 1970",
    }.get(time, f"in the format {time}")

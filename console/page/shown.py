"""The one way by which a value comes to a page: hidden characters get a visible name, then everything is escaped."""

from datetime import datetime

from markupsafe import Markup

from console.terminal import safe

_NEWLINE, _SPACE, _DELETE = 0x0A, 0x20, 0x7F
_CONTROLS = {code: f"⟨U+{code:04X}⟩" for code in (*range(_SPACE), _DELETE) if code != _NEWLINE}


def shown(value: object) -> object:
    """What a template prints: text with nothing hidden in it, numbers as they are; anything else is our mistake."""
    if isinstance(value, Markup):  # what a macro has made, escaped already
        return value
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"a {type(value).__name__} has no words yet, so no page prints it")
    return str(value)


def visible(text: str) -> str:
    """As `console.terminal.safe`, but with controls as numbers: few fonts of browsers have their pictures."""
    if text.isascii() and text.isprintable():
        return text
    return safe(text.translate(_CONTROLS))


def day(at: datetime) -> str:
    """Such as 2026-10-26."""
    return at.date().isoformat()


def hour(at: datetime) -> str:
    """Such as 09:14:30 UTC, with its milliseconds where it has any."""
    spec = "milliseconds" if at.microsecond >= 1_000 else "seconds"  # noqa: PLR2004  a millisecond
    return f"{at.time().isoformat(spec)} UTC"


def places(number: float) -> str:
    """A length in a drawing: a tenth of a unit is finer than any eye."""
    return f"{number:.1f}"

"""The words of the console: how states, acts, scores, ages and service levels are said on every page of it."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from console.words import SEVERITIES, parsed
from moderation.judge import JUDGE, MODEL, TAG

EXCERPT_CHARS = 200
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_FAR, _CLEAR = 0.5, 0.15

STATES = {
    "unjudged": "not judged yet",
    "clear": "nothing found",
    "open": "waits",
    "decided": "decided",
    "reopened": "waits again",
    "escalated": "passed on",
    "deferred": "put off",
    "erased": "erased",
}
BECAUSE = {
    "edited": "its text has changed since it was decided",
    "reported": "it was reported since it was decided",
    "found": "something was found in it since it was decided",
    "failed": "the site did not do what was decided",
    "visible": "it is on the site although a decision took it away",
}
TITLES = {
    "leave": "Leave",
    "hide": "Hide",
    "remove": "Remove",
    "reply": "Reply",
    "escalate": "Escalate",
    "defer": "Defer",
    "note": "Note",
    "undo": "Undo",
    "release": "Release",
}
DONE = {"leave": "left as it is", "hide": "hidden", "remove": "removed", "reply": "replied to"}
"""A decision that stands, as it is said of a post."""
KEYS = {
    "leave": "l",
    "hide": "h",
    "remove": "r",
    "reply": "a",
    "escalate": "e",
    "defer": "f",
    "note": "n",
    "undo": "u",
    "release": "x",
}
BY_HAND = "the source {source} takes no such order, so it is to be carried out on the site by hand"


def how_sure(rule: str, score: float, threshold: float) -> str:
    """Who found it, and a score against its threshold in words."""
    if rule == JUDGE:
        return "could not be judged by machine"
    if rule not in (MODEL, TAG):
        return f"found by the rule {rule}"
    who = "the model" if rule == MODEL else "the examples of the tag"
    margin = (score - threshold) / (1 - threshold) if threshold < 1 else 0.0
    how = "far above" if margin >= _FAR else "clearly above" if margin >= _CLEAR else "just above"
    return f"{who}: {score:.2f}, {how} the threshold of {threshold:.2f}"


def pressing(severity: int) -> str:
    """The severity of a finding."""
    return SEVERITIES[min(severity, len(SEVERITIES) - 1)]


def age(instant: str | None, now: datetime) -> str:
    """How long ago, such as `3 h`; nothing where there is no instant."""
    return length(now - parsed(instant)) if instant else ""


def due(instant: str | None, now: datetime) -> str:
    """How it stands against its time: `due in 3 h`, `late by 2 days`."""
    if not instant:
        return ""
    left = parsed(instant) - now
    return f"due in {length(left)}" if left >= timedelta(0) else f"late by {length(-left)}"


def length(time: timedelta) -> str:
    """A length of time in its largest unit."""
    seconds = max(0.0, time.total_seconds())
    if seconds < _MINUTE:
        return "less than a minute"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min"
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR:.0f} h"
    return f"{seconds // _DAY:,.0f} days"


def short(text: str | None) -> str:
    """The beginning of a text, on one line."""
    line = " ".join((text or "").split())
    return line if len(line) <= EXCERPT_CHARS else f"{line[: EXCERPT_CHARS - 4].rstrip()} ..."


def link_of(url: str | None) -> str | None:
    """An address that can be followed: of the web, and nothing else."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None

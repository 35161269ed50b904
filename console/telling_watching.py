"""What we were watching, in words: how each source stands, what was not seen and why, what the site says it has."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from console.terminal import safe_line
from console.words import counted, minute, parsed

GAPS_SHOWN_MAX = 5
SECONDS_TOLD_BELOW = timedelta(minutes=2)
"""A shorter stretch is told to the second."""
ITEM = "- "
NO_WORD = "nothing says that anybody watched"
WORDS = {"alive": "up", "silent": "SILENT", "given up": "given up", "import": "import"}
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))

Part = Mapping[str, Any]


def told(part: Part, now: datetime) -> Iterator[str]:
    """Everything about one source, a sentence a line."""
    yield from short(part, now)
    yield from gaps(part)
    yield from _others(part)


def short(part: Part, now: datetime) -> Iterator[str]:
    """How it stands, and the whole time in one sentence."""
    yield stands(part, now)
    if part["standing"] != "import":
        yield in_all(part)


def whole(part: Part, now: datetime) -> Iterator[str]:
    """The same with every stretch of the time that was asked for, the oldest first."""
    yield from short(part, now)
    yield from (f"{ITEM}{stretch(one)}" for one in part["periods"])
    yield from _others(part)


def stands(part: Part, now: datetime) -> str:
    """Whether anybody watches now, and since when."""
    if part["standing"] == "import":
        read = minute(part["imported_until"])
        return f"read from a file, last at {read} UTC; an import watches nothing" if read else "has only been refused"
    since = f"watched since {minute(part['watched_since'])} UTC"
    ago = length(now - parsed(part["last_sign_at"])) if part["last_sign_at"] else ""
    last = f"last sign at {minute(part['last_sign_at'])} UTC, {ago} ago"
    if part["standing"] == "alive":
        return f"{since}; {last}"
    rest = "; taken as given up" if part["standing"] == "given up" else ""
    return f"nobody watches: {last}{rest} ({since})"


def in_all(part: Part) -> str:
    """The whole stretch in one sentence: everything was seen, or how much of it was not."""
    since, until = parsed(part["from_at"]), parsed(part["until_at"])
    lost, read = part["not_seen_seconds"], part["read_afterwards_seconds"]
    if not part["periods"]:
        early = until <= parsed(part["watched_since"])
        return "at that time nobody watched yet" if early else "nothing is told of this time yet"
    if not any(one["state"] == "watched" for one in part["periods"]):
        return f"{between(since, until)} nothing was seen"
    partly = f"; {length(timedelta(seconds=read))} of that read afterwards" if read else ""
    partly = "; read afterwards" if read == lost else partly
    missing = f" except {length(timedelta(seconds=lost))}{partly}" if lost else ""
    return f"{between(since, until)} everything was seen{missing}"


def gaps(part: Part, shown_max: int = GAPS_SHOWN_MAX) -> Iterator[str]:
    """The last stretches that were not watched, the newest first."""
    found = [one for one in part["periods"] if one["state"] != "watched"]
    yield from (f"{ITEM}{stretch(one)}" for one in found[::-1][:shown_max])
    if len(found) > shown_max:
        yield f"{ITEM}and {len(found) - shown_max} more: lifeguard status --coverage --source {part['source']}"


def stretch(one: Part) -> str:
    """One stretch in a sentence."""
    when = between(parsed(one["from_at"]), parsed(one["until_at"]))
    if one["state"] == "watched":
        return f"{when} everything was seen"
    if one["state"] == "not watched":
        return f"{when} {NO_WORD}"
    why = f": {safe_line(one['why'])}" if one["why"] else ""
    return f"{when} nothing was seen{why}{_afterwards(one)}"


def _afterwards(one: Part) -> str:
    if one["state"] != "backfilled":
        return ""
    at = parsed(one["read_afterwards_at"])
    same_day = at.date() == parsed(one["until_at"]).date()
    posts = counted(one["posts"], "post") if one["posts"] else "no post"
    lost = f" ({safe_line(one['cannot_be_made_good'])})" if one["cannot_be_made_good"] else ""
    return f"; read afterwards at {at:%H:%M}{'' if same_day else f' on {at.date()}'}, {posts}{lost}"


def _others(part: Part) -> Iterator[str]:
    """What was refused, and what the site says that it has."""
    for one in part["refused"]:
        often = f" ({counted(one['count'], 'time')})" if one["count"] else ""
        yield f"refused{often}, last at {minute(one['last_at'])} UTC: {safe_line(one['why'])}"
    yield from map(comparison, part["compared"])


def comparison(one: Part) -> str:
    """What the site says that it has against what we captured."""
    where = f" on {safe_line(one['surface'])}" if one["surface"] else ""
    site, ours = one["the_site_has"], one["we_have"]
    fewer = f"{site - ours:,} {'is' if site - ours == 1 else 'are'} missing"
    verdict = "all of them" if site == ours else f"{ours:,} of them: {fewer}" if ours < site else f"{ours:,}"
    return f"the site says that it has {counted(site, 'post')}{where}, and we have {verdict} ({minute(one['at'])} UTC)"


def between(since: datetime, until: datetime) -> str:
    """`2026-11-20 between 14:02 and 14:09 UTC`, with the second date where it is another, to the second if short."""
    spec = "seconds" if until - since < SECONDS_TOLD_BELOW else "minutes"
    first, last = (instant.time().isoformat(spec) for instant in (since, until))
    if since.date() == until.date():
        return f"{since.date()} between {first} and {last} UTC"
    return f"between {since.date()} {first} and {until.date()} {last} UTC"


def length(duration: timedelta) -> str:
    """`7 minutes`, `2 hours 5 minutes`, `45 seconds`: the two largest units."""
    rest = max(0, round(duration.total_seconds()))
    said: list[str] = []
    for name, seconds in _UNITS:
        count, rest = divmod(rest, seconds)
        if count:
            said.append(counted(count, name))
        elif said:
            break
    return " ".join(said[:2]) or "no time"

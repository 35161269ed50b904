"""The heading of a past state, in words: when it was, and on which entries of the ledger it stands."""

from collections.abc import Iterator, Mapping
from typing import Any

from console.words import clock, counted

NOT_COMPLETE = "this is not complete"


def found_by_text(*, past: bool) -> str:
    """How a post was chosen that was asked for by what it says."""
    newest = "the newest post that says just this"
    return f"{newest} today; whether it did then is told below" if past else newest


def heading(as_of: Mapping[str, Any]) -> Iterator[str]:
    """One sentence a line."""
    at = clock(as_of["at"])
    if as_of["known"]:
        yield f"A past state: as it stood on {at}, without anything that was recorded later."
        yield f"From the ledger, up to {', '.join(as_of['upto'])}."
    elif as_of["first_recorded_at"] and not as_of["unreadable"]:
        yield f"On {at} this post was not known yet."
        yield f"Learnt later: it was first recorded on {clock(as_of['first_recorded_at'])}."
    else:
        yield f"How this post stood on {at} cannot be told: the ledger gives no record of it from that time."
    if as_of["unreadable"]:
        entries = counted(as_of["unreadable"], "entry", "entries")
        why = "for they were erased or damaged later"
        yield f"{entries} of that time cannot be opened any more, {why}: {NOT_COMPLETE}."
    if as_of["missing"]:
        facts, are = counted(as_of["missing"], "fact"), "is" if as_of["missing"] == 1 else "are"
        yield f"{facts} of that time {are} not in the ledger, or not signed yet: {NOT_COMPLETE}."

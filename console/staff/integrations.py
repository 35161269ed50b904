"""What integrations may do: the scopes there are, and what can be asked of a new one. Pure."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from records.errors import Malformed, NotAllowed
from records.registry import Integration

DAYS_MAX, DAYS = 365, 90
"""How long a token may be good for, and how long one is unless somebody says so."""
SCOPES: Final[dict[str, str]] = {
    "read": "see queues, posts, dossiers and the policy, and search",
    "decide": "take cases, decide on them, one by one or many at once, and take that back",
    "set_up": "save queues and replies, publish tags and lists of words, have dead letters read again, and say who is "
    "told what happens",
    "export": "take posts out as evidence, and the bytes of dead letters",
}
NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


def wanted(name: str, authority: str, scopes: Collection[str], days: int, now: datetime) -> dict[str, Any]:
    """What the record of a new one says; raises Malformed."""
    if not NAME.fullmatch(name):
        raise Malformed("the name of an integration has a-z, 0-9 and . _ - only, 64 of them at most")
    if not authority:
        raise Malformed("say on whose authority it acts: the name of a member of staff")
    unknown = sorted(set(scopes) - SCOPES.keys())
    if unknown or not scopes:
        raise Malformed(f"say what it may do: one or more of {', '.join(SCOPES)}")
    if not 1 <= days <= DAYS_MAX:
        raise Malformed(f"a token is good for 1 to {DAYS_MAX} days")
    ordered = tuple(scope for scope in SCOPES if scope in scopes)
    return {"authority": authority, "scopes": ordered, "until": now + timedelta(days=days)}


def refuse_taken(known: Integration | None, now: datetime) -> None:
    """A name is that of one integration, until it was removed or has ended; raises NotAllowed."""
    if known and stands(known, now):
        raise NotAllowed(f"there is an integration {known.registry_id} already: remove it, or choose another name")


def refuse_unable(authority: str, role: str) -> None:
    """Nobody lends what they do not have; raises NotAllowed."""
    if not role:
        raise NotAllowed(f"{authority[:100]} has no role now, so nothing can be done on their authority")


def stands(said: Integration, now: datetime) -> bool:
    """Whether it may still be used."""
    return not said.removed and said.until > now


def removal(said: Integration) -> Mapping[str, Any]:
    """What the record says that ends it."""
    return {"authority": said.authority, "scopes": said.scopes, "until": said.until, "removed": True}

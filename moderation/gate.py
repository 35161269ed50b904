"""Which acts a person may take now, and if not, why. Pure; pages and commands only ask."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moderation.holds import HoldState
from moderation.policy import Clause
from moderation.retention import Kept

HOLDS_TOLD_MAX = 3
PLACEHOLDER = re.compile(r"\{[^{}\n]{0,80}\}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is refused, in words; `until` is the day from which it may be asked for again, where there is one."""

    reason: str
    until: datetime | None = None


def may_erase(kept: Kept, holds: Collection[str], now: datetime) -> Refusal | None:
    """Neither under a legal hold nor before the retention period has ended."""
    if holds:
        named = sorted(holds)
        more = f" and {len(named) - HOLDS_TOLD_MAX} more" if len(named) > HOLDS_TOLD_MAX else ""
        return Refusal(f"a legal hold is in force: {', '.join(named[:HOLDS_TOLD_MAX])}{more}")
    if kept.until > now:
        return Refusal(
            f"it is kept until {kept.until:%Y-%m-%d}: retention class {kept.retention} ({kept.title})", kept.until
        )
    return None


def may_confirm(requested_by: Collection[str], staff_id: str, what: str = "an erasure") -> Refusal | None:
    """What one person requests, another one confirms."""
    if not requested_by:
        return Refusal(f"nobody has requested {what} here")
    if all(name == staff_id for name in requested_by):
        return Refusal(f"{what} is confirmed by another person than the one who requested it, and that was {staff_id}")
    return None


def may_place(known: HoldState | None, in_force: int, holds_max: int) -> Refusal | None:
    """A name is a hold's until it is released, and a post can carry so many holds and no more."""
    if known and known.in_force:
        return Refusal(f"{known.placed.staff_id} has placed a hold of that name already: choose another name")
    if in_force >= holds_max:
        return Refusal(f"{holds_max} legal holds are in force, which is the limit: release one that is not needed")
    return None


def may_request_release(hold: HoldState | None, staff_id: str) -> Refusal | None:
    """Of a hold in force, and once."""
    if hold is None or not hold.in_force:
        return Refusal("there is no such hold in force")
    if staff_id in hold.requested_by:
        return Refusal(f"{staff_id} has requested it already, and another person has to confirm it")
    return None


def may_release(hold: HoldState | None, staff_id: str) -> Refusal | None:
    """Of a hold in force, by another person than the one who requested it."""
    if hold is None or not hold.in_force:
        return Refusal("there is no such hold in force")
    return may_confirm(hold.requested_by, staff_id, "the release of a hold")


DECIDERS = frozenset({"reviewer", "supervisor", "compliance"})
OVER_OTHERS = frozenset({"supervisor", "compliance"})
"""Who may act on a case that somebody else is looking at."""
ACTS = ("leave", "hide", "remove", "reply", "escalate", "defer", "note", "undo", "release")
ON_THE_SITE = frozenset({"hide", "remove", "reply"})
TAKES_AWAY = frozenset({"hide", "remove"})
OF_OTHER_SCOPES = frozenset({"leave", "escalate", "defer"})


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who would act: their name, their role (empty without one), and whether they have read the policy in force."""

    staff_id: str
    role: str
    has_read_policy: bool


def may_act(document: Mapping[str, Any], who: Reviewer, now: datetime) -> dict[str, Refusal | None]:
    """For each act on the post of a case whether this person may take it now, and if not, why."""
    general = _never(document, who) or _not_now(document, who, now)
    return {act: general or _refused_of(act, document, who, now) for act in ACTS}


def may_act_on(scope: str, act: str) -> Refusal | None:
    """The author and the report of a case are decided apart from the post; nothing is taken from the site by that."""
    if scope == "post" or act in OF_OTHER_SCOPES:
        return None
    return Refusal(f"about the {scope} one can leave, escalate or defer; {act} is about the post")


def may_give_reason(act: str, clause: Clause | None) -> Refusal | None:
    """A clause of the policy, and for taking a post from the site one that allows it."""
    if clause is None:
        return Refusal("the reason is a clause of the policy: choose one")
    if act in TAKES_AWAY and not clause.removal:
        return Refusal(f"clause {clause.id} ({clause.title}) is no reason to {act} a post")
    return None


def may_say(titles: Collection[str], role: str) -> Refusal | None:
    """Where the judge found what our own words must not have, a supervisor may send them, and answers for it."""
    if not titles or role in OVER_OTHERS:
        return None
    return Refusal(
        f"the judge says of this reply: {'; '.join(titles)}. Say it otherwise, or pass the case to a supervisor"
    )


def may_send(reply: str) -> Refusal | None:
    """A reply says something, and has no placeholder left."""
    if not reply.strip():
        return Refusal("a reply says something: write it")
    left = tuple(dict.fromkeys(PLACEHOLDER.findall(reply)))
    return Refusal(f"fill in {', '.join(left)} first") if left else None


def _never(document: Mapping[str, Any], who: Reviewer) -> Refusal | None:
    if who.role not in DECIDERS:
        return Refusal(f"{_article(who.role)} reads, and decides on no case" if who.role else "you have no role")
    if not who.has_read_policy:
        return Refusal("you have not said yet that you have read the policy in force")
    return Refusal("the post was erased") if document.get("erased") else None


def _not_now(document: Mapping[str, Any], who: Reviewer, now: datetime) -> Refusal | None:
    holder = holder_of(document, now)
    if holder is None or holder == who.staff_id or who.role in OVER_OTHERS:
        return None
    until = datetime.fromisoformat(document["claimed_until"])
    return Refusal(f"{holder} is looking at this until {until:%H:%M:%S} UTC", until)


def holder_of(document: Mapping[str, Any], now: datetime) -> str | None:
    """Who has the case now, if anybody."""
    until = document.get("claimed_until")
    return document.get("claimed_by") if until and datetime.fromisoformat(until) > now else None


def _refused_of(act: str, document: Mapping[str, Any], who: Reviewer, now: datetime) -> Refusal | None:
    if act == "undo" and not document.get("decided_by"):
        return Refusal("there is no decision that stands")
    if act == "release" and holder_of(document, now) != who.staff_id:
        return Refusal("you do not hold this case")
    if act in ON_THE_SITE and not document.get("revision_id"):
        return Refusal("no text of this post was ever captured")
    return _refused_where_gone(act, document) if document.get("visible") is False else None


def _refused_where_gone(act: str, document: Mapping[str, Any]) -> Refusal | None:
    """Of a post that visitors do not see; what we have hidden can still be removed."""
    by_us = document.get("desired") in ("hidden", "removed")
    if act == "reply" or (act in TAKES_AWAY and not by_us):
        return Refusal("the post is not on the site any more")
    return None


def _article(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"

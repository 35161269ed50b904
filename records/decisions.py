"""The topic `decisions`: what a person did about a post, its author, or a report."""

import re
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from records.base import Count, FactId, Id, Instant, Line, Name, Ordinal, Record, Sha256, Text

LEASE_SECONDS_MAX = 3600
GRACE_SECONDS_MAX = 3600
NOTE_CHARS_MAX = 10_000

CLAUSE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}")
ERASED_WORDS = "erased with the post"

LongText = Annotated[Text, Field(max_length=NOTE_CHARS_MAX)]


class Act(Record):
    """What all decisions share: on what, by whom, seeing which version of the case, sent once under which key.

    `via` names the integration that acted on the authority of `staff_id`; without one they did it themselves.
    """

    post_id: Id
    staff_id: Id
    idempotency_key: Id
    made_at: Instant
    scope: Literal["post", "author", "report"] = "post"
    case_version_seen: Count = 0
    batch_id: Id | None = None
    via: Name | None = None

    def identity(self) -> tuple[str | int | bool | None, ...]:
        """The post and the client's idempotency key."""
        return (self.post_id, self.idempotency_key)

    def key(self) -> str:
        """The post."""
        return self.post_id


class Claim(Act):
    """Take the case for a while, so that two people do not work on it at once."""

    kind: Literal["claim"] = "claim"
    lease_seconds: Annotated[Count, Field(le=LEASE_SECONDS_MAX)] = 300


class Release(Act):
    """Give a claimed case back."""

    kind: Literal["release"] = "release"


class Decide(Act):
    """The answer on a case. It binds to one revision, and reaches the site only after the grace period."""

    kind: Literal["decide"] = "decide"
    action: Literal["leave", "hide", "remove", "reply"]
    revision_id: FactId
    policy_version: Ordinal
    policy_digest: Sha256
    reason: Line
    note: LongText | None = None
    reply_text: LongText | None = None
    template_id: Id | None = None
    grace_seconds: Annotated[Count, Field(le=GRACE_SECONDS_MAX)] = 0


class Undo(Act):
    """Take back an earlier decision: within its grace the order never leaves, after it the site is asked to restore."""

    kind: Literal["undo"] = "undo"
    undoes: FactId


class Escalate(Act):
    """Pass the case to a person or a role."""

    kind: Literal["escalate"] = "escalate"
    to: Line
    reason: Line
    note: LongText | None = None


class Defer(Act):
    """Not now, until a time."""

    kind: Literal["defer"] = "defer"
    until: Instant
    note: LongText | None = None


class Note(Act):
    """A remark on the case; it changes nothing else."""

    kind: Literal["note"] = "note"
    note: LongText


class LegalHold(Act):
    """Must not be deleted (`placed`), or may be again (`released`)."""

    kind: Literal["legal_hold"] = "legal_hold"
    hold_id: Id
    state: Literal["placed", "released"]
    reason: Line


class Erase(Act):
    """Make the content unreadable while every proof stays: `requested` by one person, `confirmed` by another.

    `expired`: its retention period has ended, and the policy, not a person, asks for it. `kept_until` is when the
    longest period of its retention classes ends, of which `retention` is one; without it there is none.
    """

    kind: Literal["erase"] = "erase"
    state: Literal["requested", "confirmed", "expired"]
    basis: Line
    retention: Name | None = None
    kept_until: Instant | None = None


Decision = Annotated[
    Claim | Release | Decide | Undo | Escalate | Defer | Note | LegalHold | Erase,
    Field(discriminator="kind"),
]
DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)


def without_words(reason: str) -> str:
    """The reason of a decision on an erased post: the number of a clause stays, what may quote the post goes."""
    return reason if CLAUSE.fullmatch(reason) else ERASED_WORDS

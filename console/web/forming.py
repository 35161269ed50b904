"""From what a form says to the record of an act, and whether this person may take it now."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from pydantic import ValidationError

from console.web.desk import Desk
from console.web.route import Asked
from console.web.staffing import targets
from moderation.gate import Refusal, Reviewer, may_act, may_act_on, may_give_reason, may_send
from records.codec import explain
from records.decisions import Act, Claim, Decide, Defer, Escalate, Note, Release, Undo
from records.errors import Malformed
from records.posts import revision_of

LEASE_SECONDS = 300
DEFER_HOURS_MAX = 24 * 365
DECISIONS_MADE = ("leave", "hide", "remove", "reply")
SCOPES = ("post", "author", "report")
NO_TEXT = revision_of("")
"""What a decision is about where no text of the post was ever captured: the first one that comes reopens the case."""
_COUNT = re.compile(r"[0-9]{1,9}")
_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says: which act on which post, about what, and everything that may come with it."""

    post_id: str
    act: str
    scope: str
    version: int
    key: str
    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


FIELDS = ("reason", "note", "reply_text", "template", "to", "until", "hours", "revision", "undoes")


def said_in(asked: Asked) -> Said:
    """The form of a case; raises Malformed with what is missing."""
    post_id, version, key = asked.said("post"), asked.said("version"), asked.said("key") or uuid.uuid4().hex
    scope = asked.said("scope") or "post"
    if not post_id:
        raise Malformed("the form does not say about which post: open the case again")
    if not _COUNT.fullmatch(version) or not _KEY.fullmatch(key) or scope not in SCOPES:
        raise Malformed("the form is not one of ours: open the case again")
    fields = {name: asked.said(name).replace("\r\n", "\n").strip() for name in FIELDS}
    return Said(post_id, asked.said("act"), scope, int(version), key, fields)


def refused(said: Said, document: Mapping[str, Any], who: Reviewer, desk: Desk, now: datetime) -> Refusal | None:
    """Why this person may not do this now, by the gate."""
    allowed = may_act(document, who, now)
    if said.act not in allowed:
        raise Malformed("the form does not say what to do: choose one of the acts")
    refusal = allowed[said.act] or may_act_on(said.scope, said.act)
    if refusal is None and said.act in DECISIONS_MADE:
        clause = next((one for one in desk.policy.clauses if one.id == said["reason"]), None)
        refusal = may_give_reason(said.act, clause)
    if refusal is None and said.act == "reply":
        refusal = may_send(said["reply_text"])
    return refusal


def act_of(said: Said, who: str, desk: Desk, now: datetime) -> Act:
    """The record; raises Malformed with what cannot be one, in a sentence."""
    common = {
        "post_id": said.post_id,
        "staff_id": who,
        "idempotency_key": said.key,
        "made_at": now,
        "scope": said.scope,
        "case_version_seen": said.version,
    }
    make = _MAKERS.get("decide" if said.act in DECISIONS_MADE else said.act)
    if make is None:
        raise Malformed("the form does not say what to do: choose one of the acts")
    try:
        return make(said, common, desk, now)
    except ValidationError as error:
        raise Malformed(f"this cannot be recorded: {explain(error)}") from None


def claim(post_id: str, who: str, version: int, now: datetime, key: str = "") -> Claim:
    """A lease; without a key each is a fact of its own."""
    return Claim(
        post_id=post_id,
        staff_id=who,
        idempotency_key=key or f"claim-{uuid.uuid4().hex}",
        made_at=now,
        case_version_seen=version,
        lease_seconds=LEASE_SECONDS,
    )


def _decide(said: Said, common: dict[str, Any], desk: Desk, _now: datetime) -> Act:
    replies = said.act == "reply"
    if not said["reason"]:
        raise Malformed("the reason is a clause of the policy: choose one")
    return Decide(
        **common,
        action=cast("Any", said.act),
        revision_id=said["revision"] or NO_TEXT,
        policy_version=desk.policy.version,
        policy_digest=desk.policy.digest,
        reason=said["reason"],
        note=said["note"] or None,
        reply_text=said["reply_text"] if replies else None,
        template_id=(said["template"] or None) if replies else None,
        grace_seconds=desk.settings.undo_seconds if said.scope == "post" and said.act != "leave" else 0,
    )


def _undo(said: Said, common: dict[str, Any], _desk: Desk, _now: datetime) -> Act:
    return Undo(**common, undoes=said["undoes"])


def _escalate(said: Said, common: dict[str, Any], desk: Desk, now: datetime) -> Act:
    if said["to"] not in targets(desk.set_up, now):
        raise Malformed("choose to whom it goes: a role, or somebody who has one")
    return Escalate(**common, to=said["to"], reason=said["reason"], note=said["note"] or None)


def _defer(said: Said, common: dict[str, Any], _desk: Desk, now: datetime) -> Act:
    return Defer(**common, until=until_of(said["hours"], said["until"], now), note=said["note"] or None)


def _note(said: Said, common: dict[str, Any], _desk: Desk, _now: datetime) -> Act:
    if not said["note"]:
        raise Malformed("a note says something: write it")
    return Note(**common, note=said["note"])


def _release(_said: Said, common: dict[str, Any], _desk: Desk, _now: datetime) -> Act:
    return Release(**common)


_MAKERS = {
    "decide": _decide,
    "undo": _undo,
    "escalate": _escalate,
    "defer": _defer,
    "note": _note,
    "release": _release,
}


def until_of(hours: str, until: str, now: datetime) -> datetime:
    """Until when a case is put off: in so many hours, or at a time in UTC; raises Malformed."""
    if _COUNT.fullmatch(hours) and 0 < int(hours) <= DEFER_HOURS_MAX:
        return now + timedelta(hours=int(hours))
    try:
        at = datetime.fromisoformat(until)
    except ValueError:
        raise Malformed("say until when: choose one of the times, or give a day and a time in UTC") from None
    at = at.replace(tzinfo=at.tzinfo or UTC)
    if not now < at <= now + timedelta(hours=DEFER_HOURS_MAX):
        raise Malformed("that time is over, or more than a year ahead: choose another one")
    return at

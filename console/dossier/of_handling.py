"""What we did to a post, what was done on the site, and how its case stands, from the facts about it."""

from collections.abc import Iterator, Mapping
from typing import Any

from console.dossier.handling import Answer, Counted, Reply, Request, StaffReaction, WhatWasDone, WhatWeDidToIt
from console.dossier.material import Fact, Material, given, instant
from console.dossier.part import ERASED
from console.words import parsed

REPORT = "report"


def what_we_did_to_it(material: Material) -> WhatWeDidToIt:
    """Reactions by staff and our replies; what others did is only counted."""
    staff = [fact for fact in material.about("posts") if _by_staff(fact)]
    return WhatWeDidToIt(
        by_staff=tuple(map(_reaction, staff)),
        replies=tuple(_replies(material)),
        by_others=tuple(_counted(material)),
    )


def what_was_done(material: Material) -> WhatWasDone:
    """Orders, answers, and how the case stands."""
    told = material.told
    return WhatWasDone(
        requests=tuple(_request(fact, erased=material.erased) for fact in material.about("orders")),
        answers=tuple(map(_answer, material.about("outcomes"))),
        visible=told.get("visible"),
        state=told.get("state"),
        labels=tuple(told.get("labels") or ()),
        action=told.get("action"),
        decided_by=told.get("decided_by"),
        decided_at=instant(told.get("decided_at")),
        claimed_by=told.get("claimed_by"),
        claimed_until=instant(told.get("claimed_until")),
        escalated_to=told.get("escalated_to"),
        deferred_until=instant(told.get("deferred_until")),
        case_version=told.get("version") or 0,
    )


def _by_staff(fact: Fact) -> bool:
    return bool((fact["record"].get("reaction") or {}).get("staff_id"))


def _reaction(fact: Fact) -> StaffReaction:
    record = fact["record"]
    return StaffReaction(
        what=record["reaction"]["what"],
        staff_id=record["reaction"]["staff_id"],
        site_at=instant(record.get("site_at")),
        seen_at=parsed(record["seen_at"]),
        recorded_at=parsed(fact["recorded_at"]),
        place=fact["place"],
    )


def _counted(material: Material) -> Iterator[Counted]:
    """By what was done, in the order in which it was first heard of."""
    heard: dict[str, list[Fact]] = {}
    for fact in material.about("posts"):
        if fact["kind"] == "reported":
            heard.setdefault(REPORT, []).append(fact)
        elif fact["kind"] == "reacted" and not _by_staff(fact):
            heard.setdefault((fact["record"].get("reaction") or {}).get("what", "reaction"), []).append(fact)
    for what, facts in heard.items():
        yield Counted(what=what, count=len(facts), last_at=max(parsed(fact["record"]["seen_at"]) for fact in facts))


def _replies(material: Material) -> Iterator[Reply]:
    decisions = {fact["place"]: fact for fact in material.about("decisions")}
    results: dict[str, str] = {}
    for fact in material.about("outcomes"):
        if fact["record"]["result"] != "observed":
            results[fact["record"]["order_id"]] = fact["record"]["result"]
    for fact in material.about("orders"):
        record = fact["record"]
        if record["action"] == "reply":
            decision = decisions.get(record["order_id"])
            yield Reply(
                text=None if material.erased else given(record.get("reply_text")),
                ordered_by=decision["record"]["staff_id"] if decision else None,
                ordered_at=parsed(record["ordered_at"]),
                result=results.get(record["order_id"]),
                order_id=record["order_id"],
                absent={"text": ERASED} if material.erased else {},
            )


def _request(fact: Fact, *, erased: bool) -> Request:
    record = fact["record"]
    reply = record["action"] == "reply"
    why = {"reply_text": ERASED if erased else "no text was given"} if reply else {}
    return Request(
        action=record["action"],
        reply_text=None if erased else given(record.get("reply_text")),
        ordered_at=parsed(record["ordered_at"]),
        recorded_at=parsed(fact["recorded_at"]),
        order_id=record["order_id"],
        place=fact["place"],
        absent=why,
    )


def _answer(fact: Fact) -> Answer:
    record: Mapping[str, Any] = fact["record"]
    return Answer(
        result=record["result"],
        attempt=record.get("attempt", 1),
        visible=record.get("visible"),
        status=record.get("status"),
        detail=given(record.get("detail")),
        happened_at=parsed(record["happened_at"]),
        recorded_at=parsed(fact["recorded_at"]),
        order_id=record["order_id"],
        place=fact["place"],
        absent={"detail": ERASED} if record.get("erased") else {},
    )

"""Under which rules a post was judged and is kept, and what of its source we were not watching."""

from collections.abc import Iterator, Mapping
from typing import Any

from console.dossier.material import Known, Material, instant
from console.dossier.part import LEARNT_LATER
from console.dossier.standing import Gaps, HoldOn, PolicyUsed, RetentionOf, Rules, Stretch
from console.holding import holds_of
from console.telling_watching import length
from console.words import parsed


def under_which_rules(material: Material, known: Known) -> Rules:
    """Each policy with its digest, the retention that follows from the labels, the legal holds."""
    return Rules(
        policies=tuple(_policies(material, known)),
        retention=None if material.past else _retention(material, known),
        holds=tuple(_holds(material, known)),
        absent={"retention": LEARNT_LATER} if material.past else {},
    )


def _policies(material: Material, known: Known) -> Iterator[PolicyUsed]:
    used: dict[tuple[str, int], list[str]] = {}
    for fact in material.about("verdicts", "decisions"):
        record = fact["record"]
        if record.get("policy_digest"):
            named = used.setdefault((record["policy_digest"], record["policy_version"]), [])
            named += [fact["topic"]] if fact["topic"] not in named else []
    today = known.policy
    if today and not material.past:
        used.setdefault((today.digest, today.version), []).append("in force now")
    for (digest, version), named in used.items():
        at_hand = today if today and today.digest == digest else None
        yield PolicyUsed(
            version=version,
            sha256=digest,
            used_for=tuple(named),
            in_force=None if material.past else at_hand is not None,
            title=at_hand.title if at_hand else None,
            effective_on=at_hand.effective_on if at_hand else None,
            place=_registered_at(digest, known),
            absent={} if known.registered is not None else {"place": known.unregistered},
        )


def _registered_at(digest: str, known: Known) -> str | None:
    said = (one for one in known.registered or () if getattr(one.said, "sha256", None) == digest)
    return next((one.place for one in said if one.said.kind == "policy"), None)


def _retention(material: Material, known: Known) -> RetentionOf | None:
    told = material.told
    if known.policy is None or not told.get("recorded_at"):
        return None
    from moderation.retention import kept_until

    kept = kept_until(known.policy, told, known.tag_retentions)
    return RetentionOf(retention=kept.retention, title=kept.title, until=kept.until)


def _holds(material: Material, known: Known) -> Iterator[HoldOn]:
    """Those that are in force on the post, and those that were."""
    in_force = list(material.told.get("holds") or ())
    acts = [fact["record"].get("hold_id") for fact in material.about("decisions") if fact["kind"] == "legal_hold"]
    entries = known.registered or ()
    standing = holds_of(entries)
    for hold_id in dict.fromkeys([*in_force, *filter(None, acts)]):
        hold = standing.get(hold_id)
        entry = next((one for one in entries if hold and one.said is hold.newest), None)
        unread = dict.fromkeys(("placed_by", "placed_at", "reason", "state", "place"), known.unregistered)
        yield HoldOn(
            hold_id=hold_id,
            in_force=hold_id in in_force,
            state=hold.state if hold else None,
            placed_by=hold.newest.staff_id if hold else None,
            placed_at=entry.recorded_at if entry else None,
            reason=hold.placed.reason if hold else None,
            place=entry.place if entry else None,
            absent={} if known.registered is not None else unread,
        )


def gaps(watched: Mapping[str, Any]) -> Gaps:
    """How the time from posted to first seen was watched."""
    coverage = watched["coverage"]
    return Gaps(
        said=_said(watched),
        source=watched["source"] or None,
        standing=coverage["standing"] if coverage else "unknown",
        watched_since=instant(coverage["watched_since"]) if coverage and coverage["standing"] != "import" else None,
        posted_at=instant(watched["posted_at"]),
        first_seen_at=instant(watched["first_seen_at"]),
        backfill=watched["backfill"],
        periods=tuple(map(_stretch, coverage["periods"])) if coverage else (),
        absent=_why_not(coverage),
    )


def _why_not(coverage: Mapping[str, Any] | None) -> dict[str, str]:
    if coverage is None:
        said = "not known: the source has never said what it was watching"
        return {"watched_since": said, "periods": said}
    if coverage["standing"] == "import":
        said = "never: it was read from a file, and an import watches nothing"
        return {"watched_since": said, "periods": said}
    return {}


def _said(watched: Mapping[str, Any]) -> str:
    """One sentence about the whole of it."""
    coverage = watched["coverage"]
    if why := _why_not(coverage):
        return why["periods"]
    posted, seen = watched["posted_at"], watched["first_seen_at"]
    if posted is None:
        return "the site does not say when it was posted; how the time just before it was seen was watched:"
    if parsed(posted) > parsed(seen):
        return "the site's clock says that it was posted after we saw it"
    if parsed(posted) < parsed(coverage["watched_since"]):
        return "it was posted before we began to watch, and found later"
    return f"{length(parsed(seen) - parsed(posted))} lie between posted and first seen; how they were watched:"


def _stretch(one: Mapping[str, Any]) -> Stretch:
    return Stretch(
        from_at=parsed(one["from_at"]),
        until_at=parsed(one["until_at"]),
        state=one["state"],
        why=one["why"],
        read_afterwards_at=instant(one["read_afterwards_at"]),
        posts=one["posts"],
        cannot_be_made_good=one["cannot_be_made_good"],
        absent={"why": "it was watched"} if one["state"] == "watched" else {},
    )

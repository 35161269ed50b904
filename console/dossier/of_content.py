"""What was posted and who posted it, from the facts about a post and its document."""

from collections.abc import Iterator, Mapping
from typing import Any

from console.dossier.content import Attachment, ContextPost, Erasure, Revision, StaffRelation, What, Who
from console.dossier.material import Document, Fact, Known, Material, given, instant
from console.dossier.part import ERASED
from console.words import iso
from records.registry import Erased, RoleGrant

_RELATIONS = {"parent": "answered by this post", "before": "before", "after": "after"}


def revisions_of(material: Material) -> list[Fact]:
    """The first sighting of each text, by the site's clock, else ours; the text of an erased post has no id left."""
    sightings = sorted((fact for fact in material.about("posts") if _has_text(fact)), key=_happened)
    first: dict[str, Fact] = {}
    for fact in sightings:
        first.setdefault(fact["record"]["revision_id"], fact)
    return list(first.values())


def numbers_of(material: Material) -> dict[str, int]:
    """The number of each text by its revision id."""
    return {fact["record"]["revision_id"]: number for number, fact in enumerate(revisions_of(material), 1)}


def what(material: Material, known: Known) -> What:
    """Every text, the conversation around it, and what became of an erasure."""
    told = {"revisions": ERASED, "context": "not shown: the post was erased"} if material.erased else {}
    if not known.context_posts_max:
        told["context"] = "by the setting dossier_context_posts none is shown"
    elif material.past:
        told["context"] = "of a past state the conversation is not shown"
    return What(
        erased=_erasure(material, known) if material.erased else None,
        revisions=tuple(_revisions(material)),
        in_answer_to=material.last_given("parent_post_id"),
        thread_id=material.last_given("thread_id"),
        context_posts_max=known.context_posts_max,
        context=tuple(_context(relation, document) for relation, document in material.context),
        others_at_this_address=material.others_at_this_address,
        absent=told,
    )


def who(material: Material, known: Known) -> Who:
    """The author as the site last named them, every other name it gave for this post, and what ties them to us."""
    if material.erased:
        return Who(absent=dict.fromkeys(("name", "author_id", "url", "other_names", "staff"), ERASED))
    latest = material.last_given("author") or {}
    named = [fact["record"]["author"] for fact in material.about("posts") if _names_author(fact)]
    names = dict.fromkeys(author["name"] for author in named if author.get("name"))
    author_id = latest.get("author_id")
    return Who(
        name=given(latest.get("name")),
        author_id=author_id,
        url=given(latest.get("url")),
        other_names=tuple(name for name in names if name != latest.get("name")),
        staff=tuple(_staff(author_id, material, known)) if author_id else (),
        absent={} if known.registered is not None else {"staff": known.unregistered},
    )


def _has_text(fact: Fact) -> bool:
    return fact["kind"] in ("seen", "edited") and bool(fact["record"].get("revision_id"))


def _names_author(fact: Fact) -> bool:
    return fact["kind"] in ("seen", "edited", "removed") and bool(fact["record"].get("author"))


def _happened(fact: Fact) -> str:
    return iso(fact["record"].get("site_at") or fact["record"]["seen_at"]) or ""


def _revisions(material: Material) -> Iterator[Revision]:
    for number, fact in enumerate(revisions_of(material), 1):
        record = fact["record"]
        yield Revision(
            number=number,
            current=record["revision_id"] == material.told.get("revision_id"),
            text=None if material.erased else given(record.get("text")),
            text_cut=record.get("text_cut", False),
            attachments=() if material.erased else tuple(map(_attachment, record.get("media", ()))),
            revision_id=record["revision_id"],
            place=fact["place"],
            absent={"text": ERASED, "attachments": ERASED} if material.erased else {},
        )


def _attachment(media: Mapping[str, Any]) -> Attachment:
    return Attachment(url=media["url"], sha256=media.get("sha256"), media_type=given(media.get("media_type")))


def _context(relation: str, document: Document) -> ContextPost:
    erased = {"text": ERASED, "author_name": ERASED} if document.get("erased") else {}
    return ContextPost.model_validate(
        {
            "relation": _RELATIONS[relation],
            "post_id": document["post_id"],
            "author_name": given(document.get("author_name")),
            "posted_at": instant(document.get("posted_at")),
            "text": given(document.get("text")),
            "absent": erased,
        }
    )


def _staff(author_id: str, material: Material, known: Known) -> Iterator[StaffRelation]:
    """The roles of whoever has this id with us; whether that is the same person the ids alone do not show."""
    if known.policy and author_id in known.policy.own_authors:
        said = "the policy names this account as one that may speak for us"
        yield StaffRelation(basis="own_author", said=said, place=f"policy version {known.policy.version}")
    from ingest.registry import newest

    grant = newest(known.registered or (), "role").get(author_id)
    if grant is not None and isinstance(grant.said, RoleGrant):
        yield StaffRelation(basis="role", said=_role(grant.said), place=grant.place)
    own = [fact for fact in material.about("posts") if (fact["record"].get("reaction") or {}).get("staff_id")]
    if grant is None and any(fact["record"]["reaction"]["staff_id"] == author_id for fact in own):
        said = "the site reports reactions by this account as those of our staff"
        yield StaffRelation(basis="role", said=said, place=own[0]["place"])


def _role(grant: RoleGrant) -> str:
    held = "has" if grant.granted else "had, until it was taken back,"
    until = f" until {grant.until:%Y-%m-%d}" if grant.until else ""
    same = "ids alone do not show whether it is the same person"
    return f"a member of staff with this id {held} the role {grant.role}{until}; {same}"


def _erasure(material: Material, known: Known) -> Erasure:
    """By the decisions that were accepted, and by what the registry says of the keeper's part."""
    requested, confirmed = _acts(material)
    from ingest.registry import newest

    done = newest(known.registered or (), "erased").get(material.post_id)
    said = done.said if done and isinstance(done.said, Erased) else None
    keeper = ("keys_overwritten_at", "entries", "keys_until")
    return Erasure(
        basis=(confirmed or requested or {"record": {}})["record"].get("basis"),
        **_act(requested, "requested"),
        **_act(confirmed, "confirmed"),
        keys_overwritten_at=done.recorded_at if done else None,
        entries=dict(said.entries) if said else {},
        keys_until=said.keys_until if said else None,
        absent={} if known.registered is not None else dict.fromkeys(keeper, known.unregistered),
    )


def _acts(material: Material) -> tuple[Fact | None, Fact | None]:
    """The request and the confirmation that stand, by what the fold noted, else by what it accepted."""
    noted = material.told.get("parts", {}).get("decided", {}).get("erasure")
    if noted:
        by_place = {fact["place"]: fact for fact in material.about("decisions")}
        return by_place.get(noted["requested_place"]), by_place.get(noted["confirmed_place"])
    acts = {fact["record"].get("state"): fact for fact in _accepted_erasures(material)}
    return acts.get("requested"), acts.get("confirmed") or acts.get("expired")


def _accepted_erasures(material: Material) -> list[Fact]:
    decided = material.told.get("parts", {}).get("decided", {}).get("decisions", ())
    accepted = {entry["record_id"] for entry in decided if entry["accepted"]}
    return [fact for fact in material.about("decisions") if fact["kind"] == "erase" and fact["record_id"] in accepted]


def _act(fact: Fact | None, name: str) -> dict[str, Any]:
    if fact is None:
        return {}
    by, at = fact["record"].get("staff_id"), instant(fact["recorded_at"])
    return {f"{name}_by": by, f"{name}_at": at, f"{name}_place": fact["place"]}

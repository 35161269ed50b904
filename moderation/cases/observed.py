"""What was observed of a post: the topic `posts` folded in offset order into one part of its document.

**What stands** is not what arrived last. Two observations are compared by the site's clock where both have it, else by
ours; on a tie the one further down the log stands. The latest sighting gives the current revision; a removal stands
unless a sighting is later than it.

**The same fact again** (its `record_id` is known) changes nothing, unless it was *seen* later than before: then it is
another look at the same thing. It makes no revision and no second fact, but it moves `last_seen_at`, and a post that
the site put back unchanged, or a text that was changed back and forth without site times, stands again.

**History** (`backfill`) is a revision that an import recorded first. A live one that an import brings once more keeps
its clocks, and an imported one that is seen again starts none.
"""

from typing import Any

from moderation.cases.earlier import with_text
from moderation.cases.entries import first_and_latest
from moderation.cases.instants import earliest, iso, iso_or_none, latest
from records.digests import text_digest
from records.posts import Post
from records.received import Received

REVISIONS_KEPT = 50
SIGHTINGS_KEPT = 200
REPORTS_KEPT = 200
REPORT_TIMES_KEPT = 50
REACTIONS_KEPT = 200

Part = dict[str, Any]
Told = dict[str, Any]

TEXT_OF_A_PERSON = ("page_title", "author", "text", "text_digest", "texts")
"""What an erasure takes out of this part. The fold decides nothing by it, so that it may be taken out at any time."""


def nothing() -> Part:
    """The part before the first observation."""
    return {
        "source": None,
        "native_id": None,
        "surface": None,
        "url": None,
        "page_title": None,
        "author": None,
        "parent_post_id": None,
        "thread_id": None,
        "language": None,
        "text": None,
        "text_digest": None,
        "texts": [],
        "revision_id": None,
        "site_at": None,
        "seen_at": None,
        "backfill": False,
        "removed": None,
        "posted_at": None,
        "first_seen_at": None,
        "last_seen_at": None,
        "revisions": [],
        "revision_count": 0,
        "report_count": 0,
        "reported_at": None,
        "report_times": [],
        "reaction_count": 0,
        "sightings": [],
        "report_ids": [],
        "reaction_ids": [],
        "recorded_at": None,
    }


def fold(observed: Part, received: Received) -> Part:
    """The part with one more observation."""
    post: Post = received.record
    return _FOLDS[post.kind](observed, post, iso(received.recorded_at))


def is_later(one: Part, other: Part) -> bool:
    """By the site's clock where both have it, then by ours."""
    if one["site_at"] is not None and other["site_at"] is not None and one["site_at"] != other["site_at"]:
        return bool(one["site_at"] > other["site_at"])
    return bool(one["seen_at"] > other["seen_at"])


def is_visible(observed: Part) -> bool | None:
    """Whether the latest thing observed is the post, not its removal; None where neither was."""
    if observed["removed"] is None:
        return None if observed["revision_id"] is None else True
    return observed["revision_id"] is not None and is_later(observed, observed["removed"])


def first_seen_after(observed: Part, instant: str) -> str | None:
    """When the first sighting of the post was recorded, of those that are later than an instant by our clock."""
    later = [sighting for sighting in observed["sightings"] if len(sighting) == _SIGHTED and sighting[1] > instant]
    return min(later, key=lambda sighting: sighting[1])[2] if later else None


def without_content(observed: Part) -> Part:
    """The part as an erasure leaves it."""
    return observed | dict.fromkeys(TEXT_OF_A_PERSON)


def _sighting(observed: Part, post: Post, recorded_at: str) -> Part:
    clocks = _clocks(post)
    if _is_known(observed, post.record_id, clocks["seen_at"]):
        return observed
    if post.erased:
        return _stub(observed, post, clocks, recorded_at)
    stands = observed["revision_id"] is None or not is_later(observed, clocks)
    told = _told(post)
    return {
        **observed,
        **(_newer_over_older(told, observed) if stands else _newer_over_older(observed, told, told)),
        **(_current(observed, post, clocks) if stands else _told_late(observed, post)),
        **_revisions(observed, post, clocks, recorded_at),
        "posted_at": earliest(observed["posted_at"], clocks["site_at"]),
        "first_seen_at": earliest(observed["first_seen_at"], clocks["seen_at"]),
        "last_seen_at": latest(observed["last_seen_at"], clocks["seen_at"]),
        "sightings": _remember_sighting(observed["sightings"], post.record_id, clocks["seen_at"], recorded_at),
        "recorded_at": latest(observed["recorded_at"], recorded_at),
    }


def _stub(observed: Part, post: Post, clocks: Part, recorded_at: str) -> Part:
    """A sighting of a post that was erased: it is there, and that is all that it says."""
    stands = observed["seen_at"] is not None and not is_later(observed, clocks)
    return {
        **_mention(observed, post, recorded_at),
        **(clocks if stands else {}),
        "posted_at": earliest(observed["posted_at"], clocks["site_at"]),
        "first_seen_at": earliest(observed["first_seen_at"], clocks["seen_at"]),
        "last_seen_at": latest(observed["last_seen_at"], clocks["seen_at"]),
        "sightings": _remember_sighting(observed["sightings"], post.record_id, clocks["seen_at"], recorded_at),
    }


def _removal(observed: Part, post: Post, recorded_at: str) -> Part:
    clocks = _clocks(post)
    if _is_known(observed, post.record_id, clocks["seen_at"]):
        return observed
    stands = observed["removed"] is None or not is_later(observed["removed"], clocks)
    return {
        **_mention(observed, post, recorded_at),
        "removed": clocks if stands else observed["removed"],
        "sightings": _remember_sighting(observed["sightings"], post.record_id, clocks["seen_at"]),
    }


def _report(observed: Part, post: Post, recorded_at: str) -> Part:
    if post.record_id in observed["report_ids"]:
        return observed
    return {
        **_mention(observed, post, recorded_at),
        "report_count": observed["report_count"] + 1,
        "reported_at": latest(observed["reported_at"], recorded_at),
        "report_times": first_and_latest([*observed["report_times"], recorded_at], REPORT_TIMES_KEPT),
        "report_ids": _remember(observed["report_ids"], post.record_id, REPORTS_KEPT),
    }


def _reaction(observed: Part, post: Post, recorded_at: str) -> Part:
    if post.record_id in observed["reaction_ids"]:
        return observed
    return {
        **_mention(observed, post, recorded_at),
        "reaction_count": observed["reaction_count"] + 1,
        "reaction_ids": _remember(observed["reaction_ids"], post.record_id, REACTIONS_KEPT),
    }


_FOLDS = {"seen": _sighting, "edited": _sighting, "removed": _removal, "reported": _report, "reacted": _reaction}


_SIGHTED = 3


def _is_known(observed: Part, record_id: str, seen_at: str) -> bool:
    return any(known[0] == record_id and known[1] >= seen_at for known in observed["sightings"])


def _clocks(post: Post) -> Part:
    return {"site_at": iso_or_none(post.site_at), "seen_at": iso(post.seen_at)}


def _told(post: Post) -> Told:
    author = post.author
    return {
        "source": post.source,
        "native_id": post.native_id,
        "surface": None if post.surface == "unknown" else post.surface,
        "url": post.url,
        "page_title": post.page_title,
        "author": None if author is None else {"author_id": author.author_id, "name": author.name},
        "parent_post_id": post.parent_post_id,
        "thread_id": post.thread_id,
        "language": post.language,
    }


def _newer_over_older(newer: Told, older: Told, names: Told | None = None) -> Told:
    return {name: older[name] if newer[name] is None else newer[name] for name in names or newer}


def _mention(observed: Part, post: Post, recorded_at: str) -> Part:
    """An observation without text only fills what no sighting told."""
    told = _told(post)
    return {
        **observed,
        **_newer_over_older(observed, told, told),
        "recorded_at": latest(observed["recorded_at"], recorded_at),
    }


def _current(observed: Part, post: Post, clocks: Part) -> Part:
    text = post.text or ""
    known = _known_revision(observed, post)
    edited = observed["revision_id"] != post.revision_id
    before = (observed["text"], observed["text_digest"])
    return {
        **clocks,
        "text": text,
        "text_digest": text_digest(text),
        "texts": with_text(observed["texts"], *before) if edited else observed["texts"],
        "revision_id": post.revision_id,
        "backfill": known["backfill"] if known else post.backfill,
    }


def _told_late(observed: Part, post: Post) -> Part:
    """A text that does not stand was one before, unless it is another look at the one that does."""
    if not post.text or observed["revision_id"] == post.revision_id:
        return {}
    return {"texts": with_text(observed["texts"], post.text, text_digest(post.text))}


def _known_revision(observed: Part, post: Post) -> Part | None:
    return next((one for one in observed["revisions"] if one["revision_id"] == post.revision_id), None)


def _revisions(observed: Part, post: Post, clocks: Part, recorded_at: str) -> Part:
    known = observed["revisions"]
    if _known_revision(observed, post):
        return {}
    revision = {
        "revision_id": post.revision_id,
        **clocks,
        "recorded_at": recorded_at,
        "backfill": post.backfill,
    }
    return {"revisions": [*known, revision][-REVISIONS_KEPT:], "revision_count": observed["revision_count"] + 1}


def _remember(known: list[str], record_id: str, kept: int) -> list[str]:
    return [*known, record_id][-kept:]


def _remember_sighting(known: list[list[str]], record_id: str, *times: str) -> list[list[str]]:
    """When it was seen; and where the post was there, when that was recorded."""
    others = [sighting for sighting in known if sighting[0] != record_id]
    return [*others, [record_id, *times]][-SIGHTINGS_KEPT:]

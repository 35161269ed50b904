"""When a post was seen, changed and gone: from looks at moments to bounds, purely.

What was read as history (an import, a backfill) says nothing of when the site showed it to us: there the site's own
clock is the bound, and we cannot check it. A bound that the site's clock contradicts is not given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from console.dossier.content import Edit, Observation, Visible, When
from console.dossier.material import Fact, Material, instant
from console.words import parsed

HISTORY = "it was read as history, and the site does not say until when it stood"
AFTER = "by the site's clock it began after we saw it, so that clock gives no bound"
NO_LOOK = "it was read as history, and the site does not say when the text before it stood"


@dataclass(frozen=True, slots=True)
class Look:
    """One moment: the post was there with some text, or was not; `last_at` is the last time that was seen so."""

    there: bool
    seen_at: datetime
    last_at: datetime
    site_at: datetime | None = None
    revision: int | None = None
    history: bool = False

    def stood_at(self, before: datetime | None) -> datetime | None:
        """The latest moment at which this is known to have stood, given when the site says that it ended."""
        at = self.site_at if self.history else self.last_at
        if at is None or before is None or at <= before:
            return at
        return self.site_at if self.site_at is not None and self.site_at <= before else None


def when(material: Material, numbers: dict[str, int]) -> When:
    """Posted, seen, changed and gone, each as far as it is known."""
    looks = looks_of(material, numbers)
    there = [look for look in looks if look.there]
    stretches = tuple(visible(looks))
    said = [look.site_at for look in there if look.site_at]
    return When(
        posted_at=min(said, default=None),
        first_seen_at=min((look.seen_at for look in there), default=None),
        last_seen_at=max((look.last_at for look in there), default=None),
        missing_at=next((one.missing_at for one in stretches[::-1] if one.missing_at), None),
        visible=stretches,
        edits=tuple(edits(there)),
        observations=tuple(_observation(fact, numbers) for fact in material.about("posts")),
    )


def looks_of(material: Material, numbers: dict[str, int]) -> list[Look]:
    """Sightings, removals and what was observed after an order; by the site's clock where all have it, else ours."""
    lasts = _last_looks(material)
    found = [_look(fact, numbers, lasts, imported=material.imported) for fact in material.about("posts")]
    looks = [look for look in found if look is not None]
    looks += [
        Look(bool(fact["record"]["visible"]), at, at)
        for fact in material.about("outcomes")
        if fact["record"].get("result") == "observed" and fact["record"].get("visible") is not None
        for at in [parsed(fact["record"]["happened_at"])]
    ]
    if all(look.site_at for look in looks):
        return sorted(looks, key=lambda look: (look.site_at or look.seen_at, look.seen_at))
    return sorted(looks, key=lambda look: look.seen_at)


def visible(looks: Sequence[Look]) -> Iterator[Visible]:
    """Stretches in which it was there, each with its bounds."""
    there: list[Look] = []
    missing: Look | None = None
    if looks and not any(look.there for look in looks):
        yield _stretch([], None, looks[0])
    for look in looks:
        if look.there:
            there.append(look)
        elif there:
            yield _stretch(there, missing, look)
            there, missing = [], look
        else:
            missing = look
    if there:
        yield _stretch(there, missing, None)


def edits(there: Sequence[Look]) -> Iterator[Edit]:
    """Between the last look at a text and the first at the next one it was changed."""
    for old, new in pairwise([look for look in there if look.revision is not None]):
        if old.revision != new.revision:
            upper = min(filter(None, (new.site_at, new.seen_at)))
            before = old.stood_at(upper)
            yield Edit(
                revision=new.revision or 0,
                not_before=before,
                at_latest=new.seen_at,
                site_at=new.site_at,
                absent={"not_before": NO_LOOK},
            )


def _look(fact: Fact, numbers: dict[str, int], lasts: dict[str, datetime], *, imported: bool) -> Look | None:
    record = fact["record"]
    if fact["kind"] not in ("seen", "edited", "removed"):
        return None
    seen_at = parsed(record["seen_at"])
    return Look(
        there=fact["kind"] != "removed",
        seen_at=seen_at,
        last_at=max(seen_at, lasts.get(fact["record_id"], seen_at)),
        site_at=instant(record.get("site_at")),
        revision=numbers.get(record.get("revision_id") or ""),
        history=bool(record.get("backfill")) or imported,
    )


def _last_looks(material: Material) -> dict[str, datetime]:
    """The index has each fact once, and the document remembers when it was seen last."""
    observed = material.told.get("parts", {}).get("observed", {})
    return {record_id: parsed(seen_at) for record_id, seen_at, *_ in observed.get("sightings", ())}


def _stretch(there: Sequence[Look], missing_before: Look | None, missing: Look | None) -> Visible:
    first = min((look.seen_at for look in there), default=None)
    not_before = _began(there, missing_before)
    late = not_before is not None and first is not None and not_before > first
    upper = min(filter(None, (missing.site_at, missing.seen_at))) if missing else None
    why = {"last_seen_at": HISTORY} if there else {}
    return Visible(
        not_before=None if late else not_before,
        at_latest=first,
        last_seen_at=max(filter(None, (look.stood_at(upper) for look in there)), default=None),
        missing_at=missing.seen_at if missing else None,
        removed_at=missing.site_at if missing else None,
        absent=why
        | ({"not_before": AFTER} if late else {})
        | ({"removed_at": "the site does not say"} if missing else {}),
    )


def _began(there: Sequence[Look], missing_before: Look | None) -> datetime | None:
    """When it was posted, by the site's clock; of a later stretch, when it was missing last."""
    if missing_before is not None:
        return missing_before.site_at or missing_before.seen_at
    return min((look.site_at for look in there if look.site_at), default=None)


def _observation(fact: Fact, numbers: dict[str, int]) -> Observation:
    record = fact["record"]
    return Observation(
        kind=fact["kind"],
        revision=numbers.get(record.get("revision_id") or ""),
        site_at=instant(record.get("site_at")),
        seen_at=parsed(record["seen_at"]),
        recorded_at=parsed(fact["recorded_at"]),
        backfill=record.get("backfill", False),
        place=fact["place"],
    )

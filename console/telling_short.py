"""Parts of a dossier that are many and alike, each in one line that leaves none of its fields out."""

from collections.abc import Callable, Mapping
from typing import Any

from console.dossier.content import Observation
from console.dossier.handling import Counted
from console.dossier.standing import Cosignature, FactProved, Stretch
from console.telling_watching import stretch
from console.terminal import safe_line
from console.words import clock, counted

KINDS = {
    "removed": "removed from the site",
    "reported": "reported by somebody",
    "reacted": "reacted to",
}


def _observation(one: Observation) -> str:
    revision = f"revision {one.revision}" if one.revision else one.absent["revision"]
    site = clock(one.site_at.isoformat()) if one.site_at else one.absent["site_at"]
    history = "read as history" if one.backfill else "as it happened"
    clocks = f"we saw it {clock(one.seen_at.isoformat())}; recorded {clock(one.recorded_at.isoformat())}"
    kind = KINDS.get(one.kind, one.kind)
    return safe_line(f"{kind} ({revision}); by the site's clock: {site}; {clocks} at {one.place}; {history}")


def _counted(one: Counted) -> str:
    return safe_line(f"{one.what}: {counted(one.count, 'time')}, the last seen {clock(one.last_at.isoformat())}")


def _fact(one: FactProved) -> str:
    if one.leaf_index is None:
        return safe_line(f"{one.place}: {one.absent['leaf_index']}; log: {one.log or one.absent['log']}")
    included = "leads to the signed root" if one.included else "DOES NOT LEAD TO THE SIGNED ROOT"
    content = one.absent["content"] if one.content is None else f"content {one.content}"
    digests = counted(len(one.proof), "digest")
    where = f"leaf {one.leaf_index} of {one.log}, hash {one.leaf_hash}"
    return safe_line(f"{one.place}: {where}; proof of {digests} at size {one.checkpoint} {included}; {content}")


def _cosignature(one: Cosignature) -> str:
    valid = "valid" if one.valid else "NOT VALID"
    return safe_line(f"{one.witness}, {clock(one.at.isoformat())}, {valid}")


def _stretch(one: Stretch) -> str:
    return stretch(one.model_dump(mode="json"))


SHORT: Mapping[type, Callable[[Any], str]] = {
    Observation: _observation,
    Counted: _counted,
    FactProved: _fact,
    Cosignature: _cosignature,
    Stretch: _stretch,
}

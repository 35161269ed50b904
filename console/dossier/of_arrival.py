"""Where a post stood and how it got in, from the facts about it, the registry of surfaces and the policy."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from console.dossier.content import Surroundings, Where
from console.dossier.handling import Arrival, Capture, HowItGotIn, Http
from console.dossier.material import Fact, Known, Material, given
from console.dossier.part import ERASED, LEARNT_LATER
from console.words import parsed
from records.digests import sha256_hex
from records.registry import Surface

if TYPE_CHECKING:
    from ingest.registry import Registered


def where(material: Material, known: Known) -> Where:
    """The surface and its address, and what was set up about it then and now."""
    surface = material.last_given("surface")
    gone = {"page_title": ERASED, "language": ERASED} if material.erased else {}
    began = min((parsed(fact["recorded_at"]) for fact in material.facts), default=known.now)
    why = {} if known.registered is not None else dict.fromkeys(("then", "now"), known.unregistered)
    return Where(
        surface=surface,
        url=material.last_given("url"),
        page_title=None if material.erased else material.last_given("page_title"),
        source=material.last_given("source"),
        native_id=material.last_given("native_id"),
        language=None if material.erased else material.told.get("language") or material.last_given("language"),
        then=_surroundings(surface, material, known, began),
        now=None if material.past else _surroundings(surface, material, known, known.now),
        absent=gone | why | ({"now": LEARNT_LATER} if material.past else {}),
    )


def how_it_got_in(material: Material) -> HowItGotIn:
    """One arrival for each observation; reports and reactions of others keep their bytes to themselves."""
    return HowItGotIn(arrivals=tuple(_arrival(fact, erased=material.erased) for fact in material.about("posts")))


def _surroundings(surface: str | None, material: Material, known: Known, at: datetime) -> Surroundings | None:
    """By the registry, else by the policy; of another policy than today's we do not know what it said."""
    entry = _set_up(surface, known, at) if surface else None
    if entry is not None and isinstance(entry.said, Surface):
        said = entry.said
        return Surroundings(nature=said.nature, said_by="registry", terms=given(said.terms), place=entry.place)
    if known.policy is None or (at < known.now and not _same_policy(material, known)):
        return None
    listed = any(line.covers(surface or "") for line in known.policy.surfaces)
    return Surroundings(
        nature=known.policy.nature(surface or ""),
        said_by="policy" if listed else "unknown counts as static",
        absent={} if known.registered is not None else {"terms": known.unregistered, "place": known.unregistered},
    )


def _set_up(surface: str, known: Known, at: datetime) -> "Registered | None":
    from ingest.registry import newest

    then = [one for one in known.registered or () if one.recorded_at <= at]
    return newest(then, "surface").get(surface)


def _same_policy(material: Material, known: Known) -> bool:
    """Was it judged under the policy of today the first time?"""
    judged = [fact["record"].get("policy_digest") for fact in material.about("verdicts")]
    return bool(judged and known.policy and judged[0] == known.policy.digest)


def _arrival(fact: Fact, *, erased: bool) -> Arrival:
    record = fact["record"]
    collector = record.get("collector") or {}
    others = fact["kind"] in ("reported", "reacted")
    capture = None if others else record.get("capture")
    why = {"capture": "not shown: the bytes are what somebody else said"} if others and record.get("capture") else {}
    return Arrival(
        kind=fact["kind"],
        source=collector.get("source") or record.get("source") or fact["post_id"].partition(":")[0],
        source_version=given(collector.get("version")),
        source_config_sha256=collector.get("config_digest"),
        capture=_capture(capture, erased=erased) if capture else None,
        topic=fact["topic"],
        topic_id=fact["topic_id"],
        partition=fact["partition"],
        offset=fact["offset"],
        recorded_at=parsed(fact["recorded_at"]),
        record_id=fact["record_id"],
        absent=why,
    )


def _capture(capture: Mapping[str, Any], *, erased: bool) -> Capture:
    """Of an erased post its digests and sizes are left."""
    http = None if erased else capture.get("http")
    return Capture(
        sha256=capture["sha256"],
        size_bytes=capture["size_bytes"],
        cut=capture.get("cut", False),
        unchanged=None if erased else _unchanged(capture),
        whole_sha256=capture["whole_sha256"],
        whole_size_bytes=capture["whole_size_bytes"],
        media_type=given(capture.get("media_type")),
        http=_http(http) if http else None,
        absent={"http": ERASED, "unchanged": ERASED} if erased else {"http": "it did not come over HTTP"},
    )


def _unchanged(capture: Mapping[str, Any]) -> bool | None:
    """Whether the bytes that we kept still have their digest; None where they were cut, or are gone."""
    if capture.get("cut") or "content" not in capture:
        return None
    try:
        content = base64.b64decode(capture["content"].translate({ord("-"): "+", ord("_"): "/"}))
    except binascii.Error:
        return False
    return bool(sha256_hex(content) == capture["sha256"])


def _http(http: Mapping[str, Any]) -> Http:
    return Http(
        method=http["method"],
        url=http["url"],
        status=http.get("status"),
        remote=given(http.get("remote")),
        headers=dict(http.get("headers", {})),
    )

"""What was just done, told on the page that comes after it, with the way to take it back."""

from dataclasses import dataclass
from typing import Any

from console.web.desk import Desk
from console.web.route import Asked
from console.web.saying import TITLES
from moderation.cases.entries import result_of
from search.handled import part_of


@dataclass(frozen=True, slots=True)
class Flash:
    """What was just done, and how long it can still be taken back before the site is asked."""

    what: str
    post_id: str
    record_id: str
    version: int
    until: str | None
    counted: bool
    refusal: str


async def flash_in(desk: Desk, asked: Asked) -> Flash | None:
    """What the last act was, by the document that it was about; an address alone cannot claim anything."""
    last, record_id = asked.query("last"), asked.query("record")
    document = await part_of(desk.search, last, "parts.decided", "version", "wants_after") if last else None
    entry = result_of(document["parts"]["decided"], record_id) if document else None
    return flash_of(last, entry, document) if document and entry else None


def flash_of(post_id: str, entry: dict[str, Any], document: dict[str, Any]) -> Flash:
    """The same of an entry of its document; only a decision of one's own that stands can be taken back."""
    mine = entry["kind"] == "decide" and entry["accepted"] and not entry["undone_by"]
    what = TITLES.get(entry["action"] or entry["kind"], entry["kind"])
    return Flash(
        what=what,
        post_id=post_id,
        record_id=entry["record_id"] if mine else "",
        version=document["version"],
        until=document.get("wants_after") if mine else None,
        counted=entry["accepted"],
        refusal=entry["refusal"] or "",
    )

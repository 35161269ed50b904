"""What was found as lines of a list: what each says, with its matches, who said it where, and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from console.hits import TEXT_CHARS_MAX
from console.web.care import carried, carried_before
from console.web.pasting import how_alike
from console.web.saying import STATES
from console.words import minute
from search.finder import Hit
from search.marks import pieces

BETWEEN_FRAGMENTS = (" … ", False)
EARLIER = "an earlier text says this"


@dataclass(frozen=True, slots=True)
class Row:
    """One post that was found, and where its pages are; `carried` are the labels of its text.

    `alike` says how nearly it means what was asked for, and `says` where it does not say it in the text that is shown.
    """

    post_id: str
    carried: tuple[str, ...]
    address: str
    dossier: str
    pieces: tuple[tuple[str, bool], ...]
    absent: str
    who: str
    surface: str
    when: str
    state: str
    gone: bool
    labels: tuple[str, ...]
    alike: str
    says: str


@dataclass(frozen=True, slots=True)
class Group:
    """Some of what was found, under a title, or under none."""

    title: str
    rows: tuple[Row, ...]


def row(hit: Hit, at: datetime | None = None) -> Row:
    """A hit as a line of the list; with a time, its dossier is that of the time."""
    document = hit.document
    text = document.get("text") or ""
    cut = ((text[:TEXT_CHARS_MAX] + ("…" if len(text) > TEXT_CHARS_MAX else ""), False),) if text else ()
    marked = tuple(part for fragment in hit.fragments for part in (*pieces(fragment), BETWEEN_FRAGMENTS))[:-1]
    erased, before = bool(document.get("erased")), hit.says == "before"
    which = urlencode({"post": document["post_id"]})
    return Row(
        post_id=document["post_id"],
        carried=carried_before(document) if before and not erased else carried(document),
        address=f"/case?{which}",
        dossier=f"/dossier?{which}" + (f"&{urlencode({'at': at.isoformat()})}" if at else ""),
        pieces=() if erased else marked or cut,
        absent="erased" if erased else "without text",
        who=document.get("author_name") or document.get("author_id") or "somebody without a name",
        surface=document.get("surface") or "unknown",
        when=minute(document.get("posted_at") or document.get("first_seen_at")),
        state=STATES.get(document.get("state", ""), ""),
        gone=document.get("visible") is False,
        labels=tuple(document.get("labels") or ()),
        alike=how_alike(hit.similarity),
        says=EARLIER if before and not erased else "",
    )

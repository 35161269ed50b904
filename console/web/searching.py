"""The page of a search: a form, what it finds with the matches marked, and the way from it to a queue."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from console.hits import TEXT_CHARS_MAX, total
from console.web import asked_for
from console.web.asked_for import Given
from console.web.desk import Desk
from console.web.labelled import labelled
from console.web.rendering import page
from console.web.route import DECIDERS, Asked, Missing
from console.web.saved import Saved, hours_of, may_change, queues_in
from console.web.saying import STATES
from console.words import SEVERITIES, minute
from records.errors import Malformed
from search.finder import Found, Hit, as_asked, find
from search.marks import pieces
from search.queries import Wanted

BAD_REQUEST = 400
BETWEEN_FRAGMENTS = (" … ", False)


@dataclass(frozen=True, slots=True)
class Row:
    """One post that was found, and where its page is."""

    address: str
    pieces: tuple[tuple[str, bool], ...]
    absent: str
    who: str
    surface: str
    when: str
    state: str
    gone: bool
    labels: tuple[str, ...]


async def search(desk: Desk, asked: Asked) -> Response:
    """A form alone, or with one page of what it asks for; a queue that is to be changed fills the form."""
    saved = saved_of(desk, asked.query("queue"))
    params = asked.request.query_params
    given: Given = {}
    try:
        given = asked_for.given_in(params.multi_items()) or _given_of(saved)
        wanted = asked_for.wanted_of(given)
        if not given and "words" not in params:
            return _page(desk, asked, given, saved)
        found = await _found(desk, wanted, asked.query("after"))
    except Malformed as problem:
        return _page(desk, asked, given, saved, problem=str(problem))
    await desk.audit(asked.staff.staff_id, "search", "posts", asked_for.in_words(given))
    return _page(desk, asked, given, saved, found)


def saved_of(desk: Desk, name: str) -> Saved | None:
    """The saved queue of this name, or none where no name is given; raises Missing."""
    if not name:
        return None
    found = next((one for one in queues_in(desk.set_up.newest("queue")) if one.name == name), None)
    if found is None:
        raise Missing("nobody has saved a queue of this name, or it was removed")
    return found


def row(hit: Hit) -> Row:
    """A hit as a line of the list."""
    document = hit.document
    text = document.get("text") or ""
    cut = ((text[:TEXT_CHARS_MAX] + ("…" if len(text) > TEXT_CHARS_MAX else ""), False),) if text else ()
    marked = tuple(part for fragment in hit.fragments for part in (*pieces(fragment), BETWEEN_FRAGMENTS))[:-1]
    erased = bool(document.get("erased"))
    return Row(
        address=f"/case?{urlencode({'post': document['post_id']})}",
        pieces=() if erased else marked or cut,
        absent="erased" if erased else "without text",
        who=document.get("author_name") or document.get("author_id") or "somebody without a name",
        surface=document.get("surface") or "unknown",
        when=minute(document.get("posted_at") or document.get("first_seen_at")),
        state=STATES.get(document.get("state", ""), ""),
        gone=document.get("visible") is False,
        labels=tuple(document.get("labels") or ()),
    )


def _given_of(saved: Saved | None) -> Given:
    if saved is None or saved.queue is None:
        return {}
    return asked_for.given_of(saved.queue.wanted) or {}


async def _found(desk: Desk, wanted: Wanted, after: str) -> Found:
    following = asked_for.page_of(wanted, after) if after else None
    return await (as_asked(desk.search, following) if following else find(desk.search, wanted))


def _page(
    desk: Desk, asked: Asked, given: Given, saved: Saved | None, found: Found | None = None, *, problem: str = ""
) -> Response:
    after = asked_for.after_of(found) if found else ""
    may = asked.staff.role in DECIDERS and (saved is None or may_change(saved, asked.staff))
    return page(
        asked,
        "search.html",
        BAD_REQUEST if problem else 200,
        given=given,
        problem=problem,
        found=found,
        total=total(found) if found else "",
        rows=[row(hit) for hit in found.hits] if found else [],
        more=asked_for.query_of(given, words=given.get("words", ("",))[-1], after=after) if after else "",
        query=asked_for.query_of(given, **({"queue": saved.name} if saved else {})),
        saved=saved,
        may_save=may and found is not None,
        states=STATES,
        severities=[(str(number), word) for number, word in enumerate(SEVERITIES)],
        sorts=list(asked_for.SORT_TITLES.items()),
        hours=hours_of(saved.said.service_level_minutes) if saved else "",
        labels={name: label.title for name, label in labelled(desk).labels.items()},
    )

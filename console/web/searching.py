"""The page of a search: a form, what it finds with the matches marked, and the way from it to a queue."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from console.hits import TEXT_CHARS_MAX, total
from console.web import asked_for
from console.web.asked_for import Given
from console.web.bars import Drawing, drawing
from console.web.desk import Desk
from console.web.narrowing import Counted, chips, counted
from console.web.rendering import page
from console.web.route import DECIDERS, Asked, Missing
from console.web.saved import Saved, hours_of, may_change, queues_in
from console.web.saying import STATES
from console.words import SEVERITIES, minute
from records.errors import Malformed
from search.finder import Found, Hit, as_asked, find, nearest_to
from search.marks import pieces
from search.overview import counts, fitting, histogram
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


@dataclass(frozen=True, slots=True)
class Overview:
    """What was found, counted."""

    facets: tuple[Counted, ...]
    times: Drawing | None


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
        found, overview = await _looked(desk, wanted, given, asked.query("after"), saved)
    except Malformed as problem:
        return _page(desk, asked, given, saved, problem=str(problem))
    await desk.audit(asked.staff.staff_id, "search", "posts", asked_for.in_words(given))
    return _page(desk, asked, given, saved, (found, overview))


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


async def _looked(desk: Desk, wanted: Wanted, given: Given, after: str, saved: Saved | None) -> tuple[Found, Overview]:
    """One page of it, and counts of all of it: most searches find what they ask for, so that both are asked at once."""
    found, overview = await asyncio.gather(_found(desk, wanted, after), _counted(desk, wanted, given, saved))
    return found, await _counted(desk, nearest_to(wanted), given, saved) if found.nearest else overview


async def _found(desk: Desk, wanted: Wanted, after: str) -> Found:
    following = asked_for.page_of(wanted, after) if after else None
    return await (as_asked(desk.search, following) if following else find(desk.search, wanted))


async def _counted(desk: Desk, wanted: Wanted, given: Given, saved: Saved | None) -> Overview:
    found, more = await counts(desk.search, wanted), _more(saved)
    facets = tuple(counted(found.facets, given, desk.policy, **more))
    if found.span is None:
        return Overview(facets, None)
    times = await histogram(desk.search, wanted, fitting(found.span))
    return Overview(facets, drawing(times, given, **more))


def _more(saved: Saved | None) -> dict[str, str]:
    """What every address of this search says besides."""
    return {"queue": saved.name} if saved else {}


def _page(
    desk: Desk,
    asked: Asked,
    given: Given,
    saved: Saved | None,
    looked: tuple[Found, Overview] | None = None,
    *,
    problem: str = "",
) -> Response:
    found, overview = looked or (None, None)
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
        overview=overview,
        chips=chips(given, desk.policy, **_more(saved)),
        bare=asked_for.address_of({"words": given.get("words", ("",))}, **_more(saved)),
        more=asked_for.address_of(given, **_more(saved), after=after) if after else "",
        query=asked_for.query_of(given, **_more(saved)),
        saved=saved,
        may_save=may and found is not None,
        states=STATES,
        severities=[(str(number), word) for number, word in enumerate(SEVERITIES)],
        sorts=list(asked_for.SORT_TITLES.items()),
        hours=hours_of(saved.said.service_level_minutes) if saved else "",
        labels={name: label.title for name, label in desk.policy.labels.items()},
    )

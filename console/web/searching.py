"""The page of a search: a form, what it finds with the matches marked and counted, and the ways on from it."""

import asyncio
from dataclasses import dataclass, replace

from starlette.responses import Response

from console.hits import total
from console.web import asked_for
from console.web.as_of import instant_of, rows
from console.web.asked_for import Given
from console.web.bars import Drawing, drawing
from console.web.desk import Desk
from console.web.exports import POSTS_MAX, Offered, offered
from console.web.labelled import labelled
from console.web.narrowing import Counted, chips, counted
from console.web.pasting import EACH_POSTS_MAX, PASTED_CHARS_MAX, pasted
from console.web.rendering import page
from console.web.route import DECIDERS, EXPORTERS, Asked, Missing
from console.web.rows import EARLIER, Group
from console.web.saved import Saved, hours_of, may_change, queues_in
from console.web.saying import STATES
from console.words import SEVERITIES
from records.errors import Malformed
from search.finder import Found, as_asked, find, nearest_to
from search.overview import counts, fitting, histogram
from search.queries import Wanted

BAD_REQUEST = 400
SAYS, MEANS = "Says this, or nearly", "Means the same, or something like it"


@dataclass(frozen=True, slots=True)
class Sought:
    """A search as its address says it; `text` is one that was pasted, `at` the time as of which it is shown."""

    given: Given
    saved: Saved | None
    text: str
    after: str
    at: str

    @property
    def more(self) -> dict[str, str]:
        """What every address of it says besides its words and filters."""
        return {"like": self.text, "at": self.at, "queue": self.saved.name if self.saved else ""}

    def in_words(self) -> str:
        """On one line, for the record."""
        beside = [f"{name}: {value}; " for name, value in (("like", self.text), ("as of", self.at)) if value]
        return "".join(beside) + asked_for.in_words(self.given)


@dataclass(frozen=True, slots=True)
class Overview:
    """What was found, counted."""

    facets: tuple[Counted, ...]
    times: Drawing | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What was found; `found` and `overview` are None for a pasted text, of which only the nearest are looked up."""

    groups: tuple[Group, ...]
    total: str
    why_not: str = ""
    found: Found | None = None
    overview: Overview | None = None


async def search(desk: Desk, asked: Asked) -> Response:
    """A form alone, or with one page of what it asks for; a queue that is to be changed fills the form."""
    saved = saved_of(desk, asked.query("queue"))
    params = asked.request.query_params
    sought = Sought({}, saved, asked.query("like").strip(), asked.query("after"), asked.query("at").strip())
    try:
        given = asked_for.given_in(params.multi_items()) or _given_of(saved)
        sought = replace(sought, given=given)
        at = instant_of(sought.at)
        wanted = replace(asked_for.looked_for(given), seen_until=at)
        if not given and not sought.text and "words" not in params:
            return _page(desk, asked, sought)
        shown = await (_pasted(desk, wanted, sought) if sought.text else _looked(desk, wanted, sought))
    except Malformed as problem:
        return _page(desk, asked, sought, problem=str(problem))
    await desk.audit(asked.staff.staff_id, "search", "posts", sought.in_words())
    return _page(desk, asked, sought, shown)


def saved_of(desk: Desk, name: str) -> Saved | None:
    """The saved queue of this name, or none where no name is given; raises Missing."""
    if not name:
        return None
    found = next((one for one in queues_in(desk.set_up.newest("queue")) if one.name == name), None)
    if found is None:
        raise Missing("nobody has saved a queue of this name, or it was removed")
    return found


def _given_of(saved: Saved | None) -> Given:
    if saved is None or saved.queue is None:
        return {}
    return asked_for.given_of(saved.queue.wanted) or {}


async def _pasted(desk: Desk, wanted: Wanted, sought: Sought) -> Shown:
    found = await pasted(desk, wanted, sought.text)
    named = ((SAYS, found.said), (MEANS, found.meant))
    groups = tuple([Group(title, await rows(desk, hits, wanted.seen_until)) for title, hits in named if hits])
    return Shown(groups, f"The nearest {EACH_POSTS_MAX} of each kind" if groups else "Nothing like it", found.why_not)


async def _looked(desk: Desk, wanted: Wanted, sought: Sought) -> Shown:
    """One page of it, and counts of all of it: most searches find what they ask for, so that both are asked at once."""
    found, overview = await asyncio.gather(_found(desk, wanted, sought.after), _counted(desk, wanted, sought))
    if found.nearest:
        overview = await _counted(desk, nearest_to(wanted), sought)
    groups = (Group("", await rows(desk, found.hits, wanted.seen_until)),) if found.hits else ()
    return Shown(groups, f"{total(found)} found", "", found, overview)


async def _found(desk: Desk, wanted: Wanted, after: str) -> Found:
    following = asked_for.page_of(wanted, after) if after else None
    return await (as_asked(desk.search, following) if following else find(desk.search, wanted))


async def _counted(desk: Desk, wanted: Wanted, sought: Sought) -> Overview:
    found = await counts(desk.search, wanted)
    facets = tuple(counted(found.facets, sought.given, **sought.more))
    if found.span is None:
        return Overview(facets, None)
    times = await histogram(desk.search, wanted, fitting(found.span))
    return Overview(facets, drawing(times, sought.given, **sought.more))


def _offered(given: Given, at: str, shown: Shown | None) -> Offered | None:
    if shown is None:
        return None
    found = None if at else shown.found
    return offered(given, found, tuple(row.post_id for group in shown.groups for row in group.rows))


def _page(desk: Desk, asked: Asked, sought: Sought, shown: Shown | None = None, *, problem: str = "") -> Response:
    given, saved, found = sought.given, sought.saved, shown.found if shown else None
    after = asked_for.after_of(found) if found else ""
    may = asked.staff.role in DECIDERS and (saved is None or may_change(saved, asked.staff))
    return page(
        asked,
        "search.html",
        BAD_REQUEST if problem else 200,
        given=given,
        text=sought.text,
        at=sought.at,
        text_chars_max=PASTED_CHARS_MAX,
        problem=problem,
        shown=shown,
        earlier=any(row.says == EARLIER for group in (shown.groups if shown else ()) for row in group.rows),
        found=found,
        overview=shown.overview if shown else None,
        chips=chips(given, **sought.more),
        now=asked_for.address_of(given, **(sought.more | {"at": ""})) if sought.at else "",
        bare=asked_for.address_of({"words": given.get("words", ("",))}, **sought.more),
        more=asked_for.address_of(given, **sought.more, after=after) if after else "",
        query=asked_for.query_of(given, **({"queue": saved.name} if saved else {})),
        saved=saved,
        offered=_offered(given, sought.at, shown) if asked.staff.role in EXPORTERS else None,
        export_posts_max=POSTS_MAX,
        may_save=may and found is not None and not sought.at,
        states=STATES,
        severities=[(str(number), word) for number, word in enumerate(SEVERITIES)],
        sorts=list(asked_for.SORT_TITLES.items()),
        hours=hours_of(saved.said.service_level_minutes) if saved else "",
        labels={name: label.title for name, label in labelled(desk).labels.items()},
    )

"""Queues: saved queries over cases, each with an order and a service level, those that ship with us, and their counts.

A queue may be a different one for everybody who looks: `ME` among its names stands for them (`for_person`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from records.errors import Malformed
from records.registry import SavedQueue
from search import saying
from search.client import WHOLE, Search
from search.queries import SORTS, Wanted, query
from search.words import Query

ME = "@me"
"""Whoever looks: their id and their role. No member of staff has such an id."""
FILTERS = (
    "text", "surfaces", "sources", "authors", "labels", "states", "languages", "severity_min", "from_at", "until_at",
    "url", "visible", "unscored", "waiting", "reported", "overdue", "deferred", "by_hand", "mine", "escalated_to",
    "unclaimed_by_others", "older_minutes",
)  # fmt: skip
"""What a queue may ask for, by the names of `Wanted`."""


@dataclass(frozen=True, slots=True)
class Queue:
    """An ordered view of cases; `service_level_minutes` is how long one may wait in it, where somebody said so."""

    name: str
    title: str
    wanted: Wanted
    service_level_minutes: int | None
    explanation: str


BUILT_IN = (
    Queue(
        "flagged",
        "Flagged",
        Wanted(waiting=True, severity_min=1, unscored=False, sort="queue"),
        480,
        "A rule, the model or a tag found something that a person should look at.",
    ),
    Queue(
        "reported",
        "Reported",
        Wanted(waiting=True, reported=True, sort="queue"),
        240,
        "Somebody on the site reported the post.",
    ),
    Queue(
        "unscored",
        "Unscored",
        Wanted(waiting=True, unscored=True, sort="queue"),
        1440,
        "The model could not judge the text: another language, a picture, or no model. The rules have run.",
    ),
    Queue(
        "complaints",
        "Complaints",
        Wanted(waiting=True, labels=("complaint",), sort="queue"),
        1440,
        "A grievance about us, to be passed to those who answer complaints. It is no reason for removal.",
    ),
    Queue(
        "escalated",
        "Escalated",
        Wanted(states=("escalated",), sort="queue"),
        480,
        "Somebody passed the case on to a person or a role.",
    ),
    Queue(
        "reopened",
        "Back again",
        Wanted(waiting=True, states=("reopened", "deferred"), sort="queue"),
        480,
        "It was decided or put off, and there is news: an edit, a report, a finding, an order that failed, a post that "
        "is to be hidden and can be seen; or the time until which it was put off has come.",
    ),
    Queue(
        "overdue",
        "Overdue",
        Wanted(overdue=True, sort="queue"),
        None,
        "The policy wanted a person to look before now.",
    ),
    Queue(
        "mine",
        "Mine",
        Wanted(mine=(ME,), sort="queue"),
        None,
        "You hold the case, or it was passed on to you or to your role.",
    ),
    Queue(
        "deferred",
        "Deferred",
        Wanted(deferred=True, sort="queue"),
        None,
        "Somebody put the case off, and its time is still to come.",
    ),
    Queue(
        "by_hand",
        "To be done by hand",
        Wanted(by_hand=True, sort="queue"),
        480,
        "It was decided, and nobody carries it out on the site for us: somebody does it there.",
    ),
)
"""In the order in which they are shown."""


def for_person(wanted: Wanted, staff_id: str, role: str = "") -> Wanted:
    """The same for one member of staff with a role."""
    names = [name for name in (staff_id, role) if name]
    mine = [one for name in wanted.mine for one in (names if name == ME else [name])]
    to = [one for name in wanted.escalated_to for one in (names if name == ME else [name])]
    other = staff_id if wanted.unclaimed_by_others == ME else wanted.unclaimed_by_others
    return replace(wanted, mine=tuple(mine), escalated_to=tuple(to), unclaimed_by_others=other)


async def counts(search: Search, wanted: Mapping[str, Wanted]) -> dict[str, int]:
    """How many posts each of these searches finds, exactly, by one request."""
    if not wanted:
        return {}
    answer = await search.ask("POST", f"/{search.posts}/_search", counts_body(wanted), params=WHOLE)
    return {name: int(found["doc_count"]) for name, found in answer["aggregations"]["queues"]["buckets"].items()}


def counts_body(wanted: Mapping[str, Wanted]) -> Query:
    """One search without hits that counts them all."""
    named = {name: query(one) for name, one in wanted.items()}
    return {"size": 0, "track_total_hits": False, "aggs": {"queues": {"filters": {"filters": named}}}}


def said_of(wanted: Wanted) -> dict[str, Any]:
    """The query of a queue as its record keeps it: its filters, and neither order nor page."""
    return saying.said(wanted, FILTERS)


def wanted_of(said: Mapping[str, Any]) -> Wanted:
    """The search that a queue's query asks for; raises Malformed for what it does not know, or cannot ask."""
    wanted = replace(saying.read(said, FILTERS, "this queue"), sort="queue")
    query(wanted)
    return wanted


def queue_of(saved: SavedQueue) -> Queue:
    """A queue that somebody has set up; raises Malformed where this release cannot show it."""
    order = next((name for name in SORTS if name == saved.order), None)
    if order is None:
        raise Malformed(f"this queue has an order that this release does not know; there are {', '.join(SORTS)}")
    wanted = replace(wanted_of(saved.query), sort=order)
    return Queue(saved.registry_id, saved.title, wanted, saved.service_level_minutes, f"set up by {saved.staff_id}")

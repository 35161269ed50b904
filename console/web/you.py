"""The page of one's own: what pages look like and hide, the reminder of a break, and one's exposure."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.responses import RedirectResponse, Response

from console.web.care import Care
from console.web.desk import Desk
from console.web.exposure import BEAT_SECONDS_MAX, DAYS_KEPT, spent
from console.web.labelled import labelled
from console.web.personal import BREAK_MINUTES_MAX, BREAK_MINUTES_MIN, THEMES, personal_in
from console.web.rendering import go, page
from console.web.route import Asked
from console.words import SEVERITIES
from moderation.policy import LabelPolicy
from records.errors import Malformed

IDLE_SECONDS = 60
"""After so long without a sign of whoever looks nothing is counted; exposure.js has it, too."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One label, of the policy or a tag, and whether its texts are hidden."""

    name: str
    title: str
    pressing: str
    masked: bool


async def you(desk: Desk, asked: Asked) -> Response:
    """Of whoever asks, and of nobody else, whatever the address says."""
    staff_id = asked.staff.staff_id
    personal = await asyncio.to_thread(desk.personal.of, staff_id)
    days, labels = await asyncio.to_thread(desk.exposure.days, staff_id), labelled(desk).labels
    return page(
        asked,
        "you.html",
        personal=personal,
        themes=THEMES,
        choices=choices(labels, asked.staff.care),
        minutes_min=BREAK_MINUTES_MIN,
        minutes_max=BREAK_MINUTES_MAX,
        days=[(one, spent(one.seconds)) for one in days],
        longest=max(1.0, *(one.seconds for one in days)),
        days_kept=DAYS_KEPT,
        idle_seconds=IDLE_SECONDS,
        grave=[labels[name].title for name in sorted(asked.staff.care.grave)],
    )


async def save(desk: Desk, asked: Asked) -> Response:
    """The whole form; what is not ticked is not wanted."""
    masks, reminds, labels = asked.form.get("mask", ()), bool(asked.said("reminds")), labelled(desk).labels
    personal = personal_in(asked.said("theme"), masks, asked.said("minutes").strip(), labels, reminds=reminds)
    await asyncio.to_thread(desk.personal.keep, asked.staff.staff_id, personal)
    return go(asked, "/you", "This is kept, and holds from now on.")


async def remind_no_more(desk: Desk, asked: Asked) -> Response:
    """No reminder of a break from now on."""
    personal = await asyncio.to_thread(desk.personal.of, asked.staff.staff_id)
    await asyncio.to_thread(desk.personal.keep, asked.staff.staff_id, replace(personal, reminds=False))
    return Response(status_code=204) if asked.wants_json else RedirectResponse("/you", 303)


async def exposed(desk: Desk, asked: Asked) -> Response:
    """A beat of a page: so many seconds since the last one a text of a grave label was open on it."""
    said = asked.said("seconds")
    if not (said.isascii() and said.isdecimal() and len(said) <= len(str(BEAT_SECONDS_MAX))):
        raise Malformed(f"a beat is a number of seconds, at most {BEAT_SECONDS_MAX}")
    await asyncio.to_thread(desk.exposure.add, asked.staff.staff_id, int(said))
    return Response(status_code=204)


def choices(labels: Mapping[str, LabelPolicy], care: Care) -> list[Choice]:
    """Every label, the gravest first."""
    ordered = sorted(labels.items(), key=lambda one: -one[1].severity)
    return [Choice(name, one.title, SEVERITIES[one.severity], name in care.masked) for name, one in ordered]

"""The dossier of one post in the frame of the console: as it stands, or as it stood at a time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import Markup
from starlette.responses import Response
from typer import BadParameter

from console.dossier.asking import Answer, Asker, answer
from console.dossier.gathering import known_now
from console.instants import at_instant
from console.page import render_within
from console.telling_past import heading
from console.web.care import carried_before
from console.web.desk import Desk
from console.web.exports import Offered
from console.web.gathering import document_of
from console.web.rendering import page
from console.web.route import EXPORTERS, Asked, Missing
from console.whereabouts import Missing as Asking
from records.errors import Malformed, Misconfigured, Unavailable

NO_PAST = "as it stood at a time is told from the ledger, and it cannot be read from here"


@dataclass(frozen=True, slots=True)
class Shown:
    """A dossier as a page has it; `past` says what a past state is made of, and `problem` why there is none."""

    body: Markup | None = None
    past: Sequence[str] = ()
    problem: str = ""
    status: int = 200


async def dossier(desk: Desk, asked: Asked) -> Response:
    """How this came to be on our site; that somebody read it is on record first."""
    post_id, said = asked.query("post"), asked.query("at").strip()
    document = await document_of(desk, post_id)
    then, problem = _then(said)
    at = f"as it stood at {then.isoformat()}" if then else ""
    await desk.audit(asked.staff.staff_id, "view", f"the dossier of {post_id}", at)
    shown = Shown(problem=problem, status=400) if problem else await _shown(desk, asked, post_id, then)
    offered = Offered(1, post_ids=(post_id,)) if asked.staff.role in EXPORTERS else None
    labels = carried_before(document)
    values = {"post_id": post_id, "labels": labels, "at": said, "shown": shown, "offered": offered}
    return page(asked, "dossier.html", shown.status, **values)


def _then(said: str) -> tuple[datetime | None, str]:
    """The time that is asked for, and what is wrong with it."""
    try:
        return (at_instant(said) if said else None), ""
    except BadParameter as problem:
        return None, f"the time {problem.message}"


async def _shown(desk: Desk, asked: Asked, post_id: str, then: datetime | None) -> Shown:
    by = Asker(desk.search, asked.staff.staff_id, lambda: known_now(desk.settings, desk.set_up.entries))
    try:
        found = await answer(by, Asking(post_id), then, datetime.now(UTC))
    except (Unavailable, Misconfigured, Malformed) as reason:
        if then is None:
            raise
        return Shown(problem=f"{NO_PAST}: {reason}", status=503)
    if not isinstance(found, Answer):
        raise Missing(f"nothing is on record of the post {post_id[:200]}")
    past = tuple(heading(found.as_of_json())) if found.as_of else ()
    body = await asyncio.to_thread(render_within, found.dossier) if found.dossier else None
    return Shown(body, past)

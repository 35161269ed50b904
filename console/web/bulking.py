"""The pages of many cases at once: a frozen preview, one decision for each at its version, progress, and one undo."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.responses import JSONResponse, RedirectResponse, Response

from console.web import asked_for, batching
from console.web.batches import POSTS_MAX
from console.web.batching import Chosen, batch_of, by_alike, by_author, by_queue, by_search
from console.web.case import choices_of, other
from console.web.desk import Desk
from console.web.rendering import page
from console.web.route import Asked, Missing
from console.web.staffing import targets
from console.web.taking import reviewer_of

SAMPLE_POSTS = 10
_FIELDS = ("act", "reason", "note", "to", "hours")


async def preview(desk: Desk, asked: Asked) -> Response:
    """What would be decided on: frozen as it is now, with a count and a sample."""
    chosen = await _chosen(desk, asked)
    total = await batching.total_of(desk, chosen)
    return page(
        asked,
        "bulk.html",
        batch_id=await batching.freeze(desk, asked.staff, chosen),
        title=chosen.title,
        count=len(chosen.documents),
        total=total,
        sample=[other(one) for one in chosen.documents[:SAMPLE_POSTS]],
        choices=choices_of(desk.policy),
        targets=targets(desk.set_up, datetime.now(UTC)),
        posts_max=POSTS_MAX,
        policy=desk.policy,
        has_read=reviewer_of(desk, asked.staff).has_read_policy,
    )


async def decide(desk: Desk, asked: Asked) -> Response:
    """Sends one decision for each post of the batch; sent again, they are the same decisions."""
    batch = await batch_of(desk, asked.staff, asked.said("batch"))
    await batching.decide(desk, asked.staff, batch, {name: asked.said(name).strip() for name in _FIELDS})
    return RedirectResponse(f"/bulk/batch?{urlencode({'batch': batch.batch_id})}", 303)


async def undo(desk: Desk, asked: Asked) -> Response:
    """Takes every decision of the batch back that counted and that nobody has decided over since."""
    batch = await batch_of(desk, asked.staff, asked.said("batch"))
    await batching.undo(desk, asked.staff, batch)
    return RedirectResponse(f"/bulk/batch?{urlencode({'batch': batch.batch_id})}", 303)


async def batch_page(desk: Desk, asked: Asked) -> Response:
    """How far it is; a script asks for it again until nothing is to come."""
    batch = await batch_of(desk, asked.staff, asked.query("batch"))
    if batch.decided is None:
        raise Missing("nothing was decided on this batch yet")
    progress = await batching.progress_of(desk, batch)
    if asked.wants_json:
        return JSONResponse({"waiting": progress.waiting + progress.undo_waiting})
    return page(asked, "batch.html", batch=batch, progress=progress, act=batch.decided["act"])


async def _chosen(desk: Desk, asked: Asked) -> Chosen:
    """By a queue, a search, an author, or by what says the same as one post."""
    if post_id := asked.query("alike"):
        return await by_alike(desk, post_id)
    if author := asked.query("author"):
        return await by_author(desk, author, asked.query("source"))
    if asked.query("search"):
        return await by_search(desk, asked_for.given_in(asked.request.query_params.multi_items()))
    return await by_queue(desk, asked.staff, asked.query("queue"))

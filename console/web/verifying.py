"""Verifying one post from its dossier: now, against the ledger and its witnesses, with the outcome in words."""

import asyncio
import uuid
from datetime import UTC, datetime

from starlette.responses import Response

from console.dossier.material import Material
from console.dossier.trust import trust
from console.verifying.folded import Folded, folded
from console.verifying.one_post import Verified, Whose, verify_post
from console.verifying.where import Where, statements
from console.web.desk import Desk
from console.web.gathering import document_of
from console.web.rendering import page
from console.web.route import Asked, Visitor
from records.errors import Misconfigured, Problem, Unavailable
from records.settings import Settings
from search.client import Search
from search.finder import facts_of, get_post

NO_LEDGER = "it could not be verified from here"


async def verify(desk: Desk, asked: Asked) -> Response:
    """Whoever reads may verify."""
    post_id = asked.said("post")
    found = await verified(desk, asked.staff, post_id)
    return page(asked, "verified.html", post_id=post_id, found=found, at=datetime.now(UTC))


async def verified(desk: Desk, who: Visitor, post_id: str) -> Verified:
    """The outcome; that somebody asked, and what it was, is on record before it is told."""
    await document_of(desk, post_id)
    found = await desk.verifying.run(lambda: asyncio.run(_verified(desk.settings, post_id, who.staff_id)))
    said = who.told("; ".join([found.said, *found.differs, *found.not_done]))
    await desk.audit(who.staff_id, "verified", f"the post {post_id}", said)
    return found


async def _verified(settings: Settings, post_id: str, who: str) -> Verified:
    """In a thread and a loop of its own: the ledger is read in many small steps that wait for their answers."""
    where = Where(settings, None, who, f"verify-{uuid.uuid4().hex}")
    async with Search(settings) as search:
        material = Material(post_id, await get_post(search, post_id), await facts_of(search, post_id))
        try:
            said = statements(settings)
            whose = Whose(where.trust(said), trust(settings), said)
            with where.opened() as reader:
                return await verify_post(search, reader, material, whose, _folded(settings))
        except Problem as reason:
            return Verified(not_done=[f"{NO_LEDGER}: {reason}"], facts=len(material.facts))


def _folded(settings: Settings) -> Folded:
    """How far the fold is; where the broker does not say, only age tells what an index must have."""
    try:
        return folded(settings)
    except (Unavailable, Misconfigured):
        return Folded()

"""The policy in force, and the statement of having read it, without which nobody decides."""

import asyncio
from datetime import UTC, datetime

from starlette.responses import RedirectResponse, Response

from console.web.desk import Desk
from console.web.rendering import page
from console.web.route import Asked
from console.web.staffing import has_read
from records.errors import Malformed
from records.registry import Attestation
from records.topics import REGISTRY


async def policy(desk: Desk, asked: Asked) -> Response:
    """Its clauses, and whether whoever reads it has said so."""
    read = has_read(desk.set_up, asked.staff.staff_id, desk.policy)
    return page(asked, "policy.html", policy=desk.policy, has_read=read)


async def attest(desk: Desk, asked: Asked) -> Response:
    """On record: this person has read this very text."""
    if asked.said("digest") != desk.policy.digest:
        raise Malformed("the policy has changed since you opened it: read the version in force")
    staff_id = asked.staff.staff_id
    said = Attestation(
        registry_id=staff_id,
        staff_id=staff_id,
        version=desk.policy.version,
        set_at=datetime.now(UTC),
        policy_version=desk.policy.version,
        policy_digest=desk.policy.digest,
    )
    await desk.publish(REGISTRY, said)
    await asyncio.to_thread(desk.set_up.look)
    return RedirectResponse("/", 303)

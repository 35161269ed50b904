"""Evidence: a post verified against the ledger and its witnesses, and posts exported with their proofs."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Body, Response
from pydantic import Field

from console.api.asked import AnyExport, ExportPosts
from console.api.operation import Called
from console.api.posts import PostId, given_of
from console.api.values import Instant, Told
from console.exporting.asked import Asked, checked
from console.web import exports, verifying
from console.web.asked_for import looked_for
from search.queries import Wanted


class Verification(Told):
    """What was compared, what differs, what could not be done, and what this shows and cannot show, in words."""

    post_id: str
    verified_at: Instant
    ok: bool = Field(description="whether nothing differs, and everything was done")
    said: str
    facts: int
    differs: list[str]
    not_done: list[str]
    proved: list[str]
    not_proved: list[str]


async def verify_post(call: Called, post_id: PostId) -> Verification:
    """Each record of a post against its entry of the ledger, below what the witnesses say at this moment.

    Its document and facts are made again and compared. It takes a second or a few; the outcome is on record.
    """
    found = await verifying.verified(call.desk, call.who, post_id)
    return Verification(
        post_id=post_id,
        verified_at=datetime.now(UTC).isoformat(),
        ok=found.ok,
        said=found.said,
        facts=found.facts,
        differs=list(found.differs),
        not_done=list(found.not_done),
        proved=list(found.proved),
        not_proved=list(found.not_proved),
    )


async def export_posts(call: Called, asked: Annotated[AnyExport, Body()]) -> Response:
    """A ZIP with dossiers, captures and proofs of up to 100 posts, which `verify.py` in it checks with Python alone.

    Nothing changes by it; that it was made, by whom, for what reason and of what, is in the ledger before its first
    byte leaves. Asked again, another one is made, and is on record, too.
    """
    reason = asked.reason.strip() or None
    if isinstance(asked, ExportPosts):
        return await exports.archive(
            call.desk, call.who, Asked(Wanted(), tuple(dict.fromkeys(asked.post_ids)), reason=reason)
        )
    wanted = looked_for(given_of(asked.search))
    return await exports.archive(call.desk, call.who, checked(Asked(wanted, reason=reason)))

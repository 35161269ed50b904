"""What changes while somebody looks, sent as it happens: counts of the queues, and who else is at the case they see."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.responses import Response, StreamingResponse

from console.web.desk import Desk
from console.web.queueing import counted
from console.web.route import Asked
from moderation.gate import holder_of
from records.errors import Unavailable
from search.handled import part_of

EVERY_SECONDS = 2.0
RETRY_MS = 2_000
STREAM_SECONDS_MAX = 300.0
"""A browser opens the next one by itself."""
GONE = b'event: gone\ndata: {"reason": "you are signed out, or what you may do here has changed"}\n\n'
_FIELDS = ("version", "state", "claimed_by", "claimed_until", "revision_id")


async def events(desk: Desk, asked: Asked) -> Response:
    """Server-sent events (HTML, 9.2): `counts`, `case` for the post that is named, `away` while a server is.

    `gone` is the last one for whoever has signed out or lost their role meanwhile.
    """
    return StreamingResponse(_told(desk, asked), media_type="text/event-stream")


async def _told(desk: Desk, asked: Asked) -> AsyncIterator[bytes]:
    clock = asyncio.get_running_loop().time
    ends_at = clock() + STREAM_SECONDS_MAX
    before: dict[str, Any] = {}
    yield f"retry: {RETRY_MS}\n\n".encode("ascii")
    while clock() < ends_at and not desk.stopping.is_set():
        try:
            if not await desk.stands(asked.staff):
                yield GONE
                return
            now = await _now(desk, asked)
        except Unavailable as reason:
            now = {"away": {"reason": str(reason)}}
        for name, value in now.items():
            if before.get(name) != value:
                yield b"event: %s\ndata: %s\n\n" % (name.encode("ascii"), orjson.dumps(value))
        before = now
        await _pause(desk)


async def _now(desk: Desk, asked: Asked) -> dict[str, Any]:
    post_id = asked.query("post")
    counts, found = await asyncio.gather(counted(desk, asked.staff), _case(desk, post_id))
    return {"counts": counts, **({"case": found} if found else {})}


async def _case(desk: Desk, post_id: str) -> dict[str, Any] | None:
    found = await part_of(desk.search, post_id, *_FIELDS) if post_id else None
    if found is None:
        return None
    return {
        "post": post_id,
        "version": found["version"],
        "state": found["state"],
        "revision": found.get("revision_id"),
        "holder": holder_of(found, datetime.now(UTC)),
        "until": found.get("claimed_until"),
    }


async def _pause(desk: Desk) -> None:
    try:
        await asyncio.wait_for(desk.stopping.wait(), EVERY_SECONDS)
    except TimeoutError:
        return

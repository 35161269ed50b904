"""Room for so many streams at once: a place is taken before anything is on record, and given back at the end."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

STREAM_SECONDS_MAX = 3600.0
"""Whoever stops reading holds a place no longer."""


class Room:
    """Counts the places that are taken; for one event loop."""

    def __init__(self, places: int) -> None:
        self._free = places

    def enter(self) -> None:
        """Takes a place; raises a 503 where none is free."""
        if not self._free:
            raise HTTPException(503, "contents are read by others at the moment: ask again")
        self._free -= 1

    def leave(self) -> None:
        """Gives it back."""
        self._free += 1


class Streamed(StreamingResponse):
    """An answer that gives its place back however it ends, also where its reader went away before the first byte."""

    def __init__(self, room: Room, parts: Iterator[bytes], media_type: str) -> None:
        super().__init__(parts, media_type=media_type)
        self._room = room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As Starlette calls it, once."""
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(STREAM_SECONDS_MAX):
                    await super().__call__(scope, receive, send)
        finally:
            self._room.leave()

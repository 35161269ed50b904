"""How the pipeline is: one look at a time for everybody who asks, and what it found for a moment after."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from console import checks
from console.checks import Part
from records.settings import Settings

KEPT_SECONDS = 3.0
Look = Callable[[Settings, datetime], Awaitable[Part]]


class Latest:
    """The newest look; many who ask at once are no more work than one."""

    def __init__(self, look: Look = checks.look) -> None:
        self._look = look
        self._under_way: asyncio.Future[Part] | None = None
        self._found: tuple[float, Part] | None = None

    async def now(self, settings: Settings, now: datetime) -> Part:
        """What everything said just now; it takes as long as the slowest part may."""
        if self._found and time.monotonic() - self._found[0] < KEPT_SECONDS:
            return self._found[1]
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.ensure_future(self._look(settings, now))
        found = await asyncio.shield(self._under_way)
        self._found = (time.monotonic(), found)
        return found

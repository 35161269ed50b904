"""Refusals on record, a bounded number of them: noise must not fill the record, and what was left out is counted."""

import time
from collections.abc import Callable

from console.web.desk import Desk

PER_PERSON_MAX = 60
"""Records of one person's refusals in each window."""
OF_NOBODY_MAX = 60
"""Records of refusals of whoever is not signed in, all of them together."""
WINDOW_SECONDS = 60.0
NOBODY = "(nobody)"
"""Not the name of any account: whoever was not signed in, or gave a name that there is not."""


class Refusals:
    """Puts refusals on record; of more than the limit in a window one record at its end says how many there were."""

    def __init__(self, desk: Desk, now: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._now = now
        self._began_at = now()
        self._counts: dict[str, int] = {}

    async def record(self, staff_id: str, what: str, reason: str) -> None:
        """Returns when it is on record, or was counted; empty for nobody. Raises Unavailable."""
        await self._begin_anew()
        who = staff_id or NOBODY
        count = self._counts[who] = self._counts.get(who, 0) + 1
        if count <= (PER_PERSON_MAX if staff_id else OF_NOBODY_MAX):
            await self._desk.audit(who, "refusal", what, reason)

    async def _begin_anew(self) -> None:
        if self._now() - self._began_at < WINDOW_SECONDS:
            return
        counts, self._counts, self._began_at = self._counts, {}, self._now()
        for who, count in counts.items():
            more = count - (OF_NOBODY_MAX if who == NOBODY else PER_PERSON_MAX)
            if more > 0:
                reason = f"{more} more within {WINDOW_SECONDS:.0f} seconds, which have no record of their own"
                await self._desk.audit(who, "refusal", "requests to the console", reason)

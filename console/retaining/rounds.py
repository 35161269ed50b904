"""One round: holds first, so that nothing is erased that one covers; then what was erased; then what is due."""

import time
from dataclasses import dataclass, field
from datetime import datetime

from console.holding import holds_of
from console.retaining.erasing import Erasing
from console.retaining.expiring import Expiring
from console.retaining.holding import lift, place, unreadable
from console.retaining.reach import Reach
from console.retaining.standing import Round


@dataclass
class Rounds:
    """Everything that a round remembers of those before it; a new process begins without it, and does the same."""

    reach: Reach
    erasing: Erasing = field(default_factory=Erasing)
    expiring: Expiring = field(default_factory=Expiring)

    async def once(self, now: datetime) -> Round:
        """Raises Unavailable; the next round does what this one could not."""
        began, done, whole = time.monotonic(), Round(), False
        try:
            await self._do(done, now)
            whole = True
        finally:
            self.reach.sent.ends(whole=whole)
        done.seconds = round(time.monotonic() - began, 2)
        return done

    async def _do(self, done: Round, now: datetime) -> None:
        registered = await self.reach.registered()
        holds = holds_of(registered)
        done.unreadable = unreadable(holds)
        readable = {name: hold for name, hold in holds.items() if name not in done.unreadable}
        done.placed = await place(self.reach, readable, now)
        done.lifted = await lift(self.reach, readable, now)
        if done.unreadable:
            return
        done.erased = await self.erasing.carry_out(self.reach)
        done.contested, done.unexplained = self.erasing.contested, self.erasing.unexplained
        done.reported = await self.expiring.report(self.reach, registered, now)
        done.expired = await self.expiring.expire(self.reach, registered, now)

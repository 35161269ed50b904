"""How many refusals get a record of their own: noise must not fill the record, and what was left out is counted."""

import time
from collections.abc import Callable

PER_PERSON_MAX = 60
"""Of one person, or of whoever is not signed in, all of them together, in each window."""
WINDOW_SECONDS = 60.0
NOBODY = "(nobody)"
"""Not the name of any account: whoever was not signed in, or gave a name that there is not."""


class Refusals:
    """Counts them by who was refused."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began_at = now()
        self._counts: dict[str, int] = {}

    def count(self, staff_id: str) -> bool:
        """One more of this person; whether it gets a record of its own."""
        self._counts[staff_id] = self._counts.get(staff_id, 0) + 1
        return self._counts[staff_id] <= PER_PERSON_MAX

    def left_out(self) -> dict[str, int]:
        """When a window has ended: how many of whom had none in it; another window begins."""
        if self._now() - self._began_at < WINDOW_SECONDS:
            return {}
        counts, self._counts, self._began_at = self._counts, {}, self._now()
        return {who: count - PER_PERSON_MAX for who, count in counts.items() if count > PER_PERSON_MAX}

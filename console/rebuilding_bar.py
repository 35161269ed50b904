"""How a rebuild shows itself: a bar with posts a second and the time left; single lines where nobody watches."""

import time

from console import bar


class Bar(bar.Bar):
    """A `Teller`."""

    _posts = 0

    def begins(self, what: str, entries: int) -> None:
        """As Teller says."""
        self._posts = 0
        super().begins(what, entries)

    def goes_on(self, entries: int, posts: int) -> None:
        """As Teller says."""
        if not posts and not self._posts:
            self._began = time.monotonic()  # what an earlier run has done is not this one's speed
        self._posts += posts
        self._shows(entries, self._rate(self._posts, "posts") if self._posts else "")

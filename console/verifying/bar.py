"""The progress of a verification on a terminal: what is being read, entries a second, and the time left."""

from console import bar


class Bar(bar.Bar):
    """A Pace."""

    async def goes_on(self, entries: int) -> None:
        """As Pace says."""
        self._shows(entries, self._rate(self._done + entries, "entries"))

"""How fast a verification goes, and who is told: what every step reports to."""

from typing import Protocol


class Pace(Protocol):
    """Told after each small step; may wait there, so that others get their turn."""

    def begins(self, what: str, entries: int) -> None:
        """Something that is about so many entries, or documents."""
        ...

    async def goes_on(self, entries: int) -> None:
        """So many more of them are done."""
        ...

    def says(self, sentence: str) -> None:
        """Something a person should know."""
        ...


class Unhurried:
    """Tells nobody, and waits for nothing."""

    def begins(self, what: str, entries: int) -> None:
        """As Pace says."""

    async def goes_on(self, entries: int) -> None:
        """As Pace says."""

    def says(self, sentence: str) -> None:
        """As Pace says."""

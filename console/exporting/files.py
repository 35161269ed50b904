"""What an export needs of whoever writes its file and of whoever waits for it."""

from collections.abc import Iterable
from typing import Protocol


class Files(Protocol):
    """A file in the making, made of files."""

    def add(self, name: str, data: bytes) -> None:
        """One of them."""
        ...

    def add_lines(self, name: str, lines: Iterable[bytes]) -> int:
        """One of lines, each without its end; how many there are."""
        ...


class Teller(Protocol):
    """Whom an export tells how far it is."""

    def begins(self, what: str, entries: int) -> None:
        """A piece of work, of so many posts."""
        ...

    def goes_on(self, posts: int) -> None:
        """So many more are done."""
        ...

    def says(self, sentence: str) -> None:
        """A line."""
        ...

"""What a source is: something that yields posts, says of each how to go on after it, and declares what it can do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from records.posts import Post

Cursor = dict[str, Any]
"""How a source finds its place again, as JSON; only the source that wrote it can read it."""


@dataclass(frozen=True)
class SourceKind:
    """A kind of source, with what can be expected of it; `orders` says whether it can act on the site for us."""

    name: str
    purpose: str
    history: bool
    edits: bool
    removals: bool
    reactions: bool
    orders: bool


@dataclass(frozen=True)
class Bad:
    """Something that a source could not read: `value` may be cut, `sha256` and `size_bytes` are the whole's."""

    number: int
    value: bytes
    sha256: str
    size_bytes: int
    reason: str


@dataclass(frozen=True)
class Item:
    """One thing that a source found, how to go on after it, and how many bytes have been read so far."""

    what: Post | Bad
    cursor: Cursor = field(default_factory=dict)
    bytes_read: int = 0


class Source(Protocol):
    """A source that the worker can read from where it stopped."""

    @property
    def name(self) -> str:
        """The name that its posts are recorded under."""
        ...

    @property
    def cursor_name(self) -> str | None:
        """Under which name its place is kept; None if it cannot be found again."""
        ...

    def items(self, cursor: Cursor | None) -> Iterator[Item]:
        """What comes after `cursor`, or everything."""
        ...

"""What a source is: something that yields posts, says of each how to go on after it, and declares what it can do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ingest.enforcing.site import Site
from ingest.known import Known
from ingest.posts import Reading
from ingest.sources.options import Options
from records.orders import Action
from records.posts import Post

Cursor = dict[str, Any]
"""How a source finds its place again, as JSON; only the source that wrote it can read it."""


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

    def items(self, cursor: Cursor | None) -> Iterator["Item"]:
        """What comes after `cursor`, or everything."""
        ...


@dataclass(frozen=True)
class Polled:
    """How a kind that we ask again and again is made: its options in the file of sources, and what they make.

    `site` makes what acts on the site for us, where the options say with which credentials (`takes_orders`).
    """

    options: type[Options]
    source: Callable[[Any, Known, Reading], Source]
    site: Callable[[Any], Site] | None = None


@dataclass(frozen=True)
class SourceKind:
    """A kind of source, with what can be expected of it; `orders` are those that it can carry out on the site."""

    name: str
    purpose: str
    history: bool
    edits: bool
    removals: bool
    reactions: bool
    orders: tuple[Action, ...] = ()
    polled: Polled | None = None


@dataclass(frozen=True)
class Bad:
    """Something that a source could not read: `value` may be cut, `sha256` and `size_bytes` are the whole's."""

    number: int
    value: bytes
    sha256: str
    size_bytes: int
    reason: str


@dataclass(frozen=True)
class Looked:
    """How many posts a pass has looked at, whether there was anything to tell of them or not; it may come last."""

    posts: int


@dataclass(frozen=True)
class Compared:
    """How many posts the site says it has, and how many of these we have captured; no surface: the whole source."""

    site: int
    captured: int
    surface: str | None = None


@dataclass(frozen=True)
class Missed:
    """From the last good pass until `until_at` (None: until this one) there may be posts that we cannot get."""

    why: str
    until_at: datetime | None = None


@dataclass(frozen=True)
class Refused:
    """One thing that the source did not want, and why: it is counted, and nothing of it is kept."""

    why: str


Remark = Looked | Compared | Missed | Refused
"""What a source says about its own watching."""


@dataclass(frozen=True)
class Item:
    """One thing that a source found, how to go on after it, and how many bytes have been read so far.

    `state` is what the source wants to find again in its Known under the native id of the post, once the broker has
    it. Of a remark only the cursor is kept: a pass that found nothing can still move its place.
    """

    what: Post | Bad | Remark
    cursor: Cursor = field(default_factory=dict)
    bytes_read: int = 0
    state: str | None = None

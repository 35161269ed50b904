"""A group of posts that say the same, for people and for machines."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from console.counts import flow, named
from console.terminal import safe_line
from console.words import counted, iso, minute

if TYPE_CHECKING:
    from search.duplicates import Group
    from search.overview import Share

TEXT_CHARS_MAX = 240
INDENT = 2 + len("surfaces  ")


def head(group: "Group") -> Text:
    """How many posts, by how many authors, on how many surfaces, from when to when."""
    wordings = "word for word" if group.texts == 1 else f"in {group.texts:,} wordings"
    said = Text(f"{counted(group.posts, 'post')} {wordings}", style="bold")
    who = counted(group.authors, "author") if group.authors else "no author given"
    said.append(f", {who}, {counted(group.surfaces, 'surface')}", style="not bold")
    said.append(f", {_from_to(group)}", style="not bold dim")
    return said


def lines(group: "Group", width: int) -> Table:
    """An example, who and where, and the command that shows them."""
    room = width - INDENT
    shown = Table.grid(padding=(0, 2))
    shown.add_column(style="cyan", no_wrap=True)
    shown.add_column(overflow="fold")
    cut = group.text[:TEXT_CHARS_MAX] + ("…" if len(group.text) > TEXT_CHARS_MAX else "")
    shown.add_row("example", Text(safe_line(cut)))
    if group.named_authors:
        shown.add_row("authors", _names(group.named_authors, group.authors, room))
    shown.add_row("surfaces", _names(group.named_surfaces, group.surfaces, room))
    shown.add_row("see also", Text(safe_line(f"lifeguard find --like {group.post_id}")))
    return shown


def values(group: "Group") -> dict[str, Any]:
    """All of it, with instants in one form."""
    return asdict(group) | {"first_at": iso(group.first_at), "last_at": iso(group.last_at)}


def _names(shares: "tuple[Share, ...]", count: int, room: int) -> Text:
    return flow([(named(share), share.posts) for share in shares], max(0, count - len(shares)), room)


def _from_to(group: "Group") -> str:
    first, last = minute(group.first_at), minute(group.last_at)
    return f"{first} to {last}" if first != last else first

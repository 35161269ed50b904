"""`lifeguard duplicates`: what was posted again and again, word for word or reworded."""

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from console.filters import Author, Label, NotAfter, NotBefore, Source, State, Surface, wanted
from console.groups import head, lines, values
from console.options import AsJson
from console.terminal import screen
from console.words import counted
from records.settings import settings

if TYPE_CHECKING:
    from search.duplicates import Group
    from search.queries import Wanted

GROUPS_MAX = 100
NOTHING = """Nothing was posted twice, word for word or nearly so. What may help:
  - fewer filters, or other ones;
  - `lifeguard find --like TEXT`, which also shows what is only somewhat alike."""


def duplicates(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Only among posts with these words, as in find.")] = "",
    *,
    surface: Surface = None,
    source: Source = None,
    author: Author = None,
    label: Label = None,
    state: State = None,
    from_at: NotBefore = None,
    until_at: NotAfter = None,
    limit: Annotated[int, typer.Option(metavar="COUNT", min=1, max=GROUPS_MAX, help="How many groups to show.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Groups of posts that say the same, the largest first: who posted them, where, from when to when."""
    asked_for = wanted(
        text=text, surfaces=surface, sources=source, authors=author, labels=label, states=state,
        from_at=from_at, until_at=until_at, size=limit,
    )  # fmt: skip
    found = asyncio.run(_ask(asked_for))
    if as_json:
        typer.echo(json.dumps([values(group) for group in found], indent=2))  # ASCII only
    else:
        _show(found, limit)


async def _ask(wanted: "Wanted") -> "list[Group]":
    from search.client import Search
    from search.duplicates import duplicates as groups_of

    async with Search(settings()) as search:
        return await groups_of(search, wanted)


def _show(found: "list[Group]", limit: int) -> None:
    out = screen()
    for group in found:
        out.print(head(group))
        out.print(Padding(lines(group, out.width), (0, 0, 1, 2)))
    if not found:
        out.print(Text(NOTHING))
    elif len(found) == limit:
        out.print(Text(f"The {counted(limit, 'largest group', 'largest groups')}: more with --limit."))

"""`lifeguard find`: the posts that say something, or come from somewhere."""

import asyncio
import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from console.hits import LIMIT_MAX, summary, table, values
from console.instants import from_instant, until_instant
from console.terminal import screen
from records.settings import settings

if TYPE_CHECKING:
    from search.finder import Found
    from search.queries import Wanted

NOTHING = """Nothing found. What may help:
  - fewer words, or without the quotes: words in quotes must stand exactly so, others may be misspelt a little;
  - fewer filters, or other ones; `lifeguard find` alone shows the newest posts;
  - `lifeguard status`, which says whether posts are still on their way."""

Several = list[str] | None


def find(
    text: Annotated[
        str,
        typer.Argument(metavar="TEXT", help='Words that must all be there; "in quotes" exactly so. None: the newest.'),
    ] = "",
    *,
    surface: Annotated[
        Several, typer.Option(metavar="NAME", help="Only on this surface; may be given several times.")
    ] = None,
    source: Annotated[Several, typer.Option(metavar="NAME", help="Only from this source.")] = None,
    author: Annotated[
        Several, typer.Option(metavar="NAME", help="Only by this author: an id, or a whole name.")
    ] = None,
    label: Annotated[Several, typer.Option(metavar="NAME", help="Only with this label.")] = None,
    state: Annotated[
        Several, typer.Option(help="Only in this state: unjudged, clear, open, decided, reopened ...")
    ] = None,
    language: Annotated[Several, typer.Option(metavar="NAME", help="Only in this language, such as en.")] = None,
    from_at: Annotated[
        datetime | None,
        typer.Option("--from", parser=from_instant, metavar="TIME", help="Not before this day or time."),
    ] = None,
    until_at: Annotated[
        datetime | None,
        typer.Option("--until", parser=until_instant, metavar="TIME", help="Not after this day or time."),
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Only at exactly this address.")] = None,
    limit: Annotated[int, typer.Option(metavar="COUNT", min=1, max=LIMIT_MAX, help="How many to show.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """Posts that say something, come from somewhere, or were judged to be something."""
    from search.queries import Wanted

    wanted = Wanted(
        text=text,
        surfaces=tuple(surface or ()),
        sources=tuple(source or ()),
        authors=tuple(author or ()),
        labels=tuple(label or ()),
        states=tuple(state or ()),
        languages=tuple(language or ()),
        from_at=from_at,
        until_at=until_at,
        url=url,
        size=limit,
    )
    found = asyncio.run(_ask(wanted))
    if as_json:
        typer.echo(json.dumps(values(found), indent=2))  # ASCII only: no control can reach the terminal
    else:
        _show(found)


async def _ask(wanted: "Wanted") -> "Found":
    from search.client import Search
    from search.finder import find as find_posts

    async with Search(settings()) as search:
        return await find_posts(search, wanted)


def _show(found: "Found") -> None:
    out = screen()
    if not found.hits:
        out.print(Text(NOTHING))
        return
    out.print(table(found.hits))
    out.print()
    out.print(Text(summary(found)))

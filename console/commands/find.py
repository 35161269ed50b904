"""`lifeguard find`: the posts that say something, come from somewhere, or mean the same."""

import asyncio
import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.text import Text

from console.counts import facets_table, histogram_table
from console.filters import (
    Author,
    Label,
    Language,
    NotAfter,
    NotBefore,
    Now,
    Severity,
    Source,
    State,
    Surface,
    Url,
    wanted,
)
from console.hits import LIMIT_MAX, NEAREST, summary, table, total, value, values
from console.looking import Answer, Look, every, look
from console.options import AsJson
from console.terminal import screen
from records.settings import settings

if TYPE_CHECKING:
    from search.queries import Wanted

LIMIT = 20
NOTHING = """Nothing found. What may help:
  - fewer words, or without the quotes: words in quotes must stand exactly so, others may be misspelt a little;
  - fewer filters, or other ones; `lifeguard find` alone shows the newest posts;
  - `lifeguard status`, which says whether posts are still on their way."""
NOTHING_LIKE = """Nothing is like it, among the posts that this model has judged. What may help:
  - fewer filters, or other ones;
  - more of the text: of a few words the model knows little;
  - words: `lifeguard find "..."` looks for what is said, not for what is meant."""


Words = Annotated[
    str,
    typer.Argument(metavar="TEXT", help='Words that must all be there; "in quotes" exactly so. None: the newest.'),
]
Like = Annotated[
    str | None,
    typer.Option(metavar="POST_OR_TEXT", help="What means the same as this post (id or address) or this text."),
]
Sort = Annotated[Literal["relevance", "newest", "oldest", "severity", "queue"], typer.Option(help="What comes first.")]
Facets = Annotated[bool, typer.Option("--facets", help="Count by surface, author, label ... instead.")]
By = Annotated[Literal["hour", "day", "week", "month"] | None, typer.Option(help="Count by time instead, as bars.")]
Limit = Annotated[
    int | None, typer.Option(metavar="COUNT", min=1, max=LIMIT_MAX, help=f"How many to show; {LIMIT} if not said.")
]
Pages = Annotated[
    bool, typer.Option("--pages", help="Keep the answer for a while, and say how to go on to its next page.")
]
After = Annotated[str | None, typer.Option(metavar="TOKEN", help="The next page of an answer, as its last page says.")]
Everything = Annotated[bool, typer.Option("--all", help="Every post found, one JSON object a line.")]


def find(
    text: Words = "",
    *,
    surface: Surface = None,
    source: Source = None,
    author: Author = None,
    label: Label = None,
    state: State = None,
    language: Language = None,
    severity: Severity = None,
    from_at: NotBefore = None,
    until_at: NotAfter = None,
    url: Url = None,
    now: Now = False,
    like: Like = None,
    sort: Sort = "relevance",
    facets: Facets = False,
    by: By = None,
    limit: Limit = None,
    pages: Pages = False,
    after: After = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Posts that say something, come from somewhere, mean the same, or were judged to be something."""
    overview = facets or by is not None
    _refuse_together(like=like, overview=overview, pages=pages or bool(after), everything=everything)
    asked_for = wanted(
        text=text, surfaces=surface, sources=source, authors=author, labels=label, states=state,
        languages=language, severity_min=severity, from_at=from_at, until_at=until_at, url=url, sort=sort,
        size=limit or LIMIT, before=not now,
    )  # fmt: skip
    if everything:
        asyncio.run(_stream(asked_for))
        return
    answer = asyncio.run(look(settings(), Look(asked_for, like, facets, by, pages, after)))
    posts_too = not overview or limit is not None
    if as_json:
        told = values(answer, posts_too=posts_too)
        typer.echo(json.dumps(told, indent=2))  # ASCII only: no control can reach the terminal
    else:
        _show(answer, like=like is not None, posts_too=posts_too)


def _refuse_together(*, like: str | None, overview: bool, pages: bool, everything: bool) -> None:
    ways = {"--like": like is not None, "--facets or --by": overview, "--pages or --after": pages, "--all": everything}
    chosen = [name for name, given in ways.items() if given]
    if len(chosen) > 1:
        raise typer.BadParameter(f"{' and '.join(chosen)} do not go together: each answers in a way of its own")


async def _stream(wanted: "Wanted") -> None:
    async for hit in every(settings(), wanted):
        typer.echo(json.dumps(value(hit)))


def _show(answer: Answer, *, like: bool, posts_too: bool) -> None:
    out, found = screen(), answer.found
    if not found.hits:
        out.print(Text(NOTHING_LIKE if like else NOTHING))
        return
    if found.nearest:
        out.print(Text(NEAREST, style="bold"))
        out.print()
    if posts_too:
        out.print(table(found.hits))
        out.print()
    if answer.facets is not None:
        out.print(facets_table(answer.facets, out.width))
        out.print()
    if answer.histogram is not None:
        out.print(histogram_table(answer.histogram))
        if answer.histogram.cut:
            out.print(Text("There are earlier posts, too: --until shows them.", style="dim"))
        out.print()
    out.print(Text(summary(answer, like=like) if posts_too else f"{total(found)} found."))
    if answer.token:
        out.print()
        out.print(Text(f"lifeguard find --after {answer.token}"), soft_wrap=True)  # one line, to be copied whole

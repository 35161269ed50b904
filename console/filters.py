"""The filters of a search as options of a command: the same names and words wherever posts are chosen."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.instants import from_instant, until_instant
from console.options import Several

if TYPE_CHECKING:
    from search.queries import Wanted

Surface = Annotated[Several, typer.Option(metavar="NAME", help="Only on this surface; may be given several times.")]
Source = Annotated[Several, typer.Option(metavar="NAME", help="Only from this source.")]
Author = Annotated[Several, typer.Option(metavar="NAME", help="Only by this author: an id, or a whole name.")]
Label = Annotated[Several, typer.Option(metavar="NAME", help="Only with this label.")]
State = Annotated[Several, typer.Option(help="Only in this state: unjudged, clear, open, decided, reopened ...")]
Language = Annotated[Several, typer.Option(metavar="NAME", help="Only in this language, such as en.")]
Severity = Annotated[
    int | None, typer.Option(min=0, max=3, help="Only with a finding of this severity or a higher one.")
]
NotBefore = Annotated[
    datetime | None,
    typer.Option("--from", parser=from_instant, metavar="TIME", help="Not before this day or time."),
]
NotAfter = Annotated[
    datetime | None,
    typer.Option("--until", parser=until_instant, metavar="TIME", help="Not after this day or time."),
]
Url = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Only at this address: of a post, or of a page with posts.")
]

Now = Annotated[bool, typer.Option("--now", help="Words of what a post says now; what it said before does not count.")]


def wanted(**given: Any) -> "Wanted":  # noqa: ANN401  the fields of Wanted
    """What was asked for; a filter that was not given asks for nothing."""
    from search.queries import Wanted

    said: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items() if value is not None
    }
    return Wanted(**said)

"""`lifeguard export`: posts with their dossiers and proofs, or that something was never captured, in a file."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from console.exporting.asked import Asked, checked
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
from console.instants import around_instant
from console.options import Several, ToZip
from console.whereabouts import Missing
from records.settings import settings

Words = Annotated[
    str, typer.Argument(metavar="WORDS", help='Words that must all be there; "in quotes" exactly so. None: any.')
]
Post = Annotated[
    Several, typer.Option(metavar="ID", help="Only this post; may be given several times, as all filters.")
]
Case = Annotated[Several, typer.Option(metavar="ID", help="The same: a case is the review file of one post.")]
Hold = Annotated[str | None, typer.Option(metavar="NAME", help="Only what is under this legal hold.")]
Complete = Annotated[
    bool,
    typer.Option(
        "--complete",
        help="Prove that of what was recorded from --from until --until nothing is left out: the rest as hashes.",
    ),
]
NotCaptured = Annotated[
    str | None,
    typer.Option(metavar="TEXT_OR_URL", help="Instead: that this is not in the record, and what was watched."),
]
At = Annotated[
    str | None, typer.Option(metavar="TIME", help="With --not-captured: when it is said to have been there.")
]
Name = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who you are, with a passphrase; else this account.")
]
Reason = Annotated[str | None, typer.Option(metavar="TEXT", help="What it is for; it stands on record.")]


@dataclass(frozen=True)
class _Whom:
    """Who asks, and into which file."""

    to: Path
    name: str | None
    reason: str | None


def export(
    text: Words = "",
    *,
    to: ToZip,
    post: Post = None,
    case: Case = None,
    hold: Hold = None,
    surface: Surface = None,
    source: Source = None,
    author: Author = None,
    label: Label = None,
    state: State = None,
    language: Language = None,
    severity: Severity = None,
    url: Url = None,
    from_at: NotBefore = None,
    until_at: NotAfter = None,
    now: Now = False,
    complete: Complete = False,
    not_captured: NotCaptured = None,
    at: At = None,
    name: Name = None,
    reason: Reason = None,
) -> None:
    """Export posts with their proofs, so that whoever gets the file can check it with Python alone."""
    whom = _Whom(to, name, reason)
    if not_captured is not None:
        others = (text, post, case, hold, source, author, label, state, language, severity, url)
        _refuse_filters(*others, now or None, complete or None)
        since, until = around_instant(at) if at else (from_at, until_at)
        if surface and len(surface) > 1:
            raise typer.BadParameter("--not-captured takes one --surface")
        _answer(Missing(not_captured, surface[0] if surface else None, since, until), whom)
        return
    if at:
        raise typer.BadParameter("--at belongs to --not-captured; posts are chosen by --from and --until")
    asked_for = wanted(
        text=text, surfaces=surface, sources=source, authors=author, labels=label, states=state,
        languages=language, severity_min=severity, from_at=from_at, until_at=until_at, url=url,
        before=not now,
    )  # fmt: skip
    ids = tuple(dict.fromkeys([*(post or ()), *(case or ())]))
    _export(checked(Asked(asked_for, ids, hold, complete, reason)), whom)


def _refuse_filters(*filters: object) -> None:
    if any(value not in (None, "") for value in filters):
        raise typer.BadParameter("--not-captured goes with --surface, --at, --from, --until, and no other filter")


def _export(asked: Asked, whom: _Whom) -> None:
    from console.exporting.bar import Bar
    from console.exporting.exported import exported

    with Bar() as bar:
        said = asyncio.run(exported(settings(), asked, whom.to, whom.name, bar))
    for line in said:
        typer.echo(line)


def _answer(missing: Missing, whom: _Whom) -> None:
    from console.exporting.bar import Bar
    from console.exporting.exported import answered

    with Bar() as bar:
        said = asyncio.run(answered(settings(), missing, whom.to, (whom.name, whom.reason), datetime.now(UTC), bar))
    for line in said:
        typer.echo(line)

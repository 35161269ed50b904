"""`lifeguard why`: how did this come to be on our site?"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from console import telling_past, telling_whereabouts
from console.dossier.asking import Answer, ask
from console.dossier.schema import schema
from console.dossier.values import Dossier
from console.instants import around_instant, at_instant
from console.telling import Line, Section, sections
from console.terminal import safe_line, screen
from console.whereabouts import Missing, kind_of
from records.errors import Misconfigured
from records.settings import settings

NAME_CHARS = 30
INDENT_CHARS = 2


@dataclass(frozen=True)
class _Shown:
    """How the answer is wanted."""

    as_json: bool
    html: Path | None


def why(
    post: Annotated[
        str | None,
        typer.Argument(metavar="POST", help="Our id of a post, its address on the site, or what it says."),
    ] = None,
    *,
    surface: Annotated[
        str | None, typer.Option(metavar="NAME", help="If it was never captured: the surface that it was on.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="As it stood then, at a time or the end of a day; if it was never captured: what was watched then.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document with everything, for machines.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as one HTML page that prints well.")
    ] = None,
    as_schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of --json, and nothing else.")
    ] = False,
) -> None:
    """How a post came to be on our site: what, who, when, where, by which way, how it was judged, what was done."""
    if as_schema:
        typer.echo(schema(), nl=False)
        return
    if post is None:
        raise typer.BadParameter("which post? Give its id, its address, or what it says")
    missing = Missing(post, surface, *(around_instant(at) if at else (None, None)))
    answer = asyncio.run(ask(settings(), missing, at_instant(at) if at else None, datetime.now(UTC)))
    if isinstance(answer, Answer):
        _show(answer, _Shown(as_json, html))
    else:
        _show_missing(answer, as_json=as_json)
    if not isinstance(answer, Answer) or answer.dossier is None:
        raise typer.Exit(1)


def _show(answer: Answer, shown: _Shown) -> None:
    if shown.html is not None and answer.dossier is not None:
        _write(shown.html, answer.dossier)
    elif shown.as_json:
        typer.echo(_json(answer))
    else:
        _print_whole(answer)


def _json(answer: Answer) -> str:
    """ASCII only: nothing in it can reach the terminal as a control."""
    if answer.dossier is not None:
        return json.dumps(answer.dossier.model_dump(mode="json"), indent=2)
    told = {"post_id": answer.post_id, "captured": True, "asked": answer.asked, "as_of": answer.as_of_json()}
    return json.dumps(told, indent=2)


def _write(file: Path, dossier: Dossier) -> None:
    from console.page import render

    try:
        file.write_text(render(dossier), encoding="utf-8")
    except OSError as error:
        raise Misconfigured(f"{file} cannot be written: {error.strerror}") from None
    typer.echo(f"written: {file}")


def _show_missing(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    out = screen()
    out.print(Text(telling_whereabouts.headline(found)))
    for title, lines in telling_whereabouts.not_captured(found, datetime.now(UTC)):
        _print(out, Section(title, tuple(Line(0, name, text) for name, text in lines)))


def _print_whole(answer: Answer) -> None:
    out = screen()
    out.print(Text(safe_line(answer.post_id), style="bold"))
    for sentence in _heading(answer):
        out.print(Text(safe_line(sentence)))
    for sentence in telling_past.heading(answer.as_of_json()) if answer.as_of else ():
        out.print(Text(safe_line(sentence), style="bold yellow"))
    for section in sections(answer.dossier) if answer.dossier else ():
        _print(out, section)


def _heading(answer: Answer) -> list[str]:
    """How it was found, and what the dossier is."""
    found = [telling_past.found_by_text(past=answer.as_of is not None)] if kind_of(answer.asked) == "text" else []
    if answer.dossier is None:
        return found
    others = answer.dossier.what.others_at_this_address
    if kind_of(answer.asked) == "address" and others:
        found.append(f"the newest post at this address, out of {others + 1}: lifeguard find --url lists them")
    made = answer.dossier
    return [*found, f"Dossier, made {made.made_at:%Y-%m-%d %H:%M:%S} UTC by {made.made_by}; dim words explain a term."]


def _print(out: Console, section: Section) -> None:
    out.print()
    title = Text(section.title, style="bold cyan")
    out.print(title + Text(f"  {section.explained}", style="dim") if section.explained else title)
    out.print(Padding(_table(section), (0, 0, 0, INDENT_CHARS)))


def _table(section: Section) -> Table:
    """Terms on the left, what is said beside them, wrapped under itself."""
    grid = Table.grid(padding=(0, INDENT_CHARS))
    grid.add_column(min_width=NAME_CHARS, max_width=NAME_CHARS)
    grid.add_column(overflow="fold", ratio=1)
    for line in section.lines:
        name = Text(" " * (INDENT_CHARS * line.depth) + line.name, style="" if line.depth else "bold")
        text = Text(line.text, style="italic" if line.missing else "")
        if line.explained:
            text += Text(f"{'  ' if line.text else ''}({line.explained})", style="dim")
        grid.add_row(name, text)
    return grid

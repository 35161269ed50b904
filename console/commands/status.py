"""`lifeguard status`: is everything up, is anything behind, and what is there?"""

import asyncio
import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from console.checks import look
from console.telling_acts import STATES
from console.terminal import safe_line, screen
from console.words import counted
from records.settings import settings


def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """Whether all is up, what is behind, and how many posts there are; exit code 1 if something is down."""
    seen = asyncio.run(look(settings()))
    if as_json:
        typer.echo(json.dumps(seen, indent=2))
    else:
        _show(seen)
    if not seen["ok"]:
        raise typer.Exit(1)


def _show(seen: Mapping[str, Any]) -> None:
    out = screen()
    for title, key in (("Servers", "servers"), ("Processes", "processes")):
        out.print(Text(title, style="bold cyan"))
        out.print(_up_or_down(seen[key]))
        out.print()
    out.print(Text("Still to be read", style="bold cyan"))
    out.print(_lag(seen["lag"]))
    out.print()
    out.print(Text("What there is", style="bold cyan"))
    out.print(_counts(seen))


def _grid(*widths: int) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=0)
    for width in widths:
        grid.add_column(min_width=width)
    grid.add_column(overflow="fold")
    return grid


def _up_or_down(things: list[Mapping[str, Any]]) -> Table:
    grid = _grid(8, 5, 22)
    for thing in things:
        bad = "ALARM" if thing.get("answers") else "DOWN"
        word = Text("up", style="green") if thing["ok"] else Text(bad, style="bold red")
        grid.add_row("", thing["name"], word, safe_line(thing["address"]), Text(safe_line(thing["said"])))
    return grid


def _lag(lag: Mapping[str, Mapping[str, int]] | None) -> Table:
    grid = _grid(8)
    if lag is None:
        grid.add_row("", "unknown", "the broker does not tell")
    for group, topics in (lag or {}).items():
        behind = [f"{topic} {count:,}" for topic, count in topics.items() if count]
        grid.add_row("", group, ", ".join(behind) or "nothing: it is up to date")
    return grid


def _counts(seen: Mapping[str, Any]) -> Table:
    grid = _grid(14)
    if seen["posts"] is None:
        grid.add_row("", "posts", "unknown: the node does not tell")
    else:
        grid.add_row("", "posts", f"{seen['posts']:,}, known from {counted(seen['facts'], 'fact')}")
        for state in STATES:
            if count := seen["states"].get(state):
                grid.add_row("", f"  {state}", f"{count:,} ({STATES[state]})")
        grid.add_row("", "  unscored", f"{seen['unscored']:,} (the model could not judge them)")
        languages = ", ".join(f"{safe_line(name)} {count:,}" for name, count in seen["languages"].items())
        grid.add_row("", "  by language", languages or "none yet")
    letters = "unknown: the broker does not tell" if seen["dead_letters"] is None else f"{seen['dead_letters']:,}"
    grid.add_row("", "dead letters", letters)
    return grid

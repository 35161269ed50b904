"""`lifeguard status`: is everything up, is anything behind, what is there, and what were we watching?"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from console import coverage, telling_ledger, telling_watching
from console.checks import look, silent
from console.instants import from_instant, until_instant
from console.options import AsJson
from console.terminal import safe_line, screen
from console.words import STATES, counted
from records.settings import settings

STYLES = {"alive": "green", "silent": "bold red"}


def status(
    *,
    only_coverage: Annotated[
        bool, typer.Option("--coverage", help="Only what we were watching, and every stretch that we were not.")
    ] = False,
    source: Annotated[list[str] | None, typer.Option(metavar="NAME", help="With --coverage: only this source.")] = None,
    from_at: Annotated[
        datetime | None,
        typer.Option("--from", parser=from_instant, metavar="TIME", help="With --coverage: from this day or time."),
    ] = None,
    until_at: Annotated[
        datetime | None,
        typer.Option("--until", parser=until_instant, metavar="TIME", help="With --coverage: until this day or time."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Whether all is up, what is behind, what there is, what we watched; exit code 1 if something is down or silent."""
    now = datetime.now(UTC)
    if only_coverage or source or from_at or until_at:
        seen = asyncio.run(_coverage(coverage.Asked(from_at, until_at, tuple(source or ())), now))
    else:
        seen = asyncio.run(look(settings(), now))
    if as_json:
        typer.echo(json.dumps(seen, indent=2))
    elif "servers" in seen:
        _show(seen, now)
    else:
        _show_coverage(seen["coverage"], now)
    if not seen["ok"]:
        raise typer.Exit(1)


async def _coverage(asked: coverage.Asked, now: datetime) -> dict[str, Any]:
    from search.client import Search

    async with Search(settings()) as search:
        watched = await coverage.look(search, asked, now)
    return {"ok": not silent(watched), "coverage": watched}


def _show_coverage(parts: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Each source with every stretch, oldest first."""
    out = screen()
    for part in parts:
        out.print(Text(part["source"], style="bold cyan"))
        for line in telling_watching.whole(part, now):
            out.print(Padding(Text(line), (0, 0, 0, 2)))
    if not parts:
        out.print(Text("No such source has said anything yet."))


def _show(seen: Mapping[str, Any], now: datetime) -> None:
    out = screen()
    for title, key in (("Servers", "servers"), ("Processes", "processes")):
        out.print(Text(title, style="bold cyan"))
        out.print(_up_or_down(seen[key]))
        out.print()
    out.print(Text("The ledger", style="bold cyan"))
    out.print(_ledger(seen["ledger"]))
    out.print()
    out.print(Text("Still to be read", style="bold cyan"))
    out.print(_lag(seen["lag"]))
    out.print()
    out.print(Text("What there is", style="bold cyan"))
    out.print(_counts(seen))
    out.print()
    out.print(Text("What we were watching", style="bold cyan"))
    out.print(_watching(seen["coverage"], now))


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
        grid.add_row("", thing["name"], _word(thing), safe_line(thing["address"]), Text(safe_line(thing["said"])))
    return grid


def _word(thing: Mapping[str, Any]) -> Text:
    if thing["ok"]:
        return Text("up", style="green")
    return Text("ALARM" if thing.get("answers") else "DOWN", style="bold red")


def _ledger(ledger: Mapping[str, Any]) -> Table:
    """The keeper, then each witness; the first line of each beside its name, the others below."""
    grid = _grid(8, 5)
    told = [("keeper", ledger["keeper"], telling_ledger.of_keeper(ledger["keeper"]))]
    told += [(one["name"], one, telling_ledger.of_witness(one)) for one in ledger["witnesses"]]
    for name, thing, lines in told:
        first, *more = [Text(safe_line(line)) for line in lines] or [Text()]
        grid.add_row("", safe_line(name), _word(thing), first)
        for line in more:
            grid.add_row("", "", "", line)
    if ledger["said"]:
        grid.add_row("", "witnesses", "", Text(safe_line(ledger["said"])))
    return grid


def _lag(lag: Mapping[str, Mapping[str, int]] | None) -> Table:
    grid = _grid(8)
    if lag is None:
        grid.add_row("", "unknown", "the broker does not tell")
    for group, topics in (lag or {}).items():
        behind = [f"{topic} {count:,}" for topic, count in topics.items() if count]
        grid.add_row("", group, ", ".join(behind) or "nothing: it is up to date")
    return grid


def _watching(parts: Sequence[Mapping[str, Any]] | None, now: datetime) -> Table:
    grid = _grid(8, 5)
    if parts is None:
        grid.add_row("", "unknown", "", "the node does not tell")
    for part in parts or ():
        word = Text(telling_watching.WORDS[part["standing"]], style=STYLES.get(part["standing"], ""))
        first, *more = telling_watching.told(part, now)
        grid.add_row("", part["source"], word, Text(first))
        for line in more:
            grid.add_row("", "", "", Text(line))
    if parts == []:
        grid.add_row("", "nothing", "", "no source has said anything yet")
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

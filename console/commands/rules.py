"""`lifeguard rules`: what each rule looks for, whose it is, and what it has found."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from console.options import AsJson
from console.terminal import safe_line, screen
from console.words import minute
from records.settings import settings

if TYPE_CHECKING:
    from search.totals import Fired

NONE_NOW = "none now"


def rules(
    as_json: AsJson = False,
) -> None:
    """What each rule looks for, whose it is, how many posts have a finding of it now, and when the newest came."""
    from console import sheets
    from moderation.policy import load_policy

    policy = load_policy(settings().policy_file)
    lines = sheets.lines(policy, asyncio.run(_ask()))
    if as_json:
        typer.echo(json.dumps({"rules": lines}, indent=2))
    else:
        screen().print(_table(lines))


async def _ask() -> "dict[str, Fired]":
    from search.client import Search
    from search.totals import fired

    async with Search(settings()) as search:
        return await fired(search)


def _table(lines: list[dict[str, Any]]) -> Table:
    shown = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    shown.add_column("Rule", style="bold", no_wrap=True)
    shown.add_column("Labels", overflow="fold")
    shown.add_column("Owner", overflow="fold")
    shown.add_column("What it looks for", ratio=1, overflow="fold")
    shown.add_column("Posts now", justify="right")
    shown.add_column("Newest (UTC)", no_wrap=True)
    for line in lines:
        last = Text(minute(line["newest_at"]) or NONE_NOW, style="" if line["posts"] else "dim")
        labels, owners = ("\n".join(map(safe_line, line[named])) for named in ("labels", "owners"))
        looks_for = line["looks_for"].removeprefix("Finds ")
        shown.add_row(line["rule"], labels, owners, Text(looks_for), f"{line['posts']:,}", last)
    return shown

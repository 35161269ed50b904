"""`lifeguard retention`: what has outlived its retention period, what is held, and when the next period ends."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from console.options import AsJson
from console.terminal import safe_line, screen
from console.words import clock, counted
from records.settings import settings


def retention(*, as_json: AsJson = False) -> None:
    """What has outlived its retention period now, by class; what a legal hold keeps; and when the next period ends."""
    from console.retaining.overview import overview

    found = asyncio.run(overview(settings(), datetime.now(UTC)))
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        _show(found)


def _show(found: Mapping[str, Any]) -> None:
    out = screen()
    table = Table("retention class", "kept for", "due", "oldest recorded", box=SIMPLE_HEAD, pad_edge=False)
    for row in found["classes"]:
        oldest = clock(row["oldest_at"]) if row["oldest_at"] else ""
        cells = (f"{row['title']} ({row['name']})", f"{row['years']} years", f"{row['due']:,}", oldest)
        table.add_row(*(safe_line(cell) for cell in cells))
    out.print(table)
    for hold_id, count in found["held"].items():
        out.print(Text(safe_line(f"{counted(count, 'post')} of these stay under the hold {hold_id}")))
    out.print(Text(_next(found["next_at"])))
    out.print(Text(_what_happens(found)))


def _next(next_at: str | None) -> str:
    return f"The next period ends {next_at[:10]}." if next_at else "Nothing else will fall due, as it is now."


def _what_happens(found: Mapping[str, Any]) -> str:
    days, told = found["notice_days"], found["reports"]
    if days is None:
        return "What is due is reported and kept: LIFEGUARD_EXPIRY_NOTICE_DAYS is not set."
    if not told:
        return f"What is due is told in a report, and erased {counted(days, 'day')} after it unless it is held."
    first = told[0]
    posts = counted(first["posts"], "post")
    return f"To be erased next: {posts} of the report {first['name']}, on {first['expires_at'][:10]}."

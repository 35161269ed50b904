"""`lifeguard settings`: every setting, its value here, and what it means."""

from typing import Annotated

import typer
from rich.table import Table

from console.terminal import safe_line, screen
from records.settings import Settings
from records.settings import settings as in_force

PREFIX = "LIFEGUARD_"


def settings(
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="The table of deploy/SETTINGS.md, with defaults.")
    ] = False,
) -> None:
    """Every setting of every process, as it stands here."""
    if as_markdown:
        typer.echo(markdown(), nl=False)
        return
    table = Table("setting", "here", "meaning", box=None, header_style="bold cyan", padding=(0, 2, 0, 0))
    for name, field in Settings.model_fields.items():
        table.add_row(f"{PREFIX}{name.upper()}", safe_line(_shown(getattr(in_force(), name))), field.description or "")
    screen().print(table)


def markdown() -> str:
    """The settings with their defaults, as a page."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_shown(field.default) or '-'} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    head = ["# Settings", "", *INTRODUCTION, "", "| variable | default | meaning |", "|---|---|---|"]
    return "\n".join([*head, *rows, ""])


INTRODUCTION = (
    "Environment variables, read once at the start of each process. Secrets are never values here: a setting names the",
    "file that holds them. `lifeguard settings --markdown` writes this page; `lifeguard settings` shows the values",
    "in force.",
)


def _shown(value: object) -> str:
    return "" if value is None else str(value)

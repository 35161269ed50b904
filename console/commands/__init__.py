"""The command `lifeguard`: one file a command, all of them in one list."""

import logging
import sys
from io import TextIOWrapper
from typing import Any

import typer
from typer.core import TyperGroup

from console.commands.duplicates import duplicates
from console.commands.erase import erase
from console.commands.export import export
from console.commands.find import find
from console.commands.hold import hold
from console.commands.ledger import ledger
from console.commands.rebuild import rebuild
from console.commands.retain import retain
from console.commands.retention import retention
from console.commands.rules import rules
from console.commands.serve import serve
from console.commands.settings import settings
from console.commands.staff import staff
from console.commands.status import status
from console.commands.tags import tags
from console.commands.token import token
from console.commands.verify import verify
from console.commands.why import why
from console.terminal import safe_line
from records.errors import Problem

COMMANDS = (find, duplicates, why, export, verify, status, rules, tags, settings, rebuild, retention, retain, serve)


class _SaysWhatIsWrong(TyperGroup):
    """A problem that has a sentence is told in that sentence."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  as click declares it
        """Runs the command; a Problem becomes one line on standard error and exit code 1."""
        try:
            return super().invoke(ctx)
        except Problem as problem:
            typer.echo(f"lifeguard: {safe_line(str(problem))}", err=True)
            raise typer.Exit(1) from None


def lifeguard() -> typer.Typer:
    """The command with all its parts."""
    app = typer.Typer(
        cls=_SaysWhatIsWrong,
        name="lifeguard",
        help="What third parties posted on our sites, how it came to be there, and how it stands.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for command in COMMANDS:
        app.command()(command)
    for group in (ledger, staff, token, erase, hold):
        app.add_typer(group)
    return app


def main() -> None:
    """The entry point."""
    logging.lastResort = None  # what a person should know, a command says itself
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that has no letter for it still shows something
    lifeguard()()

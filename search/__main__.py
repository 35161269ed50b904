"""`python -m search`: makes the indices, or moves them to the schema of this release."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from records.errors import Problem
from records.logs import log_to_stderr
from records.settings import settings
from search.client import Search
from search.indices import FIELDS, setup
from search.reindex import reindex

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)


@app.command("setup")
def setup_command() -> None:
    """Make the indices that are missing, and check those that are there."""
    _run(setup)
    typer.echo(f"indices ready: {', '.join(settings().named(name) for name in FIELDS)}")


@app.command("reindex")
def reindex_command(
    names: Annotated[list[str] | None, typer.Argument(help="posts, history, coverage; all if none is named.")] = None,
) -> None:
    """Move indices to the schema of this release, without a pause for searches."""
    if unknown := set(names or ()) - set(FIELDS):
        raise typer.BadParameter(f"there is no index {', '.join(sorted(unknown))}; there are {', '.join(FIELDS)}")

    async def work(search: Search) -> None:
        for name in names or FIELDS:
            moved = await reindex(search, name)
            typer.echo(f"{moved.documents} documents from {moved.old} to {moved.new}, which is now in use")

    _run(work)


@app.command("keys")
def keys_command(
    folder: Annotated[Path, typer.Argument(help="Where to write setup/api_key and work/api_key.")],
    kibana: Annotated[bool, typer.Option("--kibana", help="And kibana/kibana.yml, with a token for Kibana.")] = False,
) -> None:
    """Make the API keys of our processes, on a cluster with security, as an administrator."""
    from search.keys import make_keys, make_kibana_token

    async def work(search: Search) -> None:
        await make_keys(search, folder)
        if kibana:
            await make_kibana_token(search, folder)

    _run(work)


def _run(work: Callable[[Search], Coroutine[Any, Any, None]]) -> None:
    async def connected() -> None:
        log_to_stderr(settings(), "search")
        async with Search(settings()) as search:
            await work(search)

    try:
        asyncio.run(connected())
    except Problem as problem:
        typer.echo(str(problem), err=True)
        sys.exit(1)


if __name__ == "__main__":
    app()

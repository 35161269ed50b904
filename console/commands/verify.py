"""`lifeguard verify`: does the ledger hold what was recorded, and do the indices say what the ledger says?"""

import asyncio
import getpass
import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from console.options import AsJson
from console.terminal import safe_line, screen
from records.errors import Misconfigured, Problem
from records.settings import settings

if TYPE_CHECKING:
    from console.verifying.outcome import Outcome
    from console.verifying.where import Where
    from console.verifying.whole import Asked
    from console.verifying.witnessed import Statement


def verify(
    *,
    folder: Annotated[
        Path | None,
        typer.Option("--ledger", metavar="FOLDER", help="The folder of a ledger, or a copy, instead of the keeper."),
    ] = None,
    log: Annotated[
        str | None, typer.Option("--log", metavar="PATH", help="Only this log, as posts-0-...; not the indices.")
    ] = None,
    no_index: Annotated[bool, typer.Option("--no-index", help="The ledger alone, not Elasticsearch.")] = False,
    no_contents: Annotated[
        bool, typer.Option("--no-contents", help="Nor what the entries hold: fast, and no content is opened.")
    ] = False,
    continuously: Annotated[
        bool, typer.Option("--continuously", help="In small steps, again and again, until it is stopped.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare the ledger with its proofs and its witnesses, and the indices with the ledger; exit code 1 if it differs.

    The newest checkpoints come from the witnesses, never from the ledger's own folder.
    """
    if continuously:
        from console.verifying.continuous import main

        if folder or log or no_index or no_contents or as_json:
            raise Misconfigured("--continuously looks at everything, and takes no other option")
        main(settings())
        return
    if not folder and not no_contents and settings().ledger_token_file is None:
        raise Misconfigured(
            "contents of the ledger need the keeper's token: set LIFEGUARD_LEDGER_TOKEN_FILE, or use --no-contents"
        )
    outcome = _verified(folder, log, index=not (no_index or no_contents or log), contents=not no_contents)
    if as_json:
        typer.echo(json.dumps(outcome.value(), indent=2))
    else:
        _show(outcome)
    if not outcome.ok:
        raise typer.Exit(1)


def _verified(folder: Path | None, log: str | None, *, index: bool, contents: bool) -> "Outcome":
    from console.recording import audit
    from console.verifying.where import Where, statements
    from console.verifying.whole import Asked

    who = getpass.getuser()
    where = Where(settings(), folder, who, f"verify-{uuid.uuid4().hex}")
    outcome = asyncio.run(_run(where, Asked(log, index, contents), statements(settings())))
    try:
        audit(settings(), "verified", who, log or (str(folder) if folder else "the whole ledger"), outcome.line())
    except Problem as reason:
        screen(to_stderr=True).print(Text(safe_line(f"no record was made of this: {reason}")))
    return outcome


async def _run(where: "Where", asked: "Asked", said: "Sequence[Statement]") -> "Outcome":
    from console.verifying.bar import Bar
    from console.verifying.protection import add_protection
    from console.verifying.whole import Verification

    with Bar() as bar:
        outcome = await Verification(where, asked, bar).run(said)
    await asyncio.to_thread(add_protection, outcome, where.settings)
    return outcome


def _show(outcome: "Outcome") -> None:
    from console.verifying.telling import sentences

    out = screen()
    for title, lines in sentences(outcome):
        out.print(Text(title, style="bold cyan" if outcome.ok or title != "What differs" else "bold red"))
        for line in lines:
            out.print(Padding(Text(safe_line(line)), (0, 0, 0, 2)))

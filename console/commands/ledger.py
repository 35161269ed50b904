"""`lifeguard ledger`: the logs of the ledger and how far they are signed; and accepting a gap in one of them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from console.options import REASON_CHARS_MIN, AsJson
from console.recording import publish
from console.terminal import safe_line, screen
from console.words import counted
from records.errors import Malformed
from records.registry import GapAcceptance
from records.settings import settings
from records.topics import REGISTRY

ledger = typer.Typer(
    name="ledger",
    help="The logs of the ledger: how much is kept, signed and cosigned, and what has stopped.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@ledger.callback()
def listed(
    context: typer.Context,
    *,
    as_json: AsJson = False,
) -> None:
    """The logs of the ledger: how much is kept, signed and cosigned, and what has stopped."""
    if context.invoked_subcommand is not None:
        return
    health, logs = _asked()
    if as_json:
        typer.echo(json.dumps({"logs": logs, "stopped": health.get("stopped", [])}, indent=2))
    else:
        _show(health, logs)
    if health.get("stopped"):
        raise typer.Exit(1)


@ledger.command("accept-gap")
def accept_gap(
    origin: Annotated[str, typer.Argument(metavar="ORIGIN", help="The log, as `lifeguard ledger` names it.")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why these offsets are missing, for whoever looks later.")],
    staff: Annotated[str, typer.Option("--staff", metavar="NAME", help="Who accepts it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Accept that Kafka lost offsets of a log: each becomes an absent entry for ever, under your name."""
    gap = _gap(_asked()[0], origin)
    if len(reason.strip()) < REASON_CHARS_MIN or not staff.strip():
        raise Malformed(f"say who you are, and why in {REASON_CHARS_MIN} characters or more")
    out = screen()
    out.print(Text(f"In the log {safe_line(origin)}"))
    out.print(Text(f"the offsets {gap['from']:,} to {gap['until'] - 1:,} will be on record as absent for ever:"))
    out.print(
        Text(f"{counted(gap['until'] - gap['from'], 'record')} that Kafka no longer has and the ledger never got.")
    )
    if not yes and not typer.confirm(f"Does {staff} accept that?"):
        raise typer.Exit(1)
    publish(settings(), REGISTRY, _acceptance(origin, gap, reason, staff))
    out.print(Text("Accepted and on record; the keeper goes on within seconds."))


def _asked() -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    from ingest.ledger import keeper_says

    return keeper_says(settings())


def _gap(health: Mapping[str, Any], origin: str) -> Mapping[str, int]:
    stopped = {one["origin"]: one for one in health.get("stopped", [])}
    if origin not in stopped:
        waiting = [safe_line(name) for name, one in stopped.items() if "gap" in one]
        raise Malformed(f"nothing is missing in a log {origin}; with a gap there are: {', '.join(waiting) or 'none'}")
    if "gap" not in stopped[origin]:
        raise Malformed(f"what stopped this log is no gap: {stopped[origin]['reason']}")
    found: Mapping[str, int] = stopped[origin]["gap"]
    return found


def _acceptance(origin: str, gap: Mapping[str, int], reason: str, staff: str) -> GapAcceptance:
    return GapAcceptance(
        registry_id=origin,
        staff_id=staff,
        set_at=datetime.now(UTC),
        from_offset=gap["from"],
        until_offset=gap["until"],
        reason=reason,
    )


def _show(health: Mapping[str, Any], logs: Sequence[Mapping[str, Any]]) -> None:
    out = screen()
    table = Table("topic", "partition", box=SIMPLE_HEAD, pad_edge=False)
    for title in ("entries", "signed", "cosigned"):
        table.add_column(title, justify="right")
    table.add_column("", overflow="fold")
    stopped = {one["origin"]: one["reason"] for one in health.get("stopped", [])}
    for log in logs:
        cosigned = "-" if log["cosigned"] is None else f"{log['cosigned']:,}"
        remark = "STOPPED" if log["origin"] in stopped else f"ended: {log['ended']}" if log["ended"] else ""
        row = (log["topic"], str(log["partition"]), f"{log['entries']:,}", f"{log['size']:,}", cosigned, remark)
        table.add_row(*(safe_line(cell) for cell in row))
    out.print(table)
    for origin, reason in stopped.items():
        out.print(Text(safe_line(f"{origin}: {reason}"), style="bold red"))
    if not logs:
        out.print(Text("Nothing is signed yet."))

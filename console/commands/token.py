"""`lifeguard token`: which programs may use the API, on whose authority, for what, and until when."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from console.options import AsJson
from console.recording import publish, registered
from console.staff.authentication import role_of, signed_in
from console.staff.integrations import DAYS, SCOPES, refuse_taken, refuse_unable, removal, stands, wanted
from console.staff.tokens import Tokens
from console.terminal import safe_line, screen
from console.words import minute
from records.errors import NotAllowed
from records.registry import Integration
from records.settings import settings
from records.topics import REGISTRY

As = Annotated[str, typer.Option("--as", metavar="NAME", help="Who does it: an administrator.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The integration.")]
_SCOPES = "; ".join(f"{name}: {what}" for name, what in SCOPES.items())

token = typer.Typer(
    name="token",
    help="Tokens of integrations: programs that use the API on somebody's authority.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@token.command()
def add(
    name: Name,
    *,
    authority: Annotated[
        str, typer.Option("--for", metavar="NAME", help="On whose authority it acts: with their role, as it is then.")
    ],
    scope: Annotated[list[str], typer.Option(help=f"What it may do of that; can be given again. {_SCOPES}.")],
    by: As,
    days: Annotated[int, typer.Option(help="For how many days it is good, 365 at most.")] = DAYS,
) -> None:
    """A new integration, on record; its token is printed once and cannot be read again."""
    said = wanted(name, authority, scope, days, datetime.now(UTC))
    staff_id = signed_in(settings(), by, ("administrator",), f"making a token for {name}").staff_id
    known = _known().get(name)
    refuse_taken(known, datetime.now(UTC))
    refuse_unable(authority, role_of(settings(), authority))
    entry = Integration.model_validate(_head(name, staff_id, known) | said)
    publish(settings(), REGISTRY, entry)
    made = Tokens(settings()).add(name, entry.record_id)
    until = minute(entry.until.isoformat())
    screen().print(
        Text(f"{name} may {', '.join(entry.scopes)} on the authority of {safe_line(authority)} until {until}")
    )
    typer.echo(made)


@token.command("list")
def listed(*, as_json: AsJson = False) -> None:
    """Every integration that stands: on whose authority, for what, until when, and when its token was last used."""
    now, used = datetime.now(UTC), {one.name: one.used_at for one in Tokens(settings()).all()}
    rows = [
        {
            "name": said.registry_id,
            "authority": said.authority,
            "scopes": " ".join(said.scopes),
            "until": said.until.isoformat(),
            "used_at": datetime.fromtimestamp(at, UTC).isoformat() if (at := used.get(said.registry_id)) else None,
        }
        for said in _known().values()
        if stands(said, now)
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    out, table = screen(), Table("name", "on the authority of", "may", "until", "last used", box=SIMPLE_HEAD)
    for row in rows:
        used_at = minute(str(row["used_at"])) if row["used_at"] else "never"
        cells = (row["name"], row["authority"], row["scopes"], minute(str(row["until"])), used_at)
        table.add_row(*(safe_line(str(cell)) for cell in cells))
    out.print(table if rows else Text("There is no integration."))


@token.command()
def remove(name: Name, *, by: As) -> None:
    """An integration may do nothing any more, from this second on; what it did stays on record."""
    staff_id = signed_in(settings(), by, ("administrator",), f"removing the token of {name}").staff_id
    known = _known().get(name)
    if known is None or known.removed:
        raise NotAllowed(f"there is no integration {safe_line(name)}")
    publish(settings(), REGISTRY, Integration.model_validate({**_head(name, staff_id, known), **removal(known)}))
    Tokens(settings()).remove(name)
    screen().print(Text(f"{safe_line(name)} may do nothing any more."))


def _known() -> dict[str, Integration]:
    from ingest.registry import newest

    found = newest(registered(settings()), "integration")
    return {name: one.said for name, one in sorted(found.items()) if isinstance(one.said, Integration)}


def _head(name: str, staff_id: str, known: Integration | None) -> dict[str, object]:
    version = known.version + 1 if known else 1
    return {"registry_id": name, "staff_id": staff_id, "version": version, "set_at": datetime.now(UTC)}

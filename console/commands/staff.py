"""`lifeguard staff`: local accounts, so that two people are two people."""

import json
from datetime import UTC, datetime
from typing import Annotated, Literal, get_args

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from console.account import account
from console.instants import until_instant
from console.options import AsJson
from console.recording import publish
from console.staff.accounts import NAME, Account, Accounts, refuse_weak
from console.staff.authentication import grants, passphrase, signed_in
from console.terminal import safe_line, screen
from console.words import minute
from records.errors import Malformed, NotAllowed
from records.registry import RoleGrant
from records.settings import settings
from records.topics import REGISTRY

ADMINISTRATOR = "administrator"
Role = Literal["reviewer", "supervisor", "compliance", "examiner", "administrator"]
As = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="Who does it: an administrator. Only the first account needs nobody."),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The member of staff.")]
What = Annotated[Role, typer.Option("--role", help="What this person may do.")]
Until = Annotated[
    datetime | None,
    typer.Option("--until", parser=until_instant, metavar="TIME", help="The role ends then; an examiner needs it."),
]
_ANY = get_args(Role)

staff = typer.Typer(
    name="staff",
    help="Local accounts: who may sign in, and as what.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@staff.command("list")
def listed(*, as_json: AsJson = False) -> None:
    """Who has an account or a role, as what, and until when."""
    accounts = {one.staff_id: one for one in Accounts(settings()).all()}
    roles = grants(settings()) if accounts or settings().oidc_issuer else {}
    named = accounts.keys() | {name for name, said in roles.items() if said.granted}
    rows = [_row(name, accounts.get(name), roles.get(name)) for name in sorted(named)]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    out, table = screen(), Table("name", "role", "until", "", box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        failures = f"wrong passphrases: {row['failures']}" if row["failures"] else ""
        failures = failures if row["account"] else "no local account: signs in with the provider"
        until = f"{minute(str(row['until']))} UTC" if row["until"] else ""
        table.add_row(*(safe_line(cell) for cell in (str(row["name"]), str(row["role"] or "none"), until, failures)))
    out.print(table if rows else Text("There is no account yet."))


@staff.command()
def add(name: Name, *, role: What, until: Until = None, by: As = None) -> None:
    """A new account; its passphrase is asked for twice, and its role is on record."""
    accounts = Accounts(settings())
    first = not accounts.all()
    _refuse_other_names(name)
    if first and (role != ADMINISTRATOR or until):
        raise Malformed("the first account is an administrator's, without an end: add it with --role administrator")
    _refuse_endless(role, until)
    staff_id = account() if first else _administrator(by, f"adding {name}")
    if accounts.has(name):
        raise NotAllowed(f"there is an account {name} already: `lifeguard staff role` gives it another role")
    given = _new_passphrase(name)
    # The record first: an account without a role can do nothing, and the same command makes up for what is missing.
    publish(
        settings(),
        REGISTRY,
        RoleGrant(registry_id=name, staff_id=staff_id, set_at=datetime.now(UTC), role=role, until=until),
    )
    accounts.add(name, given)
    screen().print(Text(safe_line(f"{name} may sign in as {role}{_ends(until)}.")))
    if first:
        said = f"The first account here was made by no administrator: {staff_id}, who runs this machine, is on record."
        screen().print(Text(safe_line(said)))


@staff.command("role")
def another_role(name: Name, *, role: What, until: Until = None, by: As = None) -> None:
    """Another role, or the same for longer: for an account, or for whoever signs in by this name with the provider."""
    _refuse_other_names(name)
    _refuse_endless(role, until)
    staff_id = _administrator(by, f"giving {name} the role {role}")
    if staff_id == name:
        raise NotAllowed("an administrator does not change their own role: another one does")
    if not settings().oidc_issuer and not Accounts(settings()).has(name):
        raise NotAllowed(f"there is no account {name}")
    publish(
        settings(),
        REGISTRY,
        RoleGrant(registry_id=name, staff_id=staff_id, set_at=datetime.now(UTC), role=role, until=until),
    )
    screen().print(Text(safe_line(f"{name} may sign in as {role}{_ends(until)}.")))


@staff.command("passphrase")
def change(name: Name) -> None:
    """Another passphrase: the old one is asked for, then the new one twice."""
    signed_in(settings(), name, _ANY, "changing the own passphrase")
    Accounts(settings()).change(name, _new_passphrase(name))
    screen().print(Text(safe_line(f"{name} has a new passphrase.")))


@staff.command()
def remove(name: Name, *, by: As = None) -> None:
    """Take account and role away; what this person did stays on record."""
    staff_id = _administrator(by, f"removing {name}")
    if staff_id == name:
        raise NotAllowed("an administrator does not remove their own account: another one does")
    accounts, had = Accounts(settings()), grants(settings()).get(name)
    local = accounts.has(name)
    if not local and not (had and had.granted):
        raise NotAllowed(f"there is no account {name}")
    role = had.role if had else "reviewer"
    publish(
        settings(),
        REGISTRY,
        RoleGrant(registry_id=name, staff_id=staff_id, set_at=datetime.now(UTC), role=role, granted=False),
    )
    if local:
        accounts.remove(name)
    screen().print(Text(safe_line(f"{name} cannot sign in any more.")))


def _administrator(by: str | None, what: str) -> str:
    if not by:
        raise NotAllowed("accounts are changed by an administrator: say who with --as NAME")
    return signed_in(settings(), by, (ADMINISTRATOR,), what).staff_id


def _refuse_other_names(name: str) -> None:
    if not NAME.fullmatch(name):
        raise Malformed("a name has letters, digits and . _ @ + - only, 64 of them at most")


def _refuse_endless(role: Role, until: datetime | None) -> None:
    if role == "examiner" and until is None:
        raise Malformed("an examiner may read for a time only: say --until")
    if until and until <= datetime.now(UTC):
        raise Malformed("--until is over already")


def _new_passphrase(name: str) -> str:
    given = passphrase(f"New passphrase of {name}", twice=True)
    refuse_weak(given, name)
    return given


def _ends(until: datetime | None) -> str:
    return f" until {minute(until.isoformat())} UTC" if until else ""


def _row(name: str, one: Account | None, said: RoleGrant | None) -> dict[str, str | int | None]:
    role = said if said and said.granted else None
    until = role.until.isoformat() if role and role.until else None
    failures = one.failures if one else 0
    return {
        "name": name, "role": role.role if role else None, "until": until, "failures": failures, "account": bool(one),
    }  # fmt: skip

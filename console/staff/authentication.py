"""Signing in for one command: who it is, by their passphrase, and what they may do, by the newest record of their role.

Every success and every refusal is on record before the command goes on.
"""

import os
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import typer

from console.account import account
from console.recording import audit, registered
from console.staff.accounts import PASSPHRASE_CHARS_MAX, Accounts
from console.staff.file import FOR_OTHERS
from records.errors import Misconfigured, NotAllowed
from records.registry import RoleGrant
from records.settings import Settings

NOBODY_YET = "there is no account yet: `lifeguard staff add NAME --role administrator` makes the first one"


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff who has just given their passphrase."""

    staff_id: str
    role: str


def signed_in(settings: Settings, name: str, needs: Collection[str], what: str) -> Staff:
    """Asks for the passphrase of `name`; raises NotAllowed unless it is theirs and they have one of the roles.

    `what` says in a few words what for, and stands on the record of a refusal.
    """
    accounts = Accounts(settings)
    if not accounts.all():
        raise NotAllowed(NOBODY_YET)
    given = _given(settings, name)
    try:
        accounts.check(name, given, time.time())
        role = role_of(settings, name)
        _refuse_other_role(name, role, needs)
    except NotAllowed as reason:
        audit(settings, "refusal", name, what, str(reason))
        raise
    audit(settings, "sign_in", name, what, f"as {role}, at the command line of {account()}")
    return Staff(name, role)


def refused(settings: Settings, staff_id: str, what: str, reason: str) -> NotAllowed:
    """The refusal to be raised, once it is on record."""
    audit(settings, "refusal", staff_id, what, reason)
    return NotAllowed(f"{what}: refused, {reason}")


def role_of(settings: Settings, name: str) -> str:
    """The role that was last given to this person and stands now; empty without one."""
    said = grants(settings).get(name)
    if said is None or not said.granted or (said.until and said.until <= datetime.now(UTC)):
        return ""
    return said.role


def grants(settings: Settings) -> dict[str, RoleGrant]:
    """The newest record of everybody's role, by name."""
    from ingest.registry import newest

    found = newest(registered(settings), "role")
    return {name: one.said for name, one in found.items() if isinstance(one.said, RoleGrant)}


def passphrase(prompt: str, *, twice: bool = False) -> str:
    """From a person at the terminal, without echo; else the next line of standard input."""
    if sys.stdin.isatty():
        given: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True)
        return given
    return sys.stdin.readline(PASSPHRASE_CHARS_MAX + 2).rstrip("\r\n")


def _given(settings: Settings, name: str) -> str:
    """From the file that a setting names, which is of whoever runs the command, else as any passphrase."""
    file = settings.passphrase_file
    if file is None:
        return passphrase(f"Passphrase of {name}")
    try:
        with file.open(encoding="utf-8") as opened:
            if os.fstat(opened.fileno()).st_mode & FOR_OTHERS:
                raise Misconfigured(f"LIFEGUARD_PASSPHRASE_FILE, {file}, is open to others: chmod 600")
            line = opened.readline(PASSPHRASE_CHARS_MAX + 2).rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"LIFEGUARD_PASSPHRASE_FILE, {file}, cannot be read") from None
    if not line:
        raise Misconfigured(f"LIFEGUARD_PASSPHRASE_FILE, {file}, has no line to read")
    return line


def _refuse_other_role(name: str, role: str, needs: Collection[str]) -> None:
    if role not in needs:
        raise NotAllowed(f"{name} is {_named(role)}, and this needs {' or '.join(sorted(needs))}")


def _named(role: str) -> str:
    return f"a{'n' if role[0] in 'ae' else ''} {role}" if role else "a person without a role"

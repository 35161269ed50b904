"""Integrations as an administrator sees them: on whose authority, for what, until when; a new token is shown once."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import Response

from console.staff.integrations import (
    DAYS,
    DAYS_MAX,
    SCOPES,
    refuse_taken,
    refuse_unable,
    removal,
    stands,
    wanted,
)
from console.staff.tokens import Tokens
from console.web.desk import Desk
from console.web.nav import INTEGRATIONS, items_for
from console.web.registering import register
from console.web.rendering import go, page
from console.web.route import Asked, Missing
from console.words import minute
from records.errors import Malformed
from records.registry import Integration


@dataclass(frozen=True, slots=True)
class Line:
    """One integration on the page; `authority_ended` where its person has no role any more."""

    name: str
    authority: str
    scopes: str
    until: str
    used_at: str
    authority_ended: bool


async def tokens(desk: Desk, asked: Asked) -> Response:
    """All that stand, and a form for another one."""
    return await _page(desk, asked)


async def add_token(desk: Desk, asked: Asked) -> Response:
    """A new integration, on record; this answer is the only place where its token is ever shown."""
    name, authority, now = asked.said("name").strip(), asked.said("authority").strip(), datetime.now(UTC)
    said = wanted(name, authority, asked.form.get("scope", ()), _days(asked.said("days")), now)
    refuse_taken(integrations(desk).get(name), now)
    refuse_unable(authority, desk.set_up.role(authority))
    await register(desk, asked.staff, Integration, name, said, now)
    entry = integrations(desk)[name]
    made = await asyncio.to_thread(Tokens(desk.settings).add, name, entry.record_id)
    return await _page(desk, asked, name, made)


async def remove_token(desk: Desk, asked: Asked) -> Response:
    """An integration may do nothing any more; what it did stays on record."""
    name = asked.said("name")
    known = integrations(desk).get(name)
    if known is None or known.removed:
        raise Missing("there is no integration of this name, or it was removed")
    await register(desk, asked.staff, Integration, name, removal(known))
    await asyncio.to_thread(Tokens(desk.settings).remove, name)
    return go(asked, "/tokens", f"The integration {name} may do nothing any more.")


def integrations(desk: Desk) -> dict[str, Integration]:
    """The newest record of each, by name."""
    found = desk.set_up.newest("integration")
    return {name: one.said for name, one in sorted(found.items()) if isinstance(one.said, Integration)}


async def _page(desk: Desk, asked: Asked, name: str = "", made: str = "") -> Response:
    now, kept = datetime.now(UTC), await asyncio.to_thread(Tokens(desk.settings).all)
    used = {one.name: one.used_at for one in kept}
    lines = [_line(desk, said, used.get(said.registry_id)) for said in integrations(desk).values() if stands(said, now)]
    people = sorted(one for one in desk.set_up.newest("role") if desk.set_up.role(one))
    return page(
        asked,
        "tokens.html",
        ways=items_for(asked, INTEGRATIONS),
        lines=lines,
        scopes=SCOPES,
        people=people,
        days=DAYS,
        days_max=DAYS_MAX,
        name=name,
        made=made,
    )


def _line(desk: Desk, said: Integration, used_at: float | None) -> Line:
    return Line(
        name=said.registry_id,
        authority=said.authority,
        scopes=", ".join(said.scopes),
        until=minute(said.until.isoformat()),
        used_at=minute(datetime.fromtimestamp(used_at, UTC).isoformat()) if used_at else "",
        authority_ended=not desk.set_up.role(said.authority),
    )


def _days(said: str) -> int:
    if not said.isascii() or not said.isdigit() or len(said) > len(str(DAYS_MAX)):
        raise Malformed(f"a token is good for 1 to {DAYS_MAX} days")
    return int(said)

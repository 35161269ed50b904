"""How something that people set up is put on record: its next version, by whom, and known here at once."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from console.web.desk import Desk
from console.web.route import Asked
from records.base import Record
from records.codec import explain
from records.errors import Malformed
from records.topics import REGISTRY

TITLE_CHARS_MAX = 100


def head(desk: Desk, kind: str, name: str, asked: Asked) -> dict[str, Any]:
    """What every entry has: its name, the version after the newest one, who sets it up, and when."""
    known = desk.set_up.newest(kind).get(name)
    version = known.said.version + 1 if known else 1
    return {"registry_id": name, "version": version, "staff_id": asked.staff.staff_id, "set_at": datetime.now(UTC)}


async def publish(desk: Desk, make: Callable[[], Record]) -> None:
    """Returns when the broker has the entry and the console knows it; raises Malformed for what cannot be one."""
    try:
        record = make()
    except ValidationError as error:
        raise Malformed(f"this cannot be recorded: {explain(error)}") from None
    await desk.publish(REGISTRY, record)
    await asyncio.to_thread(desk.set_up.look)


def one_line(said: str, chars_max: int, needed: str = "") -> str:
    """A text on one line; raises Malformed where it is too long, or missing and `needed`."""
    found = " ".join("".join(char if char.isprintable() else " " for char in said).split())
    if needed and not found:
        raise Malformed(f"it needs a {needed}")
    if len(found) > chars_max:
        raise Malformed(f"a {needed or 'text'} has at most {chars_max} characters here")
    return found

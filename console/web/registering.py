"""How something that people set up is put on record: its next version, by whom, and known here at once."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from console.web.desk import Desk
from console.web.route import Visitor
from records.codec import explain
from records.errors import Malformed
from records.registry import Entry
from records.topics import REGISTRY

TITLE_CHARS_MAX = 100


def head(desk: Desk, kind: str, name: str, who: Visitor, at: datetime | None = None) -> dict[str, Any]:
    """What every entry has: its name, the version after the newest one, who sets it (and through what), and when."""
    known = desk.set_up.newest(kind).get(name)
    version = known.said.version + 1 if known else 1
    by = {"staff_id": who.staff_id, "set_at": at or datetime.now(UTC), "via": who.via}
    return {"registry_id": name, "version": version, **by}


async def publish(desk: Desk, entry: Entry) -> None:
    """Unless it says what stands; it is known here when this returns."""
    if not stands(desk, entry):
        await desk.publish(REGISTRY, entry)
        await asyncio.to_thread(desk.set_up.look)


def stands(desk: Desk, entry: Entry) -> bool:
    """Whether it says what stands, or was set by this person at this very time, whatever was set up since."""
    known = desk.set_up.newest(entry.kind).get(entry.registry_id)
    return (known is not None and what(known.said) == what(entry)) or desk.set_up.knows(entry)


async def register(
    desk: Desk, who: Visitor, sort: type[Entry], name: str, said: Mapping[str, Any], at: datetime | None = None
) -> None:
    """The next version of what has this name, as `publish` does it.

    Set by one person at one time (`at`, else now) it is put on record once, however often it is asked for. Raises
    Malformed for what cannot be an entry.
    """
    made = head(desk, sort.model_fields["kind"].default, name, who, at)
    try:
        entry = sort.model_validate({**made, **said})
    except ValidationError as error:
        raise Malformed(f"this cannot be recorded: {explain(error)}") from None
    await publish(desk, entry)


def what(entry: Entry) -> dict[str, Any]:
    """What an entry says, whoever set it and when."""
    return entry.model_dump(exclude={"record_id", "v", "kind", "registry_id", "version", "staff_id", "set_at", "via"})


def one_line(said: str, chars_max: int, needed: str = "") -> str:
    """A text on one line; raises Malformed where it is too long, or missing and `needed`."""
    found = " ".join("".join(char if char.isprintable() else " " for char in said).split())
    if needed and not found:
        raise Malformed(f"it needs a {needed}")
    if len(found) > chars_max:
        raise Malformed(f"a {needed or 'text'} has at most {chars_max} characters here")
    return found

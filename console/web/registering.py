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


async def register(
    desk: Desk, who: Visitor, sort: type[Entry], name: str, said: Mapping[str, Any], at: datetime | None = None
) -> None:
    """The next version of what has this name, unless it says what stands; it is known here when this returns.

    Set by one person at one time (`at`, else now) it is put on record once, however often it is asked for. Raises
    Malformed for what cannot be an entry.
    """
    kind = sort.model_fields["kind"].default
    known, set_at = desk.set_up.newest(kind).get(name), at or datetime.now(UTC)
    head = {"registry_id": name, "version": known.said.version + 1 if known else 1}
    try:
        entry = sort.model_validate({**head, "staff_id": who.staff_id, "set_at": set_at, "via": who.via, **said})
    except ValidationError as error:
        raise Malformed(f"this cannot be recorded: {explain(error)}") from None
    if (known and what(known.said) == what(entry)) or desk.set_up.knows(entry):
        return
    await desk.publish(REGISTRY, entry)
    await asyncio.to_thread(desk.set_up.look)


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

"""What tags and lists of words have in common as people publish them: which stand, who made them, who was faster."""

from typing import Any, TypeVar

from console.web.desk import Desk
from console.web.registering import head, publish
from console.web.route import SUPERVISORS, Asked
from console.words import minute
from ingest.registry import newest_of
from records.errors import Malformed, Problem, Unavailable
from records.registry import Entry, PublishedTag, WordList

Published = TypeVar("Published", PublishedTag, WordList)
_OF_ITS_OWN = {"record_id", "v", "kind", *Entry.model_fields}
BAD_REQUEST, AWAY = 400, 503


def standing(desk: Desk, sort: type[Published]) -> list[Published]:
    """Those that people have published and that stand, by name."""
    kind: str = sort.model_fields["kind"].default
    return [one for one in newest_of(desk.set_up.newest(kind).values(), sort) if not one.removed]


def named(desk: Desk, sort: type[Published], name: str) -> Published | None:
    """The one of this name among them."""
    return next((one for one in standing(desk, sort) if one.registry_id == name), None)


def made(desk: Desk, said: PublishedTag | WordList) -> str:
    """Which version it is, by whom, and since when."""
    recorded = desk.set_up.newest(said.kind)[said.registry_id].recorded_at
    return f"version {said.version}, {said.staff_id}, {minute(recorded.isoformat())}"


def refuse_overwriting(known: PublishedTag | WordList | None, seen: str) -> None:
    """What somebody else has changed since the form was opened, which showed the version `seen`."""
    if known and seen != str(known.version):
        raise Malformed(
            f"{known.staff_id} has published version {known.version} since you opened it; publish again to replace it "
            "by what stands here"
        )


async def remove(desk: Desk, asked: Asked, said: PublishedTag | WordList) -> None:
    """The next version of it says that it does not stand any more."""
    kept: dict[str, Any] = said.model_dump(exclude=_OF_ITS_OWN) | {"removed": True}
    await publish(desk, type(said)(**head(desk, said.kind, said.registry_id, asked.staff), **kept))


def may_publish(asked: Asked) -> bool:
    """Whether this visitor is offered a form."""
    return asked.staff.role in SUPERVISORS


def status_of(problem: Problem | None) -> int:
    """What a page answers that shows a form again."""
    return 200 if problem is None else AWAY if isinstance(problem, Unavailable) else BAD_REQUEST

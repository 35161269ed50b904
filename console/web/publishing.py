"""What tags and lists of words have in common as people publish them: which stand, who made them, who was faster."""

from datetime import datetime
from typing import TypeVar

from console.web.desk import Desk
from console.web.registering import register, what
from console.web.route import SUPERVISORS, Asked, Visitor
from console.words import minute
from ingest.registry import newest_of
from records.errors import Malformed, Problem, Unavailable
from records.registry import PublishedTag, WordList

Published = TypeVar("Published", PublishedTag, WordList)
BAD_REQUEST, AWAY = 400, 503
DIGITS_MAX = 15


class Overwriting(Malformed):
    """What somebody has published since it was seen."""


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


def refuse_overwriting(known: PublishedTag | WordList | None, seen: int, already: str) -> None:
    """What somebody has published since it was seen as version `seen`, 0 of a new one; raises Overwriting."""
    if known and not seen:
        raise Overwriting(already)
    if known and seen != known.version:
        raise Overwriting(
            f"{known.staff_id} has published version {known.version} since you opened it; publish again to replace it "
            "by what stands here"
        )


async def remove(desk: Desk, who: Visitor, said: PublishedTag | WordList, at: datetime | None = None) -> None:
    """The next version of it says that it does not stand any more."""
    await register(desk, who, type(said), said.registry_id, what(said) | {"removed": True}, at)


def version_in(said: str) -> int:
    """The version that a form was opened with; -1 for what is none."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= DIGITS_MAX else -1


def may_publish(asked: Asked) -> bool:
    """Whether this visitor is offered a form."""
    return asked.staff.role in SUPERVISORS


def status_of(problem: Problem | None) -> int:
    """What a page answers that shows a form again."""
    return 200 if problem is None else AWAY if isinstance(problem, Unavailable) else BAD_REQUEST

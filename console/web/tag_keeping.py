"""Tags by examples without their pages: which there are, one of them, and it is published and removed."""

from dataclasses import dataclass
from datetime import datetime

from console.web.desk import Desk
from console.web.publishing import named, refuse_overwriting, remove, standing
from console.web.registering import publish
from console.web.route import Missing, Visitor
from console.web.trying import fitted_alone
from moderation.tags import admitted, files_in
from moderation.tags.files import TAGS_MAX, TagFile
from records.errors import Malformed
from records.registry import PublishedTag

Tag = PublishedTag | TagFile


@dataclass(frozen=True, slots=True)
class Known:
    """A tag of this `file`, or one that somebody has published; `problem` says why it is not in use."""

    name: str
    said: Tag
    file: str = ""
    problem: str = ""


def all_of(desk: Desk) -> list[Known]:
    """Those of files, and those that people have published, by name."""
    published, files = standing(desk, PublishedTag), files_in(desk.settings.tags_dir, desk.policy)
    _, refused = admitted(published, files, desk.policy)
    found = [Known(one.tag.name, one.tag, one.file) for one in files]
    found += [Known(one.registry_id, one, "", refused.get(one.registry_id, "")) for one in published]
    return sorted(found, key=lambda one: one.name)


def of_name(desk: Desk, name: str) -> Known | None:
    """The tag of this name, that of a file before one that was published."""
    return next((one for one in all_of(desk) if one.name == name), None)


def found(desk: Desk, name: str) -> Known:
    """The same; raises Missing."""
    known = of_name(desk, name)
    if known is None:
        raise Missing("there is no tag of this name, or it was removed")
    return known


async def keep(desk: Desk, said: PublishedTag, seen: int) -> None:
    """In force within seconds, where nobody has published it since it was seen as version `seen`, 0 of a new one.

    Raises Overwriting, and Malformed for one that cannot be used.
    """
    async with desk.publishing:
        known = named(desk, PublishedTag, said.registry_id)
        already = f"there is a tag {said.registry_id} already: change that one, or choose another name"
        refuse_overwriting(known, seen, already)
        await desk.trials.run(lambda: _refuse_unusable(desk, said))
        await publish(desk, said)


async def let_go(desk: Desk, who: Visitor, said: Tag, at: datetime | None = None) -> None:
    """No post is judged by it any more; raises Malformed for one of a file."""
    if not isinstance(said, PublishedTag):
        raise Malformed(f"the tag {said.name} stands in a file, and is removed there")
    await remove(desk, who, said, at)


def _refuse_unusable(desk: Desk, said: PublishedTag) -> None:
    model = desk.model()
    files = files_in(desk.settings.tags_dir, desk.policy)
    others = [one for one in standing(desk, PublishedTag) if one.registry_id != said.registry_id]
    usable, _ = admitted(others, files, desk.policy, model.labels)
    if len(files) + len(usable) >= TAGS_MAX:
        raise Malformed(f"{TAGS_MAX} tags are in use, and no more can be: remove one first")
    _, refused = admitted([said], files, desk.policy, model.labels)
    for problem in refused.values():
        raise Malformed(problem)
    if model.model_digest is not None:
        fitted_alone(desk, said)

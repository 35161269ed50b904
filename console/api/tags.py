"""Tags by examples: which there are, one of them, and it is published and removed."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from console.api.operation import Call, Called
from console.api.saved import refuse_unknown
from console.api.taught import KeepTag, SayTag
from console.api.values import Instant, Told
from console.web import tag_keeping
from console.web.registering import head, stands
from console.web.tag_form import flat, tag_of
from records.base import Name
from records.registry import PublishedTag

TagName = Annotated[Name, Path(description="its name")]


class TagLine(Told):
    """A tag without its examples; one of a file has version 0, and is changed there."""

    name: str
    title: str
    severity: int
    clause: str
    owner: str
    clock_hours: int | None
    retention: str
    version: int = Field(description="send it back with a change")
    file: str | None
    published_by: str | None
    published_at: Instant | None
    problem: str | None = Field(description="why it is not in use")


class Tags(Told):
    """Every tag, by name."""

    tags: list[TagLine]


class Tag(TagLine):
    """One of them, whole; its examples may be what strangers wrote."""

    examples: list[str]
    counter_examples: list[str]
    threshold: float | None
    help: str | None


async def list_tags(call: Called) -> Tags:
    """Those of files, and those that people have published and that stand."""
    return Tags(tags=[TagLine(**_line(call, one)) for one in tag_keeping.all_of(call.desk)])


async def read_tag(call: Called, name: TagName) -> Tag:
    """A tag with its examples."""
    return _tag(call, name)


async def keep_tag(call: Called, name: TagName, asked: KeepTag) -> Tag:
    """Publishes a tag: posts that come from now on are judged by it. What stands already is no change.

    Where somebody has published it since the version that was seen, it is a 409. Each example is kept on one line and
    without characters that nobody sees.
    """
    said = entry_of(call, name, asked)
    if not stands(call.desk, said):
        await tag_keeping.keep(call.desk, said, asked.version)
    return _tag(call, name)


async def remove_tag(call: Called, name: TagName) -> None:
    """No post is judged by it any more; what it has found stays."""
    known = tag_keeping.of_name(call.desk, name)
    if known:
        await tag_keeping.let_go(call.desk, call.who, known.said, call.at)
    else:
        refuse_unknown(call, "tag", name)


def entry_of(call: Call, name: str, asked: SayTag) -> PublishedTag:
    """The tag that is told, as the next version of its name; raises Malformed."""
    fields = {field: getattr(asked, field) for field in SayTag.model_fields}
    texts = {field: tuple(map(flat, fields[field])) for field in ("examples", "counter_examples")}
    return tag_of(fields | texts, head(call.desk, "tag", name, call.who, call.at))


def _tag(call: Call, name: str) -> Tag:
    known = tag_keeping.found(call.desk, name)
    return Tag(
        **_line(call, known),
        examples=list(known.said.examples),
        counter_examples=list(known.said.counter_examples),
        threshold=known.said.threshold,
        help=known.said.help,
    )


def _line(call: Call, known: tag_keeping.Known) -> dict[str, object]:
    same = ("title", "severity", "clause", "owner", "clock_hours", "retention")
    told = {name: getattr(known.said, name) for name in same}
    by: dict[str, object] = {"version": 0, "published_by": None, "published_at": None}
    if isinstance(known.said, PublishedTag):
        recorded = call.desk.set_up.newest("tag")[known.name].recorded_at
        by = {"version": known.said.version, "published_by": known.said.staff_id, "published_at": recorded.isoformat()}
    return told | by | {"name": known.name, "file": known.file or None, "problem": known.problem or None}

"""The form of a tag: what stands in it, from an entry or as it was typed, and the entry that it says."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from console.page.shown import visible
from console.web.registering import one_line
from console.web.route import Asked
from moderation.tags.files import TagFile
from records.codec import explain
from records.errors import Malformed
from records.registry import PublishedTag

FIELDS = (
    "name", "title", "examples", "counter_examples", "threshold", "severity", "clause", "owner", "clock_hours",
    "retention", "help",
)  # fmt: skip
EMPTY = dict.fromkeys(FIELDS, "") | {"severity": "0", "clause": "4", "owner": "moderators", "retention": "moderation"}
TITLE_CHARS_MAX, HELP_CHARS_MAX = 200, 2_000

Typed = Mapping[str, str]


def typed_in(asked: Asked) -> dict[str, str]:
    """As somebody has typed it."""
    return {name: without_hidden(asked.said(name)) for name in (*FIELDS, "version", "new")}


def typed_of(said: PublishedTag | TagFile) -> dict[str, str]:
    """What is published, or stands in a file, as a form has it."""
    name = said.registry_id if isinstance(said, PublishedTag) else said.name
    texts = {field: "\n".join(map(flat, getattr(said, field))) for field in ("examples", "counter_examples")}
    others = {field: getattr(said, field) for field in FIELDS if field not in ("name", *texts)}
    version = str(said.version) if isinstance(said, PublishedTag) else "0"
    told = {field: "" if value is None else f"{value}" for field, value in others.items()}
    return told | texts | {"name": name, "version": version, "new": ""}


def entry_of(typed: Typed, head: Mapping[str, Any]) -> PublishedTag:
    """The tag that the form says; raises Malformed."""
    said = {
        "title": typed["title"],
        "examples": texts_in(typed["examples"]),
        "counter_examples": texts_in(typed["counter_examples"]),
        "threshold": _number(typed["threshold"], "the score from which on it is found", float),
        "severity": _number(typed["severity"], "how pressing it is", int) or 0,
        "clause": typed["clause"].strip(),
        "owner": typed["owner"].strip(),
        "clock_hours": _number(typed["clock_hours"], "the time to look at it", int),
        "retention": typed["retention"].strip(),
        "help": typed["help"],
    }
    return tag_of(said, head)


def tag_of(said: Mapping[str, Any], head: Mapping[str, Any]) -> PublishedTag:
    """The tag with these fields, title and help on one line each; raises Malformed."""
    lines = {
        "title": one_line(said["title"], TITLE_CHARS_MAX, "title"),
        "help": one_line(said["help"], HELP_CHARS_MAX) or None,
    }
    try:
        return PublishedTag(**{**head, **said, **lines})
    except ValidationError as error:
        raise Malformed(f"this cannot be recorded: {explain(error)}") from None


def with_more(typed: Typed, field: str, text: str) -> dict[str, str]:
    """The form with another example or counter-example at the end; raises Malformed where it stands there already."""
    if flat(text) in texts_in(typed[field]):
        raise Malformed("that post is among these examples already")
    lines = typed[field].rstrip("\n")
    return {**typed, field: f"{lines}\n{flat(text)}" if lines.strip() else flat(text)}


def texts_in(lines: str) -> tuple[str, ...]:
    """One on each line; empty lines are nothing."""
    return tuple(flat(line) for line in lines.split("\n") if line.strip())


def flat(text: str) -> str:
    """A post on one line."""
    return " ".join(without_hidden(text).split())


def without_hidden(text: str) -> str:
    """Without characters that nobody sees: a page names them, and their names would come back with the form."""
    text = text.replace("\r\n", "\n")
    if visible(text) == text:
        return text
    kept = (char if char == "\n" or visible(char) == char else " " if char.isspace() else "" for char in text)
    return "".join(kept)


def counted(typed: Typed) -> Sequence[int]:
    """How many examples and counter-examples stand in the form."""
    return [len(texts_in(typed[field])) for field in ("examples", "counter_examples")]


def _number(said: str, what: str, kind: type[float] | type[int]) -> Any:  # noqa: ANN401  either, or none
    if not said.strip():
        return None
    try:
        return kind(said.strip())
    except ValueError:
        raise Malformed(f"{what} is a number, and {said.strip()[:20]!r} is none") from None

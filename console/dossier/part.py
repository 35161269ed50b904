"""What every part of a dossier has: terms that explain themselves, and a reason for whatever is empty."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from pydantic import Field, model_validator

from console.words import NOT_PROVIDED
from records.base import Value

ERASED = "erased: it was made unreadable, and the proof that it existed was kept"
NONE = "none"
NOT_RECORDED = "not recorded"
LEARNT_LATER = "of a past state nothing is told that was learnt later"


class Part(Value):
    """A part of a dossier. Each field has a title (the term as people read it) and half a sentence that explains it.

    `absent` says of each field that is empty why it is; it is filled by itself, from what is given here, else from
    `ABSENT`, else with "not provided by the source". So nothing in a dossier is silently empty, in JSON either.
    """

    ABSENT: ClassVar[dict[str, str]] = {}

    absent: dict[str, str] = Field(
        default_factory=dict, title="Absent", description="why a field is empty, by the name of the field"
    )

    @model_validator(mode="after")
    def _nothing_silently_empty(self) -> Self:
        empty = [name for name in type(self).model_fields if name != "absent" and is_empty(getattr(self, name))]
        said = {name: self.absent.get(name) or self.ABSENT.get(name, NOT_PROVIDED) for name in empty}
        object.__setattr__(self, "absent", said)
        return self


P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Term:
    """One field as it is shown: its name, its term, half a sentence about it, and its value or why there is none."""

    name: str
    title: str
    explained: str
    value: Any
    absent: str | None


def terms(part: Part) -> Iterator[Term]:
    """Every field of a part in reading order; whoever shows them all leaves nothing out."""
    absent = part.absent
    for name, title, explained in _described(type(part)):
        yield Term(name, title, explained, getattr(part, name), absent.get(name))


@cache
def _described(kind: type[Part]) -> tuple[tuple[str, str, str], ...]:
    fields = kind.model_fields.items()
    return tuple((name, one.title or name, one.description or "") for name, one in fields if name != "absent")


def is_empty(value: object) -> bool:
    """Is there nothing to show? False and 0 are something."""
    return value is None or (isinstance(value, str | tuple | dict) and not value)


def changed(part: P, **fields: Any) -> P:  # noqa: ANN401  the values of any part
    """The same part with other values for some fields, and its reasons for what is empty made again."""
    said = {name: getattr(part, name) for name in type(part).model_fields if name != "absent"}
    why = {name: reason for name, reason in part.absent.items() if name not in fields}
    return type(part)(**said | fields, absent=why)

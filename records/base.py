"""What every record has: a version, an identity, and a closed, frozen shape."""

from datetime import UTC, datetime
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from records.digests import fact_digest

VERSION: Final = 1
LINE_CHARS_MAX = 2_048


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside the years 1 to 9999 once it is in UTC") from error


def _encodable(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("holds half of a surrogate pair, which is not text") from error
    return text


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An aware time, kept in UTC."""
Text = Annotated[str, AfterValidator(_encodable)]
"""Any text that UTF-8 can carry: NUL, controls and direction marks are kept as they came."""
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""A name that we give: a source, a label, a rule."""
Id = Annotated[Text, Field(min_length=1, max_length=512)]
"""An id that somebody else gave, or that is built from one."""
Line = Annotated[Text, Field(max_length=LINE_CHARS_MAX)]
"""A short text: an address, a title, a reason."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FactId = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
Count = Annotated[int, Field(ge=0, lt=2**53)]
"""How many, or where: as large as every reader of JSON can keep it."""
Ordinal = Annotated[int, Field(ge=1, lt=2**53)]
"""The first is 1."""
Share = Annotated[float, Field(ge=0, le=1)]


class Value(BaseModel):
    """A frozen, closed part of a record; bytes are base64 in JSON."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


class Record(Value):
    """A fact that crosses Kafka as one line of JSON and is never edited.

    `record_id` is computed from `identity()`; one that is given and differs is refused.
    """

    v: Literal[1] = VERSION
    record_id: str = Field(default="", pattern=r"^([0-9a-f]{40})?$")

    def identity(self) -> tuple[str | int | bool | None, ...]:
        """What makes this the same fact when it is published again."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _identified(self) -> Self:
        expected = fact_digest(type(self).__name__, *self.identity())
        if not self.record_id:
            object.__setattr__(self, "record_id", expected)
        elif self.record_id != expected:
            raise ValueError("record_id is not the digest of what the record says")
        return self

    def key(self) -> str:
        """The Kafka key: everything about one key meets in one partition."""
        raise NotImplementedError


def stamp(instant: datetime | None) -> str | None:
    """An instant as it enters a digest: ISO 8601 in UTC."""
    return None if instant is None else instant.astimezone(UTC).isoformat()

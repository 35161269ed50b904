"""What the API is told of tags and lists of words, as values: closed, and with a limit for everything."""

from typing import Annotated

from pydantic import Field

from console.api.asked import Asked, Title
from console.web.tag_form import HELP_CHARS_MAX, TITLE_CHARS_MAX
from moderation.word_lists import LABELS
from records.base import Count, Name, Ordinal, Text
from records.registry import EXAMPLES_MAX, TERMS_MAX, Example, Term

Examples = Annotated[list[Example], Field(max_length=EXAMPLES_MAX)]
Seen = Annotated[Count, Field(description="the version that was seen, 0 where there is none that stands")]
OfWords = Annotated[Name, Field(json_schema_extra={"enum": list(LABELS)})]


class SayTag(Asked):
    """What a tag is: posts that carry it, and posts that only look like it, each on one line; and what it obliges to.

    Without a threshold one is chosen from what the examples get when they are left out.
    """

    title: Annotated[Text, Field(min_length=1, max_length=TITLE_CHARS_MAX)]
    examples: Examples
    counter_examples: Examples = Field([])
    threshold: Annotated[float, Field(gt=0, le=1)] | None = None
    severity: Annotated[int, Field(ge=0, le=3)] = 0
    clause: Annotated[Text, Field(min_length=1, max_length=20)] = "4"
    owner: Name = "moderators"
    clock_hours: Annotated[Ordinal, Field(le=24 * 365)] | None = None
    retention: Name = "moderation"
    help: Annotated[Text, Field(max_length=HELP_CHARS_MAX)] = ""


class KeepTag(SayTag):
    """A tag to be published."""

    version: Seen


class TryTag(SayTag):
    """A tag to be tried."""

    name: Name


class SayWordList(Asked):
    """Words and phrases, never patterns; each is a finding with this label wherever it stands."""

    title: Title
    label: OfWords
    terms: Annotated[list[Term], Field(min_length=1, max_length=TERMS_MAX)]


class KeepWordList(SayWordList):
    """A list to be published."""

    version: Seen

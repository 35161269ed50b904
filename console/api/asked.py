"""What the API is told, as values: closed, and with a limit for everything."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from console.web.asked_for import VALUE_CHARS_MAX, VALUES_MAX
from console.web.exports import POSTS_MAX as EXPORTED_MAX
from console.web.exports import REASON_CHARS_MAX
from console.web.forming import DEFER_HOURS_MAX
from console.web.letters import REPLAYS_MAX
from console.web.registering import TITLE_CHARS_MAX
from records.base import Count, FactId, Id, Line, Ordinal, Text
from records.decisions import NOTE_CHARS_MAX

PAGE_MAX, PAGE = 100, 50
KEY = r"^[A-Za-z0-9_-]{8,64}$"
Limit = Annotated[int, Field(ge=1, le=PAGE_MAX, description="how many at most")]
Cursor = Annotated[str, Field(max_length=6_000, description="`next` of the answer before this one")]
Given = Annotated[Text, Field(max_length=VALUE_CHARS_MAX)]
Several = Annotated[list[Given], Field(max_length=VALUES_MAX)]
Words = Annotated[Text, Field(max_length=NOTE_CHARS_MAX)]
Title = Annotated[Text, Field(min_length=1, max_length=TITLE_CHARS_MAX)]
State = Literal["unjudged", "clear", "open", "decided", "reopened", "escalated", "deferred", "erased"]
SlugOf = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]


class Asked(BaseModel):
    """Something that is told to us; a field that there is not is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Search(BaseModel):
    """A search, by the fields of the page; several values of one field widen it, several fields narrow it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)

    words: Given = ""
    surface: Several = []
    source: Several = []
    author: Several = []
    label: Several = []
    state: Annotated[list[State], Field(max_length=VALUES_MAX)] = []
    language: Several = []
    severity: Annotated[int, Field(ge=0, le=3)] | None = Field(None, description="at least")
    url: Given | None = None
    from_: Given | None = Field(None, alias="from", description="a day or a time: posted then or later")
    until: Given | None = Field(None, description="the end of a day, or a time")
    visible: Literal["yes", "no"] | None = None
    waiting: Literal["yes", "no"] | None = None
    sort: Literal["relevance", "newest", "oldest", "severity"] = "relevance"


class SearchAsked(Search):
    """A search, and which page of it; `facets` are counted with the first page where it is asked for."""

    at: AwareDatetime | None = Field(None, description="of what had been seen by then, each post as it stood then")
    texts: Literal["now"] | None = Field(None, description="words of what a post says now; else of any text it has had")
    cursor: Cursor | None = None
    limit: Limit = PAGE
    facets: Literal["yes", "no"] = "no"


class OnCase(Asked):
    """An act on a case: `version` is that of the case that was seen."""

    post_id: Id
    version: Count


class Claim(Asked):
    """Take the case for five minutes, so that two do not work on it at once."""

    act: Literal["claim"]
    post_id: Id


class Release(OnCase):
    """Give it back."""

    act: Literal["release"]


class Decided(OnCase):
    """What decisions share: on which text, by which clause of the policy."""

    revision_id: FactId | None = Field(description="the text that was seen; null where there never was one")
    reason: Annotated[Text, Field(min_length=1, max_length=20)] = Field(description="the id of a clause")
    note: Words | None = None
    scope: Literal["post", "author", "report"] = "post"


class Decision(Decided):
    """Leave it, hide it, remove it."""

    act: Literal["leave", "hide", "remove"]


class SendReply(Decided):
    """Answer it on its site."""

    act: Literal["reply"]
    reply_text: Words
    template: Id | None = None


class Escalate(OnCase):
    """Pass it on to a role or a person."""

    act: Literal["escalate"]
    to: Id
    reason: Annotated[Text, Field(max_length=2_048)] = ""
    note: Words | None = None
    scope: Literal["post", "author", "report"] = "post"


class Defer(OnCase):
    """Not now, but then."""

    act: Literal["defer"]
    until: AwareDatetime = Field(strict=False)
    note: Words | None = None
    scope: Literal["post", "author", "report"] = "post"


class Note(OnCase):
    """A remark."""

    act: Literal["note"]
    note: Annotated[Words, Field(min_length=1)]


class Undo(OnCase):
    """Take a decision back."""

    act: Literal["undo"]
    undoes: FactId = Field(description="the record_id of the decision")


AnyAct = Annotated[
    Claim | Release | Decision | SendReply | Escalate | Defer | Note | Undo,
    Field(discriminator="act"),
]


class FreezeQueue(Asked):
    """All of a queue."""

    by: Literal["queue"]
    queue: Given


class FreezeSearch(Asked):
    """All that wait of a search."""

    by: Literal["search"]
    search: Search


class FreezeAuthor(Asked):
    """All that wait by one author at one source."""

    by: Literal["author"]
    author: Given
    source: Given


class FreezeAlike(Asked):
    """A post, and all that say the same."""

    by: Literal["alike"]
    post_id: Id


AnyFreeze = Annotated[FreezeQueue | FreezeSearch | FreezeAuthor | FreezeAlike, Field(discriminator="by")]


class BatchDecision(Asked):
    """What to do with every post of a batch; `to` is for escalate, `hours` for defer."""

    act: Literal["leave", "hide", "remove", "escalate", "defer"]
    reason: Annotated[Text, Field(max_length=20)] = ""
    note: Annotated[Text, Field(max_length=NOTE_CHARS_MAX)] = ""
    to: Annotated[Text, Field(max_length=512)] = ""
    hours: Annotated[int, Field(ge=1, le=DEFER_HOURS_MAX)] | None = None


class ExportPosts(Asked):
    """These posts."""

    by: Literal["posts"]
    post_ids: Annotated[list[Id], Field(min_length=1, max_length=EXPORTED_MAX)]
    reason: Annotated[Text, Field(max_length=REASON_CHARS_MAX)] = ""


class ExportSearch(Asked):
    """All that a search finds."""

    by: Literal["search"]
    search: Search
    reason: Annotated[Text, Field(max_length=REASON_CHARS_MAX)] = ""


AnyExport = Annotated[ExportPosts | ExportSearch, Field(discriminator="by")]


class Replay(Asked):
    """`times`: how often it was published again by now, as it was seen; so that two do not do it at once."""

    times: Annotated[int, Field(ge=0, le=REPLAYS_MAX)]


class KeepQueue(Asked):
    """A search as a queue."""

    title: Title
    explanation: Annotated[Text, Field(max_length=500)] = ""
    search: Search
    service_level_minutes: Annotated[Ordinal, Field(le=24 * 365 * 60)] | None = None
    alert_url: Line = ""
    alert_email: Line = ""


class KeepWebhook(Asked):
    """Where to tell what."""

    url: Annotated[Text, Field(min_length=1, max_length=2_048)]
    events: Annotated[list[Literal["case.opened", "case.decided", "case.overdue"]], Field(min_length=1, max_length=3)]


class KeepTemplate(Asked):
    """A reply to be prepared."""

    title: Title
    text: Annotated[Words, Field(min_length=1)]

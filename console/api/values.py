"""What the API answers, as values: instants are ISO 8601 in UTC, texts of posts, names and addresses a stranger's."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Told(BaseModel):
    """Something that is answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Me(Told):
    """What this token may do, on whose authority, and until when."""

    integration: str
    authority: str = Field(description="the member of staff on whose authority it acts")
    role: str
    scopes: list[Literal["read", "decide", "set_up", "export"]]
    until: Instant
    has_read_policy: bool = Field(description="whether that person has said so; without it nothing can be decided")


class Author(Told):
    """Who wrote a post, as its site names them."""

    author_id: str | None
    name: str | None


class Post(Told):
    """A post and its case, in a list."""

    post_id: str
    source: str
    native_id: str | None
    surface: str
    url: str | None
    page_title: str | None
    author: Author
    text: str | None = Field(description="as a stranger wrote it: show it as text, never as markup")
    language: str | None
    posted_at: Instant | None
    first_seen_at: Instant | None
    last_seen_at: Instant | None
    removed_at: Instant | None
    erased: bool
    reports: int
    labels: list[str]
    severity: int | None
    unscored: str | None = Field(description="why the model could not judge it")
    state: str
    version: int = Field(description="how many decisions there are: send it back with an act")
    revision_id: str | None = Field(description="this text: send it back with a decision")
    opened_at: Instant | None = Field(description="since when it waits for a person")
    due_at: Instant | None
    reopened_because: list[str]
    action: str | None
    decided_by: str | None
    decided_at: Instant | None
    claimed_by: str | None
    claimed_until: Instant | None
    escalated_to: str | None
    deferred_until: Instant | None
    desired: str | None = Field(description="what it should be by the decision that stands: visible, hidden, removed")
    visible: bool | None = Field(description="whether a visitor was seen to see it")
    wants: str | None = Field(description="what its site is to be asked for")
    wants_after: Instant | None = Field(description="not before then: until then it can be undone without a trace")
    order_result: str | None


class Reason(Told):
    """One thing that was found in a post, by whom, how sure, and under which clause."""

    label: str
    title: str
    rule: str
    score: float
    threshold: float
    severity: int
    clause: str | None
    span: list[int] | None = Field(description="where in the text, from and until, in characters")
    detail: str | None
    help: str | None


class Act(Told):
    """Whether one act can be taken now, and if not, why."""

    act: str
    refusal: str | None


class WholePost(Post):
    """A post with everything that decides it."""

    parent_post_id: str | None
    thread_id: str | None
    revisions: int
    reasons: list[Reason]
    acts: list[Act]
    undoes: str | None = Field(description="the decision that stands, by its record, where it can be undone")


class Posts(Told):
    """A page of posts; `next` is the cursor of the next one, null at the end."""

    posts: list[Post]
    next: str | None


class Share(Told):
    """So many posts have this value."""

    value: str
    posts: int


class Facet(Told):
    """The most frequent values of a field, and how many posts have others."""

    values: list[Share]
    others: int


class FoundPost(Post):
    """A post that was found."""

    says: Literal["now", "before"] | None = Field(
        description="`before`: only an earlier text says what was asked for, and `text` does not; null without words "
        "and as of a time"
    )


class FoundPosts(Told):
    """A page of what was found; `nearest`: nothing says exactly this, and these come nearest."""

    posts: list[FoundPost]
    next: str | None
    total: int
    at_least: bool
    nearest: bool
    untold: list[str] = Field(description="with `at`: of these the index cannot tell how they stood; a dossier may")
    facets: dict[str, Facet] | None


class Fact(Told):
    """One record about a post, as it crossed Kafka, without its capture."""

    topic: str
    kind: str
    record_id: str
    recorded_at: Instant
    place: str
    record: dict[str, Any]


class Facts(Told):
    """Facts in the order in which they were recorded."""

    facts: list[Fact]
    next: str | None


class Queue(Told):
    """An ordered view of cases, and how many are in it now."""

    name: str
    title: str
    explanation: str
    service_level_minutes: int | None
    cases: int


class Queues(Told):
    """Every queue, in the order in which they are shown."""

    queues: list[Queue]


class Clause(Told):
    """One paragraph of the policy; `removal`: a post can be hidden or removed for it."""

    id: str
    title: str
    text: str
    removal: bool


class Label(Told):
    """What a label obliges us to."""

    name: str
    title: str
    clause: str
    owner: str
    severity: int
    clock_hours: int | None
    retention: str = Field(description="the class of how long what we recorded about such a post is kept")
    kept_years: int
    help: str | None


class Policy(Told):
    """The policy in force."""

    title: str
    version: int
    digest: str
    effective_on: str
    clauses: list[Clause]
    labels: list[Label]


class Became(Told):
    """An act that counts, and how the case stands after it."""

    record_id: str
    post_id: str
    act: str
    version: int
    state: str
    claimed_by: str | None
    claimed_until: Instant | None
    decided_by: str | None
    action: str | None
    wants_after: Instant | None


class Because(Told):
    """Why so many of a batch do not count."""

    reason: str
    posts: int


class Progress(Told):
    """How far a batch is: it is done where nothing is `waiting` or `undo_waiting`."""

    posts: int
    decided: int
    refused: int
    not_sent: int
    waiting: int
    taken_back: int
    undo_refused: int
    undo_waiting: int
    reasons: list[Because]


class Batch(Told):
    """Posts that were frozen at a version, what was decided on them, and how far that is."""

    batch_id: str
    title: str
    posts: int
    act: str | None
    undone: bool
    progress: Progress | None


class Error(Told):
    """A field, and which rule it breaks."""

    field: str
    rule: str


class Standing(Told):
    """How a case stands."""

    version: int
    state: str
    claimed_by: str | None
    claimed_until: Instant | None
    decided_by: str | None
    action: str | None


class Problem(Told):
    """What is wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Error] = []
    case: Standing | None = None

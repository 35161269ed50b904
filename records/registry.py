"""The topic `registry`: what people set up, each version a record of its own."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from records.base import Count, FactId, Id, Instant, Line, Name, Ordinal, Record, Sha256, Share, Text
from records.decisions import LongText

EXAMPLES_MAX, EXAMPLE_CHARS_MAX, EXAMPLES_CHARS_MAX = 200, 2_000, 40_000
"""Examples of a published tag, and as many counter-examples: how many, how long each, how long all of them together."""
TERMS_MAX, TERM_CHARS_MAX = 1_000, 80
Example = Annotated[Text, Field(min_length=1, max_length=EXAMPLE_CHARS_MAX)]
Term = Annotated[Text, Field(min_length=1, max_length=TERM_CHARS_MAX)]


class Entry(Record):
    """What all entries share: which thing, which version of it, set by whom and when; `via` as of an act."""

    kind: str
    registry_id: Id
    version: Ordinal = 1
    staff_id: Id
    set_at: Instant
    via: Name | None = None

    def identity(self) -> tuple[str | int | bool | None, ...]:
        """Kind, id, version and who set it when: two people who set one version at once are two facts."""
        return (self.kind, self.registry_id, self.version, self.staff_id, self.set_at.isoformat())

    def key(self) -> str:
        """`kind:id`."""
        return f"{self.kind}:{self.registry_id}"


class Surface(Entry):
    """A place on our site where posts appear; what is unknown counts as static."""

    kind: Literal["surface"] = "surface"
    nature: Literal["static", "interactive"] = "static"
    url: Line | None = None
    title: Line | None = None
    terms: Line | None = None


class SurfaceApproval(Entry):
    """Static content, released in exactly this revision. Third-party posts are never the subject."""

    kind: Literal["surface_approval"] = "surface_approval"
    content_sha256: Sha256
    note: LongText | None = None


class PolicyVersion(Entry):
    """An immutable, numbered policy text with its digest."""

    kind: Literal["policy"] = "policy"
    sha256: Sha256
    text: Annotated[str, Field(max_length=200_000)]


class Attestation(Entry):
    """A worker's statement of having read one policy version; `registry_id` is the member of staff."""

    kind: Literal["attestation"] = "attestation"
    policy_version: Ordinal
    policy_digest: Sha256


class RoleGrant(Entry):
    """Who may do what, until when; `registry_id` is the member of staff."""

    kind: Literal["role"] = "role"
    role: Literal["reviewer", "supervisor", "compliance", "examiner", "administrator"]
    granted: bool = True
    until: Instant | None = None


class SavedQueue(Entry):
    """An ordered view of posts, with an owner and a service level; `staff_id` is who changed it last.

    `query` holds the filters of a search, by the names of `search.queries.Wanted`. What enters it is told to
    `alert_url` (a signed webhook) and `alert_email`. `removed`: it does not stand any more; a later version puts it
    back.
    """

    kind: Literal["queue"] = "queue"
    title: Line
    explanation: Line | None = None
    query: dict[str, Any]
    order: Line = "queue"
    service_level_minutes: Ordinal | None = None
    owner: Id | None = None
    alert_url: Line | None = None
    alert_email: Line | None = None
    removed: bool = False


class ReplyTemplate(Entry):
    """A reply with placeholders, judged like any text before it goes out; `removed` as of a queue."""

    kind: Literal["template"] = "template"
    title: Line
    text: LongText
    removed: bool = False


class PublishedTag(Entry):
    """A label that staff define by examples; `registry_id` is its name, and the rest as in a file of `moderation/tags`.

    Without a `threshold` one is chosen from what the examples get when they are left out; `removed` as of a queue.
    """

    kind: Literal["tag"] = "tag"
    title: Line
    examples: Annotated[tuple[Example, ...], Field(max_length=EXAMPLES_MAX)]
    counter_examples: Annotated[tuple[Example, ...], Field(max_length=EXAMPLES_MAX)] = ()
    threshold: Share | None = None
    severity: Annotated[int, Field(ge=0, le=3)] = 0
    clause: Line
    owner: Name
    clock_hours: Ordinal | None = None
    retention: Name
    help: Line | None = None
    removed: bool = False

    @model_validator(mode="after")
    def _not_too_long(self) -> Self:
        if sum(map(len, (*self.examples, *self.counter_examples))) > EXAMPLES_CHARS_MAX:
            raise ValueError(f"examples: together they have more than {EXAMPLES_CHARS_MAX:,} characters")
        return self


class WordList(Entry):
    """Words and phrases, each of which is a finding with this label wherever it stands; `registry_id` names the list.

    They are words as people write them, never patterns; `removed` as of a queue.
    """

    kind: Literal["lexicon"] = "lexicon"
    title: Line
    label: Name
    terms: Annotated[tuple[Term, ...], Field(max_length=TERMS_MAX)]
    removed: bool = False


class Roster(Entry):
    """Who is on duty from when to when."""

    kind: Literal["roster"] = "roster"
    members: tuple[Id, ...]
    from_at: Instant
    until_at: Instant


class SamplingFrame(Entry):
    """A reproducible random sample of everything: the share, and the seed that decides who is in it."""

    kind: Literal["sampling_frame"] = "sampling_frame"
    share: Share
    seed: Line


class GapAcceptance(Entry):
    """Offsets that Kafka no longer has, accepted as lost by a named person; `registry_id` is the origin of the log.

    From `from_offset` (included) until `until_offset` (excluded) the keeper puts an absent entry for each.
    """

    kind: Literal["gap"] = "gap"
    from_offset: Count
    until_offset: Count
    reason: LongText


class Hold(Entry):
    """A legal hold: what `query` finds, now and whatever arrives later, must not be deleted; `registry_id` names it.

    Its release is `release_requested` by one person and `released` by another; each state is the next version.
    `query` holds the filters of a search, by the names of `search.queries.Wanted`.
    """

    kind: Literal["hold"] = "hold"
    state: Literal["placed", "release_requested", "released"]
    reason: LongText
    query: dict[str, Any]


class Erasure(Entry):
    """A post's content is to be made unreadable, since both decisions behind it were accepted; `registry_id`: the post.

    The places are those of the decisions (`topic-partition-offset`); nobody requests an expiry. `stub` is what stays of
    the post's document: its `parts` without what a person wrote, and `applied`. It is sealed with another key than the
    post, so that it can be read once the post's key is gone.
    """

    kind: Literal["erasure"] = "erasure"
    basis: Line
    requested_by: Id | None = None
    requested_place: Id | None = None
    confirmed_by: Id
    confirmed_place: Id
    confirmed_at: Instant
    stub: dict[str, Any]


class Erased(Entry):
    """The keeper has overwritten the keys of a post; `registry_id`: the post.

    `entries`: how many entries of which log cannot be opened any more. `keys_until`: when the last backup of the keys
    ends, of which is known; none where there is none.
    """

    kind: Literal["erased"] = "erased"
    erasure_record_id: FactId
    entries: dict[str, Count]
    keys_until: Instant | None = None


class ExpiryReport(Entry):
    """What has outlived its retention period, told before anything is erased; `registry_id` names the report.

    `due` counts posts by retention class, `held` those that a legal hold keeps. At `expires_at` the posts are erased
    that are still due then; without it, none.
    """

    kind: Literal["expiry"] = "expiry"
    due: dict[str, Count]
    held: Count
    post_ids: tuple[Id, ...]
    expires_at: Instant | None = None


class Replay(Entry):
    """What a dead letter speaks of was published again; `registry_id`: the letter's key, `version`: how often by now.

    `letter` and `place` are where the letter stands, and where the bytes stand now (`topic-partition-offset`).
    """

    kind: Literal["replay"] = "replay"
    letter: Id
    sha256: Sha256
    place: Id


class Integration(Entry):
    """A program that may use the API until a time, on the authority of one member of staff; `registry_id` is its name.

    `scopes` narrow what that person may do. The secret that it shows is no record.
    """

    kind: Literal["integration"] = "integration"
    authority: Id
    scopes: tuple[Literal["read", "decide", "set_up", "export"], ...]
    until: Instant
    removed: bool = False


class Subscription(Entry):
    """Who is told by a signed webhook when something happens to a case; `removed` as of a queue."""

    kind: Literal["subscription"] = "subscription"
    url: Line
    events: tuple[Literal["case.opened", "case.decided", "case.overdue"], ...]
    removed: bool = False


RegistryEntry = Annotated[
    Surface
    | SurfaceApproval
    | PolicyVersion
    | Attestation
    | RoleGrant
    | SavedQueue
    | ReplyTemplate
    | PublishedTag
    | WordList
    | Roster
    | SamplingFrame
    | GapAcceptance
    | Hold
    | Erasure
    | Erased
    | ExpiryReport
    | Replay
    | Integration
    | Subscription,
    Field(discriminator="kind"),
]
REGISTRY_ENTRY: TypeAdapter[RegistryEntry] = TypeAdapter(RegistryEntry)

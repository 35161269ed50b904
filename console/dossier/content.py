"""The first half of a dossier as values: what was posted, by whom, when and where."""

from typing import ClassVar, Literal

from pydantic import Field

from console.dossier.part import NONE, NOT_RECORDED, Part
from records.base import Instant

Nature = Literal["static", "interactive"]


class Attachment(Part):
    """Something attached to a post; the file itself is not kept."""

    url: str = Field(title="Address", description="where the site serves the file")
    sha256: str | None = Field(None, title="Digest", description="SHA-256 of the file: equal digests, equal files")
    media_type: str | None = Field(None, title="Type", description="what kind of file the site says it is")


class Revision(Part):
    """One text of the post."""

    ABSENT: ClassVar[dict[str, str]] = {"text": "the post had no text", "attachments": NONE}

    number: int = Field(title="Number", description="the first text is 1, by the site's clock where it has one")
    current: bool = Field(title="Current", description="whether this is the text that stood last")
    text: str | None = Field(None, title="Text", description="what it said, character for character")
    text_cut: bool = Field(title="Cut", description="whether the site's text is longer than what is kept")
    attachments: tuple[Attachment, ...] = Field((), title="Attachments", description="files that came with the text")
    revision_id: str = Field(
        title="Revision id", description="a digest of text and attachments: another text, another digest"
    )
    place: str = Field(
        title="First recorded at",
        description="topic, partition, offset: its place in Kafka, through which all records pass",
    )


class ContextPost(Part):
    """A post of the same conversation, shown so that this one can be understood."""

    ABSENT: ClassVar[dict[str, str]] = {"text": "no text, or erased"}

    relation: Literal["answered by this post", "before", "after"] = Field(
        title="Relation", description="how it stands to this post"
    )
    post_id: str = Field(title="Post id", description="our id of it: source, colon, the site's id")
    author_name: str | None = Field(None, title="Author", description="the name that the site gives")
    posted_at: Instant | None = Field(None, title="Posted", description="by the site's clock")
    text: str | None = Field(None, title="Text", description="its current text")


class Erasure(Part):
    """That, why, when and by whom the content was erased."""

    ABSENT: ClassVar[dict[str, str]] = {
        "requested_by": "nobody: its retention period had ended",
        "requested_at": "nobody requested it: its retention period had ended",
        "requested_place": "nobody requested it: its retention period had ended",
        "confirmed_by": NOT_RECORDED,
        "confirmed_at": NOT_RECORDED,
        "confirmed_place": NOT_RECORDED,
        "basis": NOT_RECORDED,
        "keys_overwritten_at": "the keeper of the ledger has not recorded yet that it overwrote the keys",
        "entries": "the keeper of the ledger has not recorded yet which entries cannot be opened any more",
        "keys_until": "no backup of the keys is known",
    }

    basis: str | None = Field(None, title="Basis", description="the legal ground that was named for the erasure")
    requested_by: str | None = Field(None, title="Requested by", description="the member of staff who asked for it")
    requested_at: Instant | None = Field(None, title="Requested", description="when Kafka recorded that")
    requested_place: str | None = Field(None, title="Request recorded at", description="its place in Kafka")
    confirmed_by: str | None = Field(None, title="Confirmed by", description="another member of staff")
    confirmed_at: Instant | None = Field(None, title="Confirmed", description="when Kafka recorded that")
    confirmed_place: str | None = Field(None, title="Confirmation recorded at", description="its place in Kafka")
    keys_overwritten_at: Instant | None = Field(
        None, title="Keys overwritten", description="when the ledger's copies became unreadable"
    )
    entries: dict[str, int] = Field(
        default_factory=dict, title="Entries", description="how many entries of which log cannot be opened any more"
    )
    keys_until: Instant | None = Field(
        None, title="Last backup of the keys ends", description="until then a backup could still open them"
    )


class What(Part):
    """What was posted."""

    ABSENT: ClassVar[dict[str, str]] = {
        "erased": "it was not erased",
        "revisions": "no text was ever seen: the post is known only through what happened to it",
        "context": "no other post of its conversation is in the index",
        "in_answer_to": "the source names no post that it answers",
        "thread_id": "the source names no conversation",
    }

    erased: Erasure | None = Field(
        None, title="Erasure", description="content made unreadable on a legal ground, with its proofs kept"
    )
    revisions: tuple[Revision, ...] = Field((), title="Revisions", description="every text that the post has had")
    in_answer_to: str | None = Field(None, title="Answers", description="our id of the post that it replies to")
    thread_id: str | None = Field(None, title="Thread", description="the conversation that it belongs to")
    context_posts_max: int = Field(
        title="Context shown at most", description="posts of others before it and as many after it, by the setting"
    )
    context: tuple[ContextPost, ...] = Field(
        (), title="Context", description="the post that it answers and its neighbours in the conversation"
    )
    others_at_this_address: int = Field(
        title="Other posts at its address", description="only counted: they are other people's"
    )


class StaffRelation(Part):
    """What on record ties the author to the company."""

    basis: Literal["role", "own_author"] = Field(
        title="Known from", description="role: the id has a role with us; own_author: the policy says who speaks for us"
    )
    said: str = Field(title="Relation", description="what was set up, in words")
    place: str = Field(title="Recorded at", description="where that stands: a place in Kafka, or the policy")


class Who(Part):
    """The author, as the site says it."""

    ABSENT: ClassVar[dict[str, str]] = {
        "other_names": NONE,
        "staff": "nothing on record says that the author is one of our staff",
    }

    name: str | None = Field(None, title="Name", description="as the site last gave it; who that is, it cannot prove")
    author_id: str | None = Field(None, title="Id on the site", description="the account, by the site's own id")
    url: str | None = Field(None, title="Address", description="of the account on the site")
    other_names: tuple[str, ...] = Field((), title="Named before", description="other names the site gave for it")
    staff: tuple[StaffRelation, ...] = Field(
        (), title="Staff relation", description="whether the account is known to belong to the company"
    )


class Visible(Part):
    """A stretch in which the post could be seen on the site, as bounds: we look at moments, not all the time."""

    ABSENT: ClassVar[dict[str, str]] = {
        "not_before": "no lower bound: the site does not say when it was posted, nor was it seen missing before",
        "at_latest": "never seen itself: it is known only through what happened to it",
        "last_seen_at": "never seen itself: it is known only through what happened to it",
        "missing_at": "it has not been seen missing",
        "removed_at": "it has not been seen missing",
    }

    not_before: Instant | None = Field(
        None, title="Visible not before", description="posted by the site's clock, or last seen missing by ours"
    )
    at_latest: Instant | None = Field(
        None, title="Visible from at latest", description="our first look that saw it in this stretch"
    )
    last_seen_at: Instant | None = Field(
        None, title="Visible at least until", description="our last look that saw it; it cannot have gone earlier"
    )
    missing_at: Instant | None = Field(
        None, title="Gone at latest", description="our first look that no longer found it, or was told so"
    )
    removed_at: Instant | None = Field(
        None, title="Gone by the site's clock", description="when the site says it was removed, which we cannot check"
    )


class Edit(Part):
    """A change of the text, as bounds."""

    ABSENT: ClassVar[dict[str, str]] = {"not_before": "the text before it was never seen"}

    revision: int = Field(title="To revision", description="which text it made")
    not_before: Instant | None = Field(
        None, title="Not before", description="our last look that still saw the text before it"
    )
    at_latest: Instant = Field(title="At latest", description="our first look that saw the new text")
    site_at: Instant | None = Field(None, title="By the site's clock", description="which we cannot check")


class Observation(Part):
    """One look at the post, or word of it, by three clocks."""

    ABSENT: ClassVar[dict[str, str]] = {"revision": "it was about no text in particular"}

    kind: Literal["seen", "edited", "removed", "reported", "reacted"] = Field(
        title="What", description="seen, edited, removed, reported by somebody, or reacted to"
    )
    revision: int | None = Field(None, title="Revision", description="which text was seen")
    site_at: Instant | None = Field(None, title="The site says", description="when it happened; we cannot check it")
    seen_at: Instant = Field(title="We saw it", description="by our own clock")
    recorded_at: Instant = Field(title="Recorded", description="by Kafka's clock, the one that counts")
    backfill: bool = Field(title="As history", description="whether it was read later than it happened")
    place: str = Field(title="Recorded at", description="topic, partition and offset in Kafka")


class When(Part):
    """When it was posted, changed, seen and gone."""

    ABSENT: ClassVar[dict[str, str]] = {
        "first_seen_at": "never seen itself",
        "last_seen_at": "never seen itself",
        "missing_at": "it has not been seen missing",
        "edits": NONE,
        "visible": "never seen itself: it is known only through what happened to it",
        "observations": "none in the index",
    }

    posted_at: Instant | None = Field(None, title="Posted", description="by the site's clock, which we cannot check")
    first_seen_at: Instant | None = Field(None, title="First seen", description="by our own clock")
    last_seen_at: Instant | None = Field(None, title="Last seen", description="by our own clock")
    missing_at: Instant | None = Field(
        None, title="First seen missing", description="our first look that did not find it any more"
    )
    visible: tuple[Visible, ...] = Field(
        (), title="Visible", description="stretches in which it could be seen, each with its bounds"
    )
    edits: tuple[Edit, ...] = Field((), title="Edits", description="changes of its text, each with its bounds")
    observations: tuple[Observation, ...] = Field(
        (), title="Observations", description="every look and every word of it, in the order they were recorded"
    )


class Surroundings(Part):
    """What kind of place the surface was at some time."""

    ABSENT: ClassVar[dict[str, str]] = {
        "terms": "no terms of use were on record for it",
        "place": "nobody had set the surface up: the policy says it, or unknown counts as static",
    }

    nature: Nature = Field(
        title="Nature", description="static: content that we approve; interactive: a conversation that we supervise"
    )
    said_by: Literal["registry", "policy", "unknown counts as static"] = Field(
        title="Said by", description="the registry of surfaces, the policy in force, or nobody"
    )
    terms: str | None = Field(
        None, title="Terms in force", description="the terms of use under which people post there"
    )
    place: str | None = Field(None, title="Set up at", description="where the registry's entry stands in Kafka")


class Where(Part):
    """Where it stood."""

    ABSENT: ClassVar[dict[str, str]] = {
        "then": "what was set up at that time is not known",
        "now": "what is set up now is not known",
    }

    surface: str | None = Field(None, title="Surface", description="the place on our site where it appeared")
    url: str | None = Field(None, title="Address", description="where it could be read")
    page_title: str | None = Field(None, title="Page", description="the title of that page")
    source: str | None = Field(None, title="Source", description="the platform or feed that we collect from")
    native_id: str | None = Field(None, title="Id on the site", description="the site's own id of the post")
    language: str | None = Field(None, title="Language", description="as found by us, else as the site says")
    then: Surroundings | None = Field(
        None, title="The surface then", description="what was set up when the post was first recorded"
    )
    now: Surroundings | None = Field(None, title="The surface now", description="what is set up today")

"""The topic `posts`: one observation of a third party's post."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from records.base import Count, Id, Instant, Line, Name, Record, Sha256, Text, Value, stamp
from records.digests import post_id_of, revision_digest

TEXT_CHARS_MAX = 100_000
CAPTURE_BYTES_MAX = 900_000
MEDIA_MAX = 32
OF_A_PERSON = ("text", "author", "media", "page_title", "language", "capture", "revision_id")
"""What is not said of a post that was erased. Its `url` stays: whoever asks for that address must not be told that
nothing was captured there."""


class Author(Value):
    """The third party who wrote it, as the platform names them."""

    author_id: Id
    name: Line | None = None
    url: Line | None = None


class Media(Value):
    """Something attached to a post; the file itself is not kept."""

    url: Line
    sha256: Sha256 | None = None
    media_type: Line | None = None


class Http(Value):
    """The facts of the HTTP exchange that brought the post."""

    method: Line
    url: Line
    status: Count | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    remote: Line | None = None


class Capture(Value):
    """The exact bytes that are this post, with the digest and size of the whole that they were cut from.

    `content` holds at most `CAPTURE_BYTES_MAX` bytes; where `cut` is set, `sha256` and `size_bytes` still describe
    the uncut slice. `whole_*` describe the response, request or file that the slice lay in.
    """

    content: Annotated[bytes, Field(max_length=CAPTURE_BYTES_MAX)]
    sha256: Sha256
    size_bytes: Count
    cut: bool = False
    whole_sha256: Sha256
    whole_size_bytes: Count
    media_type: Line | None = None
    http: Http | None = None


class Collector(Value):
    """Which source brought the post, in which version and with which configuration."""

    source: Name
    version: Line
    config_digest: Sha256


class Report(Value):
    """A complaint about a post by somebody on the site."""

    reporter: Line | None = None
    reason: Line | None = None


class Reaction(Value):
    """A like, share, quote or pin; by staff it may be adoption."""

    what: Name
    staff_id: Id | None = None
    by: Line | None = None


class Post(Record):
    """One observation: seen, edited, removed, reported, or reacted to.

    Three clocks are kept apart: `site_at` is when the site says it happened, `seen_at` when we saw it; when it was
    recorded is Kafka's append time and not part of the record. `text` is given for `seen` and `edited` only.
    `erased`: the post was erased before, so that this says only that something was observed (see `reduced`).
    """

    kind: Literal["seen", "edited", "removed", "reported", "reacted"]
    post_id: Id
    source: Name
    native_id: Id
    surface: Line = "unknown"
    url: Line | None = None
    page_title: Line | None = None
    author: Author | None = None
    text: Annotated[Text, Field(max_length=TEXT_CHARS_MAX)] | None = None
    text_cut: bool = False
    media: Annotated[tuple[Media, ...], Field(max_length=MEDIA_MAX)] = ()
    revision_id: str | None = Field(default=None, pattern=r"^[0-9a-f]{40}$")
    parent_post_id: Id | None = None
    thread_id: Id | None = None
    language: Line | None = None
    site_at: Instant | None = None
    seen_at: Instant
    backfill: bool = False
    erased: bool = False
    report: Report | None = None
    reaction: Reaction | None = None
    capture: Capture | None = None
    collector: Collector

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.post_id != post_id_of(self.source, self.native_id):
            raise ValueError("post_id does not follow from source and native_id")
        carries_text = self.kind in ("seen", "edited") and not self.erased
        if self.erased and any(getattr(self, name) for name in OF_A_PERSON):
            raise ValueError("an erased post has nothing of what a person wrote")
        if carries_text != (self.text is not None):
            raise ValueError("text belongs to the kinds seen and edited, and must be there for them")
        if carries_text and self.revision_id != revision_of(self.text or "", self.media):
            raise ValueError("revision_id is not the digest of text and media")
        if (self.kind == "reported") != (self.report is not None):
            raise ValueError("report belongs to the kind reported, and must be there for it")
        if (self.kind == "reacted") != (self.reaction is not None):
            raise ValueError("reaction belongs to the kind reacted, and must be there for it")
        return self

    def identity(self) -> tuple[str | int | bool | None, ...]:
        """Source, native id, kind, revision, site time; for reports and reactions also who and what."""
        report, reaction = self.report or Report(), self.reaction
        return (
            self.source,
            self.native_id,
            self.kind,
            self.revision_id,
            stamp(self.site_at),
            report.reporter,
            report.reason,
            reaction.what if reaction else None,
            (reaction.staff_id or reaction.by) if reaction else None,
        )

    def key(self) -> str:
        """The post."""
        return self.post_id

    def reduced(self) -> "Post":
        """What may still be recorded once the post was erased: that, when and where something was observed."""
        left_out = {*OF_A_PERSON, "record_id"}
        said = {name: getattr(self, name) for name in type(self).model_fields if name not in left_out}
        said |= {"erased": True, "text_cut": False, "report": self.report and Report()}
        said["reaction"] = self.reaction and Reaction(what=self.reaction.what, staff_id=self.reaction.staff_id)
        return Post(**said)


def revision_of(text: str, media: tuple[Media, ...] = ()) -> str:
    """The revision id of a text with its media."""
    return revision_digest(text, (item.sha256 or item.url for item in media))

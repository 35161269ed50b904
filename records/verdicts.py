"""The topic `verdicts`: what the judge found in one revision under one policy and one model."""

from typing import Annotated

from pydantic import Field

from records.base import Count, FactId, Id, Instant, Line, Name, Ordinal, Record, Sha256, Share, Value

FINDINGS_MAX = 64
EMBEDDING_BYTES = 384
CLOCK_HOURS_MAX = 24 * 365


class Span(Value):
    """A stretch of the text, in characters: start included, end excluded."""

    start: Count
    end: Count


class Finding(Value):
    """One reason to look: a label, who found it, where, and how sure against which threshold.

    `rule` names the rule, or `model` where the transformer found it, `tag` where the examples of a tag did. `severity`
    is the policy's, 0 (note) to 3 (urgent), and so is `clock_hours`, within which a person must have looked. `detail`
    holds numbers that a rule saw, or the version of what staff have published, never the post's text.
    """

    label: Name
    rule: Name
    score: Share
    threshold: Share
    severity: Annotated[int, Field(ge=0, le=3)]
    clause: Line
    span: Span | None = None
    detail: Line | None = None
    clock_hours: Annotated[Count, Field(le=CLOCK_HOURS_MAX)] | None = None


class Verdict(Record):
    """All findings of one revision; advice, never an act. `embedding` is 384 signed bytes (x 127).

    `read_chars` is given where the text is longer than the model reads: so many characters of its beginning were
    scored, while the rules read all of it. `language` is what the text is written in, as found, else as the site said.
    `tags_digest` is given where tags or published lists of words were in force: SHA-256 over their names, versions and
    contents, and the background of the tags.
    """

    post_id: Id
    revision_id: FactId
    policy_version: Ordinal
    policy_digest: Sha256
    model_digest: Sha256 | None = None
    tags_digest: Sha256 | None = None
    judge_version: Line
    findings: Annotated[tuple[Finding, ...], Field(max_length=FINDINGS_MAX)] = ()
    scores: dict[Name, Share] = Field(default_factory=dict)
    embedding: Annotated[bytes, Field(min_length=EMBEDDING_BYTES, max_length=EMBEDDING_BYTES)] | None = None
    unscored: Line | None = None
    read_chars: Count | None = None
    language: Line | None = None
    backfill: bool = False
    judged_at: Instant

    def identity(self) -> tuple[str | int | bool | None, ...]:
        """Post, revision, policy and model digest; that of the tags only where there were any."""
        tags = () if self.tags_digest is None else (self.tags_digest,)
        return (self.post_id, self.revision_id, self.policy_digest, self.model_digest, *tags)

    def key(self) -> str:
        """The post."""
        return self.post_id

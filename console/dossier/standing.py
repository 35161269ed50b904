"""The end of a dossier as values: under which rules, how far it is proved, and what we were not watching."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from console.dossier.part import LEARNT_LATER, NONE, Part
from records.base import Instant


class PolicyUsed(Part):
    """A version of the policy that something about this post was judged or decided under."""

    ABSENT: ClassVar[dict[str, str]] = {
        "title": "the policy of that digest is not at hand",
        "effective_on": "the policy of that digest is not at hand",
        "place": "the registry has no policy of that digest",
        "in_force": LEARNT_LATER,
    }

    version: int = Field(title="Version", description="policies are numbered, and a number is never used twice")
    sha256: str = Field(title="Digest", description="SHA-256 of the policy's file")
    used_for: tuple[str, ...] = Field(title="Used for", description="verdicts, decisions, or what is in force now")
    in_force: bool | None = Field(None, title="In force", description="whether it is the policy of today")
    title: str | None = Field(None, title="Title", description="as the policy calls itself")
    effective_on: date | None = Field(None, title="Effective on", description="the day from which it counts")
    place: str | None = Field(None, title="Registered at", description="where its text stands in Kafka")


class RetentionOf(Part):
    """How long what is recorded about this post must be kept at least."""

    retention: str = Field(title="Retention class", description="the class of its labels with the longest period")
    title: str = Field(title="Title", description="in the words of the policy")
    until: Instant = Field(title="Kept until", description="before then it is not erased")


class HoldOn(Part):
    """A legal hold: while it is in force the post must not be deleted."""

    ABSENT: ClassVar[dict[str, str]] = {
        "placed_by": "the registry has no hold of this id",
        "placed_at": "the registry has no hold of this id",
        "reason": "the registry has no hold of this id",
        "state": "the registry has no hold of this id",
        "place": "the registry has no hold of this id",
    }

    hold_id: str = Field(title="Hold", description="its name")
    in_force: bool = Field(title="In force on this post", description="whether it keeps this post from erasure now")
    state: Literal["placed", "release_requested", "released"] | None = Field(
        None, title="State", description="its release takes two people: one requests it, another confirms"
    )
    placed_by: str | None = Field(None, title="By", description="who set it to this state")
    placed_at: Instant | None = Field(None, title="Since", description="when Kafka recorded that")
    reason: str | None = Field(None, title="Reason", description="in the words of whoever placed it")
    place: str | None = Field(None, title="Recorded at", description="its place in Kafka")


class Rules(Part):
    """Under which rules all this happened."""

    ABSENT: ClassVar[dict[str, str]] = {
        "policies": "nothing was judged or decided yet, and no policy could be read",
        "retention": "the policy could not be read, or the post is not in the index",
        "holds": "none is in force on this post",
    }

    policies: tuple[PolicyUsed, ...] = Field((), title="Policies", description="each version with its digest")
    retention: RetentionOf | None = Field(None, title="Retention", description="how long it must be kept at least")
    holds: tuple[HoldOn, ...] = Field((), title="Legal holds", description="it must not be deleted while one stands")


class Cosignature(Part):
    """That a witness saw a checkpoint, and when."""

    witness: str = Field(title="Witness", description="a process that signs only what continues what it saw before")
    at: Instant = Field(title="Cosigned", description="by the clock of the witness")
    valid: bool = Field(title="Valid", description="whether its signature holds under the key on file here")


class CheckpointSeen(Part):
    """The signed state of one log of the ledger."""

    ABSENT: ClassVar[dict[str, str]] = {
        "cosignatures": "no witness whose key is on file here has signed it",
        "signed": "not checked: the key of the ledger is not at hand",
    }

    log: str = Field(title="Log", description="the ledger has one append-only log for each partition")
    origin: str = Field(title="Origin", description="the name under which the log is signed")
    size: int = Field(title="Size", description="how many entries it covers")
    root: str = Field(title="Root", description="one digest over all of them (a Merkle tree, RFC 9162), in hex")
    signed: bool | None = Field(None, title="Signed", description="whether the signature of the ledger holds")
    cosignatures: tuple[Cosignature, ...] = Field(
        (), title="Cosignatures", description="who else has seen this state, and when"
    )


class FactProved(Part):
    """One fact of this dossier against its entry in the ledger."""

    ABSENT: ClassVar[dict[str, str]] = {
        "log": "the ledger has no log of this topic and partition",
        "leaf_index": "it is not in the ledger, or not signed yet",
        "leaf_hash": "it is not in the ledger, or not signed yet",
        "proof": "a log of one entry needs none, or there is no entry",
        "included": "not checked: there is no entry",
        "checkpoint": "there is none to check against",
        "content": "not compared: the content was not opened",
    }

    place: str = Field(title="Fact", description="its place in Kafka: topic, partition, offset")
    log: str | None = Field(None, title="Log", description="the log of the ledger that it stands in")
    leaf_index: int | None = Field(None, title="Leaf index", description="its number in that log, Kafka's offset")
    leaf_hash: str | None = Field(None, title="Leaf hash", description="digest of the entry, in hex")
    proof: tuple[str, ...] = Field(
        (), title="Inclusion proof", description="the digests that lead from the leaf to the root, in hex"
    )
    checkpoint: int | None = Field(None, title="Checkpoint", description="the size of the log that was signed")
    included: bool | None = Field(None, title="Included", description="whether the proof leads to the signed root")
    content: Literal["the same", "another", "erased", "cannot be opened", "missing", "not a record"] | None = Field(
        None, title="Content", description="whether the entry, opened, says what the index shows"
    )


class Integrity(Part):
    """How far all this is proved."""

    ABSENT: ClassVar[dict[str, str]] = {
        "why_not": "all of it was checked",
        "facts": "nothing was compared with the ledger",
        "checkpoints": "no checkpoint was read",
        "proved": "nothing",
    }

    result: Literal["proved", "proved in part", "NOT PROVED", "CONTRADICTED"] = Field(
        title="Result", description="of checking each fact against the ledger, an append-only record kept apart"
    )
    said: str = Field(title="In words", description="what that means")
    checked_at: Instant = Field(title="Checked", description="by the clock of this machine")
    why_not: tuple[str, ...] = Field((), title="Not checked", description="what could not be checked, and why")
    facts: tuple[FactProved, ...] = Field(
        (),
        title="Facts",
        description="each fact's entry, a leaf of the ledger's tree: whether it lies below the root, and says the same",
    )
    checkpoints: tuple[CheckpointSeen, ...] = Field((), title="Checkpoints", description="signed states of the logs")
    proved: tuple[str, ...] = Field((), title="Proved", description="what this shows")
    not_proved: tuple[str, ...] = Field(title="Not proved", description="what this cannot show")


class Stretch(Part):
    """A stretch of time and how the source was watched in it."""

    ABSENT: ClassVar[dict[str, str]] = {
        "why": "no reason is on record",
        "read_afterwards_at": "it was not read afterwards",
        "posts": "it was not read afterwards",
        "cannot_be_made_good": NONE,
    }

    from_at: Instant = Field(title="From", description="included")
    until_at: Instant = Field(title="Until", description="not included")
    state: Literal["watched", "gap", "backfilled", "not watched"] = Field(
        title="How",
        description="watched; gap: nothing was seen; backfilled: read afterwards; not watched: no word of it",
    )
    why: str | None = Field(None, title="Why", description="the reason of a gap")
    read_afterwards_at: Instant | None = Field(None, title="Read afterwards", description="when it was made good")
    posts: int | None = Field(None, title="Posts", description="found when it was read afterwards")
    cannot_be_made_good: str | None = Field(None, title="Lost", description="what reading afterwards cannot find")


class Gaps(Part):
    """What of the source we were watching around the time of the post, and what not."""

    ABSENT: ClassVar[dict[str, str]] = {
        "source": "not known",
        "watched_since": "not known: the source has never said what it was watching",
        "posted_at": "the site does not say when it was posted; a minute before it was seen is looked at",
        "periods": "the source has not told yet: it tells once in a while how far it has seen",
    }

    said: str = Field(title="In words", description="how far we can tell that nothing was missed")
    source: str | None = Field(None, title="Source", description="the platform or feed that we collect from")
    standing: Literal["alive", "silent", "given up", "import", "unknown"] = Field(
        title="Standing", description="whether anybody watches it today; an import is read from a file, once"
    )
    watched_since: Instant | None = Field(None, title="Watched since", description="when we began")
    posted_at: Instant | None = Field(None, title="Posted", description="by the site's clock")
    first_seen_at: Instant | None = Field(None, title="First seen", description="by our own clock")
    backfill: bool = Field(
        title="Came as history", description="whether it was read later, with what was there already"
    )
    periods: tuple[Stretch, ...] = Field(
        (), title="From posted to seen", description="how that time was watched, stretch by stretch"
    )

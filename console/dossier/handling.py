"""The middle of a dossier as values: how the post got in, what we did to it, how it was judged, what was done."""

from typing import ClassVar

from pydantic import Field

from console.dossier.part import NONE, NOT_RECORDED, Part
from records.base import Instant


class Http(Part):
    """The facts of the HTTP exchange that brought the post."""

    method: str = Field(title="Request", description="the HTTP method")
    url: str = Field(title="Address", description="what was asked, by us or of us")
    status: int | None = Field(None, title="Status", description="the code of the answer; 200 is success")
    remote: str | None = Field(None, title="From", description="the address of the other side")
    headers: dict[str, str] = Field(default_factory=dict, title="Headers", description="what else was said with it")


class Capture(Part):
    """The exact bytes that are this post."""

    ABSENT: ClassVar[dict[str, str]] = {"unchanged": "not checked: not all of the bytes are kept"}

    sha256: str = Field(title="Digest", description="SHA-256 of the bytes: whoever has them can compare")
    size_bytes: int = Field(title="Size", description="of those bytes")
    cut: bool = Field(title="Cut", description="whether only their beginning is kept")
    unchanged: bool | None = Field(
        None, title="Unchanged", description="whether the kept bytes still have that digest, checked just now"
    )
    whole_sha256: str = Field(title="Digest of the whole", description="of the answer that they were cut out of")
    whole_size_bytes: int = Field(title="Size of the whole", description="which itself is not kept")
    media_type: str | None = Field(None, title="Type", description="what kind of data the other side said it is")
    http: Http | None = Field(None, title="HTTP", description="the exchange that brought it")


class Arrival(Part):
    """How one observation came to us."""

    ABSENT: ClassVar[dict[str, str]] = {
        "cluster": "told by the ledger, which was not read",
        "capture": "the source keeps no bytes for this",
        "source_version": NOT_RECORDED,
        "source_config_sha256": NOT_RECORDED,
    }

    kind: str = Field(title="What", description="seen, edited, removed, reported by somebody, or reacted to")
    source: str = Field(title="Source", description="what collected it")
    source_version: str | None = Field(None, title="Version", description="of the program that collected it")
    source_config_sha256: str | None = Field(
        None, title="Configuration", description="SHA-256 of what the source was set to do"
    )
    capture: Capture | None = Field(None, title="Capture", description="the bytes as they came")
    cluster: str | None = Field(None, title="Kafka cluster", description="which servers took the record, by their id")
    topic: str = Field(title="Topic", description="the stream of records in Kafka that it stands in")
    topic_id: str = Field(title="Topic id", description="Kafka's id of that topic: one made anew has another")
    partition: int = Field(title="Partition", description="which part of the topic")
    offset: int = Field(title="Offset", description="its number there; numbers are never given twice")
    recorded_at: Instant = Field(title="Recorded", description="when Kafka appended it")
    record_id: str = Field(title="Record id", description="a digest of what makes it the same fact")


class HowItGotIn(Part):
    """By which way it came."""

    ABSENT: ClassVar[dict[str, str]] = {"arrivals": "no observation is in the index"}

    arrivals: tuple[Arrival, ...] = Field((), title="Arrivals", description="one for each observation")


class StaffReaction(Part):
    """What one of our staff did to the post on the site; such an act may make a post our own statement."""

    what: str = Field(title="What", description="a like, share, quote or pin")
    staff_id: str = Field(title="By", description="the member of staff")
    site_at: Instant | None = Field(None, title="The site says", description="when it happened; we cannot check it")
    seen_at: Instant = Field(title="We saw it", description="by our own clock")
    recorded_at: Instant = Field(title="Recorded", description="by Kafka's clock")
    place: str = Field(title="Recorded at", description="its place in Kafka")


class Counted(Part):
    """How often others did something; who, and in which words, is other people's data."""

    what: str = Field(title="What", description="a reaction, or a report")
    count: int = Field(title="How often", description="as far as it reached us")
    last_at: Instant = Field(title="Last", description="when we last heard of one")


class Reply(Part):
    """An answer of ours under the post."""

    ABSENT: ClassVar[dict[str, str]] = {
        "text": "the site was asked to reply without a text",
        "result": "the site has not answered yet",
        "ordered_by": "the decision behind it is not in the index",
    }

    text: str | None = Field(None, title="Text", description="what we answered")
    ordered_by: str | None = Field(None, title="Decided by", description="the member of staff who wrote it")
    ordered_at: Instant = Field(title="Asked", description="when the site was asked to show it")
    result: str | None = Field(None, title="Result", description="what the site said last: done, failed or refused")
    order_id: str = Field(title="Order id", description="the place in Kafka of the decision behind it")


class WhatWeDidToIt(Part):
    """Reactions by our staff and replies in our name; of others, only how many."""

    ABSENT: ClassVar[dict[str, str]] = {
        "by_staff": "no reaction by our staff is on record",
        "replies": "no reply of ours is on record",
        "by_others": "none on record",
    }

    by_staff: tuple[StaffReaction, ...] = Field(
        (), title="Reactions by our staff", description="likes, shares, quotes, pins: they may make it our statement"
    )
    replies: tuple[Reply, ...] = Field((), title="Our replies", description="what we answered under it")
    by_others: tuple[Counted, ...] = Field(
        (), title="By others", description="reactions and reports, only counted: who made them is other people's data"
    )


class Span(Part):
    """Where in the text."""

    ABSENT: ClassVar[dict[str, str]] = {"text": "the text was erased, or is not in the index"}

    start: int = Field(title="From character", description="counted from 0")
    end: int = Field(title="Up to character", description="this one is no longer in it")
    text: str | None = Field(None, title="Words", description="what stands there")


class Finding(Part):
    """One reason for a person to look."""

    ABSENT: ClassVar[dict[str, str]] = {
        "span": "it is about the whole text",
        "detail": NONE,
        "clause_title": "the policy of that digest is not at hand",
    }

    label: str = Field(title="Label", description="what is notable about it, by a closed list of names")
    rule: str = Field(title="Found by", description="the rule of that name; model: the transformer; tag: examples")
    score: float = Field(title="Score", description="how sure, from 0 to 1")
    threshold: float = Field(title="Threshold", description="from this score on it is a reason to look")
    span: Span | None = Field(None, title="Span", description="which characters of the text")
    detail: str | None = Field(None, title="Detail", description="numbers that were seen, or which version found it")
    severity: int = Field(
        title="Severity", description="by the policy: 0 a note, 1 to be looked at, 2 serious, 3 urgent"
    )
    clause: str = Field(title="Clause", description="the paragraph of the policy that it is about")
    clause_title: str | None = Field(None, title="Title of the clause", description="in the words of the policy")


class Judgement(Part):
    """What the judge, a program, found in one revision; advice to people, never an act."""

    ABSENT: ClassVar[dict[str, str]] = {
        "revision": "the text that was judged is not in the index",
        "findings": "nothing was found",
        "scores": "no model was loaded, or it gave no score",
        "unscored": "it was scored",
        "model_sha256": "no model was loaded",
        "tags_sha256": "no tags and no lists of words were in force",
        "language": "could not be told",
        "read_chars": "all of the text was read",
    }

    revision: int | None = Field(None, title="Revision", description="which text was judged")
    revision_id: str = Field(title="Revision id", description="a digest of text and attachments")
    findings: tuple[Finding, ...] = Field((), title="Findings", description="each reason for a person to look")
    unscored: str | None = Field(None, title="Not scored", description="why the model gave no opinion")
    read_chars: int | None = Field(
        None, title="Read by the model", description="only so many characters of the beginning; rules read them all"
    )
    scores: dict[str, float] = Field(
        default_factory=dict, title="Scores", description="what the model gave each label, from 0 to 1"
    )
    language: str | None = Field(None, title="Language", description="what the text is written in")
    policy_version: int = Field(title="Policy version", description="the numbered policy it was judged under")
    policy_sha256: str = Field(title="Policy digest", description="SHA-256 of that policy's file")
    model_sha256: str | None = Field(None, title="Model digest", description="SHA-256 of the model that scored it")
    tags_sha256: str | None = Field(None, title="Tags digest", description="SHA-256 of all tags and lists of words")
    judge_version: str = Field(title="Judge", description="the version of the program")
    judged_at: Instant = Field(title="Judged", description="by our own clock")
    recorded_at: Instant = Field(title="Recorded", description="by Kafka's clock")
    place: str = Field(title="Recorded at", description="its place in Kafka")


class Decided(Part):
    """What a person did about it."""

    ABSENT: ClassVar[dict[str, str]] = {
        "revision": "it is about the post, not about one text",
        "action": "it asks nothing of the site",
        "reason": "acts of this kind give no reason",
        "said": NONE,
        "accepted": "not folded into the document yet, or no longer kept there",
        "refusal": "it was not refused",
        **dict.fromkeys(("policy_version", "policy_sha256"), "acts of this kind name no policy"),
    }

    kind: str = Field(title="Decision", description="what kind of act: decide, escalate, defer, hold, erase ...")
    staff_id: str = Field(title="Who", description="the member of staff")
    made_at: Instant = Field(title="Made", description="by the clock of whoever made it")
    recorded_at: Instant = Field(title="Recorded", description="by Kafka's clock")
    action: str | None = Field(None, title="Action", description="what the site is asked to do")
    reason: str | None = Field(None, title="Reason", description="in the words of whoever decided")
    said: dict[str, str] = Field(default_factory=dict, title="Said with it", description="whatever else was given")
    revision: int | None = Field(None, title="On revision", description="the text that was decided on")
    policy_version: int | None = Field(None, title="Policy version", description="the policy it was decided under")
    policy_sha256: str | None = Field(None, title="Policy digest", description="SHA-256 of that policy's file")
    accepted: bool | None = Field(None, title="Accepted", description="whether it came to count")
    refusal: str | None = Field(None, title="Refused because", description="why it does not count")
    scope: str = Field(title="About", description="the post, its author, or a report of it")
    case_version_seen: int = Field(title="Case version seen", description="how many decisions its maker knew of")
    place: str = Field(title="Recorded at", description="its place in Kafka")


class HowItWasJudged(Part):
    """By the machine, which advises, and by people, who decide."""

    ABSENT: ClassVar[dict[str, str]] = {
        "help": "the policy has no words of help for what was found",
        "verdicts": "not judged yet",
        "decisions": "nobody has decided anything yet",
    }

    help: dict[str, str] = Field(
        default_factory=dict, title="Help", description="how the author of such a post can be helped, by the policy"
    )
    verdicts: tuple[Judgement, ...] = Field((), title="Verdicts", description="what a program found; advice")
    decisions: tuple[Decided, ...] = Field((), title="Decisions", description="what people did about it")


class Request(Part):
    """What the site was asked."""

    ABSENT: ClassVar[dict[str, str]] = {"reply_text": "it is no reply"}

    action: str = Field(title="Asked to", description="hide, remove, restore, or reply")
    reply_text: str | None = Field(None, title="Reply", description="the text to show")
    ordered_at: Instant = Field(title="Asked", description="by our own clock")
    recorded_at: Instant = Field(title="Recorded", description="by Kafka's clock")
    order_id: str = Field(title="Order id", description="the place in Kafka of the decision behind it")
    place: str = Field(title="Recorded at", description="its place in Kafka")


class Answer(Part):
    """What the site answered, or what was seen there later."""

    ABSENT: ClassVar[dict[str, str]] = {"visible": "not looked at", "status": "no HTTP answer", "detail": NONE}

    result: str = Field(title="Result", description="done, failed, refused; observed: what was seen there later")
    attempt: int = Field(title="Attempt", description="the first is 1")
    visible: bool | None = Field(None, title="Visible", description="whether the post could still be seen then")
    status: int | None = Field(None, title="Status", description="the code of the site's HTTP answer")
    detail: str | None = Field(None, title="Detail", description="what else was said")
    happened_at: Instant = Field(title="When", description="by our own clock")
    recorded_at: Instant = Field(title="Recorded", description="by Kafka's clock")
    order_id: str = Field(title="Order id", description="which request it is about")
    place: str = Field(title="Recorded at", description="its place in Kafka")


class WhatWasDone(Part):
    """What was done on the site, what was observed there after, and how the case stands."""

    ABSENT: ClassVar[dict[str, str]] = {
        "requests": "nothing was asked of the site",
        "answers": "nothing",
        "visible": "not known",
        "state": "not in the index of posts (yet)",
        "labels": NONE,
        **dict.fromkeys(("action", "decided_by", "decided_at"), "nobody has decided yet, or it was undone"),
        **dict.fromkeys(("claimed_by", "claimed_until"), "nobody works on it"),
        "escalated_to": "it was not passed on",
        "deferred_until": "it was not put off",
    }

    requests: tuple[Request, ...] = Field((), title="Asked of the site", description="each order that went out")
    answers: tuple[Answer, ...] = Field(
        (), title="Answered and observed", description="what the site did, and what was seen there after"
    )
    visible: bool | None = Field(None, title="On the site", description="whether it could be seen when last looked")
    state: str | None = Field(None, title="State", description="where its case stands")
    labels: tuple[str, ...] = Field((), title="Labels", description="what is notable about its current text")
    action: str | None = Field(None, title="Standing answer", description="what was decided last and stands")
    decided_by: str | None = Field(None, title="By", description="the member of staff")
    decided_at: Instant | None = Field(None, title="Decided", description="by Kafka's clock")
    claimed_by: str | None = Field(None, title="Claimed by", description="who works on the case")
    claimed_until: Instant | None = Field(None, title="Claimed until", description="then anybody may take it")
    escalated_to: str | None = Field(None, title="Passed on to", description="a person or a role")
    deferred_until: Instant | None = Field(None, title="Put off until", description="then it waits again")
    case_version: int = Field(title="Case version", description="how many decisions were accepted on it")

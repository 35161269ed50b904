"""Any record of every shape, for properties that must hold for all of them."""

from datetime import UTC
from typing import Any

from hypothesis import strategies as st

from records.audit import Audit
from records.base import Record
from records.coverage import Coverage
from records.dead_letters import DeadLetter, contents_of
from records.decisions import Claim, Decide, Defer, Erase, Escalate, LegalHold, Note, Release, Undo
from records.digests import post_id_of
from records.orders import Order, Outcome
from records.posts import Author, Capture, Collector, Http, Media, Post, Reaction, Report, revision_of
from records.registry import (
    Attestation,
    Erased,
    Erasure,
    ExpiryReport,
    GapAcceptance,
    Hold,
    Integration,
    PolicyVersion,
    PublishedTag,
    Replay,
    ReplyTemplate,
    RoleGrant,
    Roster,
    SamplingFrame,
    SavedQueue,
    Subscription,
    Surface,
    SurfaceApproval,
    WordList,
)
from records.topics import BY_NAME, Topic
from records.verdicts import EMBEDDING_BYTES, Finding, Span, Verdict

instants = st.datetimes(timezones=st.just(UTC))
names = st.text("az09_.-", max_size=8).map("a".__add__)
ids = st.text(min_size=1, max_size=30)
lines = st.text(max_size=40)
texts = st.text(max_size=80)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
facts = st.binary(min_size=20, max_size=20).map(bytes.hex)
counts = st.integers(0, 2**53 - 1)
numbers = st.integers(1, 1_000_000)
shares = st.floats(0, 1)
contents = st.binary(max_size=60)
truths = st.booleans()
json_values = st.recursive(
    st.none() | truths | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """This, or nothing."""
    return st.none() | strategy


def one_of(*values: str) -> st.SearchStrategy[str]:
    """One of these words."""
    return st.sampled_from(values)


media = st.lists(st.builds(Media, url=lines, sha256=maybe(digests), media_type=maybe(lines)), max_size=3).map(tuple)
https = st.builds(
    Http,
    method=lines,
    url=lines,
    status=maybe(st.integers(100, 599)),
    headers=st.dictionaries(texts, texts, max_size=3),
    remote=maybe(lines),
)
captures = st.builds(
    Capture,
    content=contents,
    sha256=digests,
    size_bytes=counts,
    cut=truths,
    whole_sha256=digests,
    whole_size_bytes=counts,
    media_type=maybe(lines),
    http=maybe(https),
)
authors = st.builds(Author, author_id=ids, name=maybe(lines), url=maybe(lines))
collectors = st.builds(Collector, source=names, version=lines, config_digest=digests)
reports = st.builds(Report, reporter=maybe(lines), reason=maybe(lines))
reactions = st.builds(Reaction, what=names, staff_id=maybe(ids), by=maybe(lines))


@st.composite
def posts(draw: st.DrawFn) -> Post:
    """An observation whose fields agree with one another."""
    kind = draw(one_of("seen", "edited", "removed", "reported", "reacted"))
    source, native_id, told = draw(names), draw(ids), draw(media)
    text = draw(texts) if kind in ("seen", "edited") else None
    return Post(
        kind=kind,
        post_id=post_id_of(source, native_id),
        source=source,
        native_id=native_id,
        surface=draw(lines),
        url=draw(maybe(lines)),
        page_title=draw(maybe(lines)),
        author=draw(maybe(authors)),
        text=text,
        text_cut=draw(truths),
        media=told,
        revision_id=None if text is None else revision_of(text, told),
        parent_post_id=draw(maybe(ids)),
        thread_id=draw(maybe(ids)),
        language=draw(maybe(lines)),
        site_at=draw(maybe(instants)),
        seen_at=draw(instants),
        backfill=draw(truths),
        report=draw(reports) if kind == "reported" else None,
        reaction=draw(reactions) if kind == "reacted" else None,
        capture=draw(maybe(captures)),
        collector=draw(collectors),
    )


findings = st.builds(
    Finding,
    label=names,
    rule=names,
    score=shares,
    threshold=shares,
    severity=st.integers(0, 3),
    clause=lines,
    span=maybe(st.builds(Span, start=counts, end=counts)),
    detail=maybe(lines),
)
verdicts = st.builds(
    Verdict,
    post_id=ids,
    revision_id=facts,
    policy_version=numbers,
    policy_digest=digests,
    model_digest=maybe(digests),
    tags_digest=maybe(digests),
    judge_version=lines,
    findings=st.lists(findings, max_size=3).map(tuple),
    scores=st.dictionaries(names, shares, max_size=3),
    embedding=maybe(st.binary(min_size=EMBEDDING_BYTES, max_size=EMBEDDING_BYTES)),
    unscored=maybe(lines),
    read_chars=maybe(counts),
    language=maybe(lines),
    backfill=truths,
    judged_at=instants,
)

_ACT: dict[str, Any] = {
    "post_id": ids,
    "staff_id": ids,
    "idempotency_key": ids,
    "made_at": instants,
    "scope": one_of("post", "author", "report"),
    "case_version_seen": counts,
    "batch_id": maybe(ids),
    "via": maybe(names),
}
acts = st.one_of(
    st.builds(Claim, **_ACT, lease_seconds=st.integers(0, 3600)),
    st.builds(Release, **_ACT),
    st.builds(
        Decide,
        **_ACT,
        action=one_of("leave", "hide", "remove", "reply"),
        revision_id=facts,
        policy_version=numbers,
        policy_digest=digests,
        reason=lines,
        note=maybe(texts),
        reply_text=maybe(texts),
        template_id=maybe(ids),
        grace_seconds=st.integers(0, 3600),
    ),
    st.builds(Undo, **_ACT, undoes=facts),
    st.builds(Escalate, **_ACT, to=lines, reason=lines, note=maybe(texts)),
    st.builds(Defer, **_ACT, until=instants, note=maybe(texts)),
    st.builds(Note, **_ACT, note=texts),
    st.builds(LegalHold, **_ACT, hold_id=ids, state=one_of("placed", "released"), reason=lines),
    st.builds(
        Erase,
        **_ACT,
        state=one_of("requested", "confirmed", "expired"),
        basis=lines,
        retention=maybe(one_of("moderation")),
        kept_until=maybe(instants),
    ),
)
orders = st.builds(
    Order,
    post_id=ids,
    order_id=ids,
    decision_record_id=facts,
    action=one_of("hide", "remove", "restore", "reply"),
    revision_id=maybe(facts),
    reply_text=maybe(texts),
    ordered_at=instants,
)
outcomes = st.builds(
    Outcome,
    post_id=ids,
    order_id=ids,
    result=one_of("done", "failed", "refused", "observed"),
    attempt=numbers,
    visible=maybe(truths),
    status=maybe(st.integers(0, 999)),
    detail=maybe(lines),
    happened_at=instants,
)

examples = st.lists(texts.filter(bool), max_size=3).map(tuple)
terms = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80), max_size=3).map(tuple)
_ENTRY: dict[str, Any] = {
    "registry_id": ids,
    "version": numbers,
    "staff_id": ids,
    "set_at": instants,
    "via": maybe(names),
}
entries = st.one_of(
    st.builds(
        Surface, **_ENTRY, nature=one_of("static", "interactive"), url=maybe(lines), title=maybe(lines), terms=lines
    ),
    st.builds(SurfaceApproval, **_ENTRY, content_sha256=digests, note=maybe(texts)),
    st.builds(PolicyVersion, **_ENTRY, sha256=digests, text=texts),
    st.builds(Attestation, **_ENTRY, policy_version=numbers, policy_digest=digests),
    st.builds(RoleGrant, **_ENTRY, role=one_of("reviewer", "examiner"), granted=truths, until=maybe(instants)),
    st.builds(
        SavedQueue,
        **_ENTRY,
        title=lines,
        explanation=maybe(lines),
        query=st.dictionaries(texts, json_values, max_size=3),
        order=lines,
        service_level_minutes=maybe(numbers),
        owner=maybe(ids),
        alert_url=maybe(lines),
        alert_email=maybe(lines),
        removed=truths,
    ),
    st.builds(ReplyTemplate, **_ENTRY, title=lines, text=texts, removed=truths),
    st.builds(
        PublishedTag,
        **_ENTRY,
        title=lines,
        examples=examples,
        counter_examples=examples,
        threshold=maybe(shares),
        severity=st.integers(0, 3),
        clause=lines,
        owner=names,
        clock_hours=maybe(numbers),
        retention=names,
        help=maybe(lines),
        removed=truths,
    ),
    st.builds(WordList, **_ENTRY, title=lines, label=names, terms=terms, removed=truths),
    st.builds(Roster, **_ENTRY, members=st.lists(ids, max_size=3).map(tuple), from_at=instants, until_at=instants),
    st.builds(SamplingFrame, **_ENTRY, share=shares, seed=lines),
    st.builds(GapAcceptance, **_ENTRY, from_offset=counts, until_offset=counts, reason=texts),
    st.builds(
        Hold,
        **_ENTRY,
        state=one_of("placed", "release_requested", "released"),
        reason=texts,
        query=st.dictionaries(texts, json_values, max_size=3),
    ),
    st.builds(
        Erasure,
        **_ENTRY,
        basis=lines,
        requested_by=maybe(ids),
        requested_place=maybe(ids),
        confirmed_by=ids,
        confirmed_place=ids,
        confirmed_at=instants,
        stub=st.dictionaries(texts, json_values, max_size=3),
    ),
    st.builds(
        Erased,
        **_ENTRY,
        erasure_record_id=facts,
        entries=st.dictionaries(texts, counts, max_size=3),
        keys_until=maybe(instants),
    ),
    st.builds(
        ExpiryReport,
        **_ENTRY,
        due=st.dictionaries(texts, counts, max_size=3),
        held=counts,
        post_ids=st.lists(ids, max_size=3).map(tuple),
        expires_at=maybe(instants),
    ),
    st.builds(Replay, **_ENTRY, letter=ids, sha256=digests, place=ids),
    st.builds(
        Integration,
        **_ENTRY,
        authority=ids,
        scopes=st.lists(one_of("read", "decide", "set_up", "export"), max_size=3).map(tuple),
        until=instants,
        removed=truths,
    ),
    st.builds(
        Subscription,
        **_ENTRY,
        url=lines,
        events=st.lists(one_of("case.opened", "case.decided", "case.overdue"), max_size=3).map(tuple),
        removed=truths,
    ),
)
audits = st.builds(
    Audit,
    kind=one_of(
        "search", "view", "export", "sign_in", "sign_out", "refusal", "plaintext", "verified", "rebuilt", "replay"
    ),
    staff_id=ids,
    idempotency_key=ids,
    subject=maybe(lines),
    detail=maybe(lines),
    happened_at=instants,
)
coverages = st.builds(
    Coverage,
    kind=one_of("heartbeat", "cursor", "gap", "backfill", "refused", "compared"),
    source=names,
    surface=maybe(lines),
    cursor=maybe(lines),
    from_at=maybe(instants),
    until_at=maybe(instants),
    read=counts,
    kept=counts,
    detail=maybe(lines),
    happened_at=instants,
)


@st.composite
def dead_letters(draw: st.DrawFn) -> DeadLetter:
    """Bytes that were not a record."""
    return DeadLetter.model_validate(
        {
            **contents_of(draw(contents)),
            "origin": draw(ids),
            "partition": draw(counts),
            "offset": draw(counts),
            "message_key": draw(maybe(contents)),
            "reason": draw(lines),
            "found_by": draw(lines),
            "found_at": draw(instants),
        }
    )


RECORDS: dict[str, st.SearchStrategy[Record]] = {
    "posts": posts(),
    "verdicts": verdicts,
    "decisions": acts,
    "orders": orders,
    "outcomes": outcomes,
    "registry": entries,
    "audit": audits,
    "coverage": coverages,
    "dead-letters": dead_letters(),
}
records = st.sampled_from(sorted(RECORDS)).flatmap(lambda name: st.tuples(st.just(BY_NAME[name]), RECORDS[name]))
"""A topic and any record that it carries."""

TopicAndRecord = tuple[Topic, Record]

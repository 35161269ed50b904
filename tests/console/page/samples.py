"""Dossiers of made-up posts, from the shortest to the one that wants to do harm."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from console.dossier.content import (
    Attachment,
    ContextPost,
    Edit,
    Erasure,
    Observation,
    Revision,
    StaffRelation,
    Surroundings,
    Visible,
    What,
    When,
    Where,
    Who,
)
from console.dossier.handling import (
    Answer,
    Arrival,
    Capture,
    Counted,
    Decided,
    Finding,
    HowItGotIn,
    HowItWasJudged,
    Http,
    Judgement,
    Reply,
    Request,
    Span,
    StaffReaction,
    WhatWasDone,
    WhatWeDidToIt,
)
from console.dossier.standing import (
    CheckpointSeen,
    Cosignature,
    FactProved,
    Gaps,
    HoldOn,
    Integrity,
    PolicyUsed,
    RetentionOf,
    Rules,
    Stretch,
)
from console.dossier.values import Dossier

POSTED = datetime(2026, 3, 2, 9, 14, 30, tzinfo=UTC)
FIRST = "Great fund! It returns 12 % a year, guaranteed. Write to me: jane@example.org"
SECOND = "Great fund! It returned 12 % last year, and I am happy with it. Write to me: jane@example.org"


def at(seconds: float) -> datetime:
    """So long after it was posted."""
    return POSTED + timedelta(seconds=seconds)


def observation(kind: str, seconds: float, revision: int | None = 1, *, by_site: bool = True) -> Observation:
    """One look, recorded 40 ms later."""
    return Observation(
        kind=kind,  # type: ignore[arg-type]
        revision=revision,
        site_at=at(seconds - 12) if by_site else None,
        seen_at=at(seconds),
        recorded_at=at(seconds + 0.04),
        backfill=False,
        place=f"posts-0-{int(seconds)}",
    )


def arrival(kind: str, seconds: float) -> Arrival:
    """How such a look came to us."""
    return Arrival(
        kind=kind,
        source="blog",
        source_version="0.1.0",
        source_config_sha256="c" * 64,
        capture=Capture(
            sha256="a" * 64,
            size_bytes=1_840,
            cut=False,
            unchanged=True,
            whole_sha256="b" * 64,
            whole_size_bytes=48_220,
            media_type="application/json",
            http=Http(
                method="GET",
                url="https://blog.example.com/wp-json/wp/v2/comments?page=1",
                status=200,
                remote="192.0.2.7",
                headers={"date": "Mon, 02 Mar 2026 09:14:42 GMT", "server": "nginx"},
            ),
        ),
        cluster="4L6g3nShT-eMCtK--X86sw",
        topic="posts",
        topic_id="u1pNq0v0Q0y3b5oJYk3h0g",
        partition=0,
        offset=int(seconds),
        recorded_at=at(seconds + 0.04),
        record_id="d" * 40,
    )


def finding(label: str, start: int, end: int, text: str) -> Finding:
    """A reason that stands on some characters."""
    return Finding(
        label=label,
        rule="model",
        score=0.913,
        threshold=0.5,
        span=Span(start=start, end=end, text=text[start:end]),
        severity=2,
        clause="3.2",
        clause_title="No promise of returns",
    )


def judgement(revision: int, seconds: float, *findings: Finding) -> Judgement:
    """A verdict on one text."""
    return Judgement(
        revision=revision,
        revision_id=str(revision) * 40,
        findings=findings,
        scores={"promissory_claim": 0.913, "contact_details": 0.22, "complaint": 0.01},
        language="en",
        policy_version=3,
        policy_sha256="e" * 64,
        model_sha256="f" * 64,
        judge_version="0.1.0",
        judged_at=at(seconds),
        recorded_at=at(seconds + 0.03),
        place=f"verdicts-0-{int(seconds)}",
    )


def decided(kind: str, seconds: float, **more: object) -> Decided:
    """What a person did."""
    given: dict[str, object] = {
        "kind": kind,
        "staff_id": "s.lee",
        "made_at": at(seconds),
        "recorded_at": at(seconds + 0.02),
        "accepted": True,
        "scope": "post",
        "case_version_seen": 0,
        "place": f"decisions-0-{int(seconds)}",
    }
    return Decided.model_validate(given | more)


def short() -> Dossier:
    """A post that was seen once, judged, and needed nobody; the source says next to nothing."""
    return Dossier(
        post_id="blog:17",
        made_at=at(90_000),
        made_by="lifeguard 0.1.0",
        what=What(
            revisions=(
                Revision(
                    number=1, current=True, text="Thanks, that helped.", text_cut=False, revision_id="1" * 40,
                    place="posts-0-17",
                ),
            ),
            context_posts_max=3,
            others_at_this_address=0,
        ),
        who=Who(name="Tom"),
        when=When(
            first_seen_at=at(12),
            last_seen_at=at(12),
            visible=(Visible(at_latest=at(12), last_seen_at=at(12)),),
            observations=(observation("seen", 12, by_site=False),),
        ),
        where=Where(surface="blog", source="blog", native_id="17"),
        how_it_got_in=HowItGotIn(arrivals=(arrival("seen", 12),)),
        what_we_did_to_it=WhatWeDidToIt(),
        how_it_was_judged=HowItWasJudged(verdicts=(judgement(1, 12.4),)),
        what_was_done=WhatWasDone(visible=True, state="clear", case_version=0),
        under_which_rules=Rules(),
    )  # fmt: skip


def long() -> Dossier:
    """A post with two texts, a finding, a removal, a report, gaps, and proofs."""
    return Dossier(
        post_id="blog:421",
        asked="https://blog.example.com/funds#comment-421",
        made_at=at(400_000),
        made_by="lifeguard 0.1.0",
        what=_long_what(),
        who=Who(
            name="Jane D.",
            author_id="77",
            url="https://blog.example.com/author/77",
            other_names=("JaneD",),
            staff=(StaffRelation(basis="role", said="reviewer until 2026-12-31", place="registry-0-12"),),
        ),
        when=_long_when(),
        where=Where(
            surface="blog/funds",
            url="https://blog.example.com/funds#comment-421",
            page_title="Our funds",
            source="blog",
            native_id="421",
            language="en",
            then=Surroundings(nature="interactive", said_by="registry", terms="Terms of 2026-01", place="registry-0-3"),
            now=Surroundings(nature="static", said_by="unknown counts as static"),
        ),
        how_it_got_in=HowItGotIn(arrivals=(arrival("seen", 12), arrival("edited", 4_000))),
        what_we_did_to_it=_long_acts(),
        how_it_was_judged=_long_judged(),
        what_was_done=_long_done(),
        under_which_rules=_long_rules(),
        integrity=_integrity(),
        gaps=_gaps(),
    )


def erased() -> Dossier:
    """A post whose content was made unreadable."""
    before = short()
    gone = Erasure(
        basis="Art. 17 GDPR, request of the author",
        requested_by="s.lee",
        requested_at=at(80_000),
        requested_place="decisions-0-31",
        confirmed_by="m.ito",
        confirmed_at=at(86_000),
        confirmed_place="decisions-0-32",
        keys_overwritten_at=at(86_003),
        entries={"posts/0": 1, "verdicts/0": 1},
        keys_until=at(86_000 + 35 * 86_400),
    )
    revision = Revision(
        number=1, current=True, text=None, text_cut=False, revision_id="1" * 40, place="posts-0-17",
        absent={"text": "erased: it was made unreadable, and the proof that it existed was kept"},
    )  # fmt: skip
    what = What(erased=gone, revisions=(revision,), context_posts_max=3, others_at_this_address=0)
    acts = (decided("erase", 80_000), decided("erase", 86_000, staff_id="m.ito"))
    judged = HowItWasJudged(verdicts=before.how_it_was_judged.verdicts, decisions=acts)
    return before.model_copy(update={"what": what, "who": Who(), "how_it_was_judged": judged})


def years() -> Dossier:
    """A post from an archive: posted twenty years before it was read, with hundreds of reports since."""
    base = long()
    posted = datetime(2006, 7, 1, 12, 0, tzinfo=UTC)
    reports = tuple(observation("reported", 90_000 + 3_600 * number, None) for number in range(120))
    when = base.when.model_copy(update={"posted_at": posted, "observations": (*base.when.observations, *reports)})
    return base.model_copy(update={"when": when})


def _long_what() -> What:
    return What(
        revisions=(
            Revision(
                number=1, current=False, text=FIRST, text_cut=False, revision_id="1" * 40, place="posts-0-12",
                attachments=(Attachment(url="https://blog.example.com/chart.png", sha256="9" * 64,
                                        media_type="image/png"),),
            ),
            Revision(number=2, current=True, text=SECOND, text_cut=False, revision_id="2" * 40, place="posts-0-4000"),
        ),
        in_answer_to="blog:400",
        thread_id="funds",
        context_posts_max=3,
        context=(
            ContextPost(relation="answered by this post", post_id="blog:400", author_name="Bo", posted_at=at(-900),
                        text="What do you think of the fund?"),
            ContextPost(relation="after", post_id="blog:422", author_name=None, posted_at=at(300), text="Careful."),
        ),
        others_at_this_address=14,
    )  # fmt: skip


def _long_when() -> When:
    return When(
        posted_at=POSTED,
        first_seen_at=at(12),
        last_seen_at=at(11_000),
        missing_at=at(11_060),
        visible=(
            Visible(not_before=POSTED, at_latest=at(12), last_seen_at=at(11_000), missing_at=at(11_060),
                    removed_at=at(11_030)),
        ),
        edits=(Edit(revision=2, not_before=at(3_940), at_latest=at(4_000), site_at=at(3_988)),),
        observations=(
            observation("seen", 12),
            observation("edited", 4_000, 2),
            observation("reported", 5_000, None),
            observation("removed", 11_060, None),
        ),
    )  # fmt: skip


def _long_acts() -> WhatWeDidToIt:
    liked = StaffReaction(
        what="like", staff_id="a.kim", site_at=at(600), seen_at=at(612), recorded_at=at(612.04), place="posts-0-612"
    )
    reply = Reply(
        text="Past returns say nothing about future ones.",
        ordered_by="s.lee",
        ordered_at=at(10_900),
        result="done",
        order_id="decisions-0-9000",
    )
    return WhatWeDidToIt(
        by_staff=(liked,), replies=(reply,), by_others=(Counted(what="report", count=1, last_at=at(5_000)),)
    )


def _long_judged() -> HowItWasJudged:
    return HowItWasJudged(
        help={"promissory_claim": "Ask where the figure comes from, and point to the page on risks."},
        verdicts=(
            judgement(1, 12.6, finding("promissory_claim", 12, 46, FIRST), finding("contact_details", 30, 77, FIRST)),
            judgement(2, 4_000.6, finding("contact_details", 64, 93, SECOND)),
        ),
        decisions=(
            decided("claim", 8_800),
            decided(
                "decide", 9_000, action="remove", reason="promises a return", revision=2, policy_version=3,
                policy_sha256="e" * 64,
            ),
            decided(
                "decide", 9_020, staff_id="m.ito", action="leave", reason="seems harmless", revision=2,
                accepted=False, refusal="another decision came between", policy_version=3, policy_sha256="e" * 64,
            ),
        ),
    )  # fmt: skip


def _long_done() -> WhatWasDone:
    request = Request(
        action="remove", ordered_at=at(9_300), recorded_at=at(9_300.1), order_id="decisions-0-9000", place="orders-0-4"
    )
    answers = tuple(
        Answer(
            result=result, attempt=1, visible=visible, status=200, happened_at=at(seconds),
            recorded_at=at(seconds + 0.1), order_id="decisions-0-9000", place=f"outcomes-0-{int(seconds)}",
        )
        for result, seconds, visible in (("done", 9_302, None), ("observed", 11_061, False))
    )  # fmt: skip
    return WhatWasDone(
        requests=(request,), answers=answers, visible=False, state="decided", labels=("contact_details",),
        action="remove", decided_by="s.lee", decided_at=at(9_000.02), case_version=2,
    )  # fmt: skip


def _long_rules() -> Rules:
    policy = PolicyUsed(
        version=3, sha256="e" * 64, used_for=("verdicts", "decisions"), in_force=True, title="Social media policy",
        effective_on=date(2026, 1, 1), place="registry-0-1",
    )  # fmt: skip
    kept = RetentionOf(retention="communications", title="Communications with the public", until=at(200_000_000))
    hold = HoldOn(
        hold_id="case-2026-7", in_force=True, state="placed", placed_by="c.abe", placed_at=at(20_000),
        reason="Inquiry of the supervisor into the fund", place="registry-0-20",
    )  # fmt: skip
    return Rules(policies=(policy,), retention=kept, holds=(hold,))


def _integrity() -> Integrity:
    places = ("posts-0-12", "posts-0-4000", "verdicts-0-12", "decisions-0-9000")
    facts = tuple(
        FactProved(
            place=place, log="posts/0", leaf_index=number, leaf_hash=f"{number}" * 64,
            proof=tuple(f"{step}" * 64 for step in range(10)), checkpoint=4_201, included=True, content="the same",
        )
        for number, place in enumerate(places)
    )  # fmt: skip
    seen = CheckpointSeen(
        log="posts/0", origin="lifeguard.example/4L6g/posts/0", size=4_201, root="7" * 64, signed=True,
        cosignatures=(Cosignature(witness="witness.example/1", at=at(14), valid=True),),
    )  # fmt: skip
    return Integrity(
        result="proved", said="every fact of this dossier stands in the ledger as it is shown here",
        checked_at=at(400_000), facts=facts, checkpoints=(seen,),
        proved=("these records were in the ledger when it had 4,201 entries",),
        not_proved=("who the author really is", "that the site showed these bytes to anyone"),
    )  # fmt: skip


def _gaps() -> Gaps:
    return Gaps(
        said="everything was seen, except 3 seconds that were read afterwards",
        source="blog",
        standing="alive",
        watched_since=at(-5_000_000),
        posted_at=POSTED,
        first_seen_at=at(12),
        backfill=False,
        periods=(
            Stretch(from_at=at(0), until_at=at(4), state="watched"),
            Stretch(from_at=at(4), until_at=at(7), state="gap", why="the site did not answer"),
            Stretch(from_at=at(7), until_at=at(9), state="backfilled", why="HTTP 503", read_afterwards_at=at(10),
                    posts=1),
            Stretch(from_at=at(9), until_at=at(10), state="not watched"),
            Stretch(from_at=at(10), until_at=at(12), state="watched"),
        ),
    )  # fmt: skip


def never_captured(asked: str = "this fund can only go up") -> dict[str, Any]:
    """The answer of `whereabouts` for something that is not in the record."""
    gap = {"from_at": iso(3_600), "until_at": iso(4_020), "state": "gap", "why": "the site did not answer",
           "read_afterwards_at": None, "posts": None, "cannot_be_made_good": None}  # fmt: skip
    whole = gap | {"from_at": iso(0), "until_at": iso(3_600), "state": "watched", "why": None}
    source = {
        "source": "blog", "standing": "alive", "watched_since": iso(-900_000), "last_sign_at": iso(90_000),
        "silent_after_seconds": 300, "imported_until": None, "from_at": iso(0), "until_at": iso(90_000),
        "not_seen_seconds": 420, "read_afterwards_seconds": 0, "periods": [whole, gap],
        "refused": [{"why": asked, "count": 2, "last_at": iso(50)}],
        "compared": [{"surface": asked, "at": iso(80_000), "the_site_has": 12, "we_have": 12, "detail": None}],
    }  # fmt: skip
    near = {
        "post_id": "blog:3", "source": "blog", "surface": asked, "url": asked, "author_name": asked,
        "posted_at": iso(0), "first_seen_at": iso(12), "text": asked, "says": None,
    }  # fmt: skip
    return {
        "asked": asked, "captured": False, "looked_for_as": "text", "asked_from_at": iso(0),
        "asked_until_at": iso(90_000), "address": asked,
        "surfaces": [{"surface": asked, "source": "blog", "posts": 12, "first_seen_at": iso(12)}],
        "coverage": [source], "nearest": [near],
    }  # fmt: skip


def iso(seconds: float) -> str:
    """As `at`, in JSON."""
    return at(seconds).isoformat()

"""Judges a batch of posts: rules and model scores against the policy become one verdict per revision."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from importlib.metadata import version

from moderation.policy import Policy
from moderation.rules import RULES
from moderation.rules.context import SURE, Context, context_of
from moderation.scorer.protocol import Scored, Scorer
from moderation.surroundings import Surroundings
from records.posts import Post
from records.verdicts import FINDINGS_MAX, Finding, Verdict

MODEL = "model"
JUDGE = "judge"
UNSCORED = "unscored"


def judge(
    posts: Sequence[Post],
    policy: Policy,
    scorer: Scorer,
    surroundings: Surroundings,
    now: datetime,
) -> list[Verdict]:
    """One verdict for each post that was seen or edited, in order; rules run where the model cannot, too."""
    posts = [post for post in posts if post.text is not None]
    scored = _scored(posts, policy, scorer)
    found = _found(posts, context_of(posts, policy, surroundings))
    say = partial(_verdict, policy=policy, model_digest=scorer.model_digest, now=now)
    return [say(post, findings, said) for post, findings, said in zip(posts, found, scored, strict=True)]


def _scored(posts: Sequence[Post], policy: Policy, scorer: Scorer) -> list[Scored]:
    """What the scorer says of each post; where it is not asked, the reason why."""
    reasons = [_not_for_the_scorer(post, policy) for post in posts]
    asked = [post.text or "" for post, reason in zip(posts, reasons, strict=True) if reason is None]
    answers = iter(scorer.score(asked) if asked else ())
    return [next(answers) if reason is None else Scored(unscored=reason) for reason in reasons]


def _not_for_the_scorer(post: Post, policy: Policy) -> str | None:
    if not (post.text or "").strip():
        return "media and no text" if post.media else "no text"
    spoken = (post.language or "").replace("_", "-").split("-")[0].lower()
    if spoken and policy.languages and spoken not in policy.languages:
        return f"the model was not measured in the language {spoken[:16]}"
    return None


def _found(posts: Sequence[Post], context: Context) -> list[list[Finding]]:
    """What the rules find in each post. One rule goes through the batch, so that its automaton stays warm."""
    found: list[list[Finding]] = [[] for _ in posts]
    for rule in RULES:
        for post, findings in zip(posts, found, strict=True):
            findings.extend(rule(post, context))
    return found


def _verdict(
    post: Post,
    found: list[Finding],
    scored: Scored,
    policy: Policy,
    model_digest: str | None,
    now: datetime,
) -> Verdict:
    findings = [*found, *_by_the_model(scored.scores, policy), *_for_a_person(scored.unscored, policy)]
    return Verdict(
        post_id=post.post_id,
        revision_id=str(post.revision_id),
        policy_version=policy.version,
        policy_digest=policy.digest,
        model_digest=model_digest,
        judge_version=_judge_version(),
        findings=_gravest(findings),
        scores=dict(scored.scores),
        embedding=scored.embedding,
        unscored=scored.unscored,
        language=post.language,
        backfill=post.backfill,
        judged_at=now,
    )


def _by_the_model(scores: Mapping[str, float], policy: Policy) -> Iterator[Finding]:
    for label, score in scores.items():
        duty = policy.labels.get(label)
        if duty is not None and duty.threshold is not None and score >= duty.threshold:
            yield _finding(label, MODEL, (score, duty.threshold), policy)


def _for_a_person(unscored: str | None, policy: Policy) -> Iterator[Finding]:
    """What the model could not judge is a finding for a person, never silence."""
    if unscored is not None:
        yield _finding(UNSCORED, JUDGE, (SURE, SURE), policy, unscored)


def _finding(label: str, by: str, scored: tuple[float, float], policy: Policy, detail: str | None = None) -> Finding:
    duty = policy.labels[label]
    return Finding(
        label=label,
        rule=by,
        score=scored[0],
        threshold=scored[1],
        severity=duty.severity,
        clause=duty.clause,
        detail=detail,
    )


def _gravest(findings: list[Finding]) -> tuple[Finding, ...]:
    """The gravest first, as many as a verdict holds; no label is crowded out by many findings of another."""
    findings = sorted(findings, key=_gravity)
    first = {finding.label: finding for finding in reversed(findings)}
    more = [finding for finding in findings if first[finding.label] is not finding]
    kept = [*first.values(), *more] if len(findings) > FINDINGS_MAX else findings
    return tuple(sorted(kept[:FINDINGS_MAX], key=_gravity))


def _gravity(finding: Finding) -> int:
    return -finding.severity


@cache
def _judge_version() -> str:
    return version("lifeguard")

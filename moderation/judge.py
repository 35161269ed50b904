"""Judges a batch of posts: rules and model scores against the policy become one verdict per revision."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from importlib.metadata import version

from moderation.language import OTHER_LANGUAGE, has_words, is_blank, language_of
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
NO_TEXT, MEDIA_ONLY = "no text", "media and no text"


def judge(
    posts: Sequence[Post],
    policy: Policy,
    scorer: Scorer,
    surroundings: Surroundings,
    now: datetime,
) -> list[Verdict]:
    """One verdict for each post that was seen or edited, in order; rules run where the model cannot, too."""
    posts = [post for post in posts if post.text is not None]
    written = [_Written(post, language_of(post.text or "", post.language, scorer.languages)) for post in posts]
    scored = _scored(written, scorer)
    found = _found(posts, context_of(posts, policy, surroundings))
    say = partial(_verdict, policy=policy, model_digest=scorer.model_digest, now=now)
    return [say(one, findings, said) for one, findings, said in zip(written, found, scored, strict=True)]


@dataclass(frozen=True, slots=True)
class _Written:
    """A post, and the language of its text."""

    post: Post
    language: str | None


def _scored(written: Sequence[_Written], scorer: Scorer) -> list[Scored]:
    """What the scorer says of each post; where it is not asked, the reason why."""
    reasons = [_not_for_the_scorer(one, scorer.languages) for one in written]
    asked = [one.post.text or "" for one, reason in zip(written, reasons, strict=True) if reason is None]
    answers = iter(scorer.score(asked) if asked else ())
    return [next(answers) if reason is None else Scored(unscored=reason) for reason in reasons]


def _not_for_the_scorer(one: _Written, covered: Collection[str]) -> str | None:
    text = one.post.text or ""
    if one.post.media and not has_words(text):  # what it says, the picture says
        return MEDIA_ONLY
    if is_blank(text):
        return NO_TEXT
    if one.language is None or not covered or one.language in covered:
        return None
    return f"the model was not measured in {_named(one.language)}"


def _named(language: str) -> str:
    return "a language of this script" if language == OTHER_LANGUAGE else f"the language {language}"


def _found(posts: Sequence[Post], context: Context) -> list[list[Finding]]:
    """What the rules find in each post. One rule goes through the batch, so that its automaton stays warm."""
    found: list[list[Finding]] = [[] for _ in posts]
    for rule in RULES:
        for post, findings in zip(posts, found, strict=True):
            findings.extend(rule(post, context))
    return found


def _verdict(
    written: _Written,
    found: list[Finding],
    scored: Scored,
    policy: Policy,
    model_digest: str | None,
    now: datetime,
) -> Verdict:
    post = written.post
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
        read_chars=scored.read_chars,
        language=written.language,
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

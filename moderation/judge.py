"""Judges a batch of posts: rules and model scores against the policy become one verdict per revision."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from math import inf

from moderation.defined import NOTHING, Defined
from moderation.language import OTHER_LANGUAGE, has_words, is_blank, language_of
from moderation.policy import Policy
from moderation.rules import RULES
from moderation.rules.context import SURE, Context, context_of
from moderation.scorer.protocol import Scored, Scorer
from moderation.surroundings import Surroundings
from records.posts import Post
from records.verdicts import FINDINGS_MAX, Finding, Span, Verdict

MODEL = "model"
TAG = "tag"
JUDGE = "judge"
UNSCORED = "unscored"
NO_TEXT, MEDIA_ONLY = "no text", "media and no text"


def judge(
    posts: Sequence[Post],
    policy: Policy,
    scorer: Scorer,
    surroundings: Surroundings,
    now: datetime,
    defined: Defined = NOTHING,
) -> list[Verdict]:
    """One verdict for each post that was seen or edited, in order; rules run where the model cannot, too.

    The scorer gives scores of the tags that are `defined`.
    """
    under = _Under(defined.tags.provided_for(policy), scorer, defined, now)
    posts = [post for post in posts if post.text is not None]
    written = [_Written(post, language_of(post.text or "", post.language, scorer.languages)) for post in posts]
    scored = _scored(written, scorer)
    found = _found(posts, context_of(posts, under.policy, surroundings, defined.lists))
    for findings, by_model in zip(found, _by_the_model(written, scored, under), strict=True):
        findings.extend(by_model)
    return [_verdict(*each, under) for each in zip(written, found, scored, strict=True)]


@dataclass(frozen=True, slots=True)
class _Under:
    """What a batch is judged under: the policy, that of the tags included, what scores, and when."""

    policy: Policy
    scorer: Scorer
    defined: Defined
    now: datetime


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


def _verdict(written: _Written, found: list[Finding], scored: Scored, under: _Under) -> Verdict:
    post, policy = written.post, under.policy
    findings = [*found, *_for_a_person(scored.unscored, policy)]
    return Verdict(
        post_id=post.post_id,
        revision_id=str(post.revision_id),
        policy_version=policy.version,
        policy_digest=policy.digest,
        model_digest=under.scorer.model_digest,
        tags_digest=under.defined.digest,
        judge_version=_judge_version(),
        findings=tuple(_with_clock(finding, policy) for finding in _gravest(findings)),
        scores=dict(scored.scores),
        embedding=scored.embedding,
        unscored=scored.unscored,
        read_chars=scored.read_chars,
        language=written.language,
        backfill=post.backfill,
        judged_at=under.now,
    )


def _by_the_model(written: Sequence[_Written], scored: Sequence[Scored], under: _Under) -> list[list[Finding]]:
    """What model and tags find in each post, with the stretch that carries it: one more pass, over these posts only."""
    labels = [_reached(said.scores, under.policy) for said in scored]
    places = [place for place, reached in enumerate(labels) if reached]
    asked = [(written[place].post.text or "", labels[place]) for place in places]
    spans = under.scorer.explain(asked) if places else ()
    found: list[list[Finding]] = [[] for _ in written]
    for place, carrying in zip(places, spans, strict=True):
        said = scored[place]
        found[place] = [
            _finding(label, said.scores[label], under, carrying.get(label, said.windows.get(label)))
            for label in labels[place]
        ]
    return found


def _reached(scores: Mapping[str, float], policy: Policy) -> list[str]:
    """The labels whose score reaches the policy's threshold."""
    return [label for label, score in scores.items() if score >= _threshold(label, policy)]


def _threshold(label: str, policy: Policy) -> float:
    duty = policy.labels.get(label)
    return inf if duty is None or duty.threshold is None else duty.threshold


def _for_a_person(unscored: str | None, policy: Policy) -> Iterator[Finding]:
    """What the model could not judge is a finding for a person, never silence."""
    if unscored is not None:
        duty = policy.labels[UNSCORED]
        yield Finding(
            label=UNSCORED,
            rule=JUDGE,
            score=SURE,
            threshold=SURE,
            severity=duty.severity,
            clause=duty.clause,
            detail=unscored,
        )


def _finding(label: str, score: float, under: _Under, span: tuple[int, int] | None) -> Finding:
    duty, tags = under.policy.labels[label], under.defined.tags
    return Finding(
        label=label,
        rule=TAG if label in tags.duties else MODEL,
        score=score,
        threshold=_threshold(label, under.policy),
        severity=duty.severity,
        clause=duty.clause,
        span=span and Span(start=span[0], end=span[1]),
        detail=f"version {tags.versions[label]}" if label in tags.versions else None,
    )


def _gravest(findings: list[Finding]) -> tuple[Finding, ...]:
    """The gravest first, as many as a verdict holds; no label is crowded out by many findings of another."""
    findings = sorted(findings, key=_gravity)
    first = {finding.label: finding for finding in reversed(findings)}
    more = [finding for finding in findings if first[finding.label] is not finding]
    kept = [*first.values(), *more] if len(findings) > FINDINGS_MAX else findings
    return tuple(sorted(kept[:FINDINGS_MAX], key=_gravity))


def _with_clock(finding: Finding, policy: Policy) -> Finding:
    """With the time within which the policy wants a person to look, where it does."""
    hours = policy.labels[finding.label].clock_hours
    return finding if hours is None else finding.model_copy(update={"clock_hours": hours})


def _gravity(finding: Finding) -> int:
    return -finding.severity


@cache
def _judge_version() -> str:
    return version("lifeguard")

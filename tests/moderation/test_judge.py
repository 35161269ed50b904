"""The judge: one verdict per revision, whatever the scorer can or cannot say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from moderation.judge import judge
from moderation.policy import Policy
from moderation.scorer.protocol import Scored
from moderation.surroundings import Surroundings
from records.posts import Media, Post, Report
from records.verdicts import EMBEDDING_BYTES, FINDINGS_MAX, Span, Verdict

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
MakePost = Callable[..., Post]


@dataclass
class FakeScorer:
    """Says the same of every text, and remembers what it was asked."""

    said: Scored = field(default_factory=Scored)
    model_digest: str | None = "a" * 64
    labels: tuple[str, ...] = ()
    thresholds: Mapping[str, float] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en",)
    asked: list[str] = field(default_factory=list)
    carrying: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    explained: list[str] = field(default_factory=list)

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """The same for each."""
        self.asked.extend(texts)
        return [self.said for _ in texts]

    def explain(self, asked: Sequence[tuple[str, Sequence[str]]]) -> list[Mapping[str, tuple[int, int]]]:
        """The same for each."""
        self.explained.extend(text for text, _ in asked)
        return [self.carrying for _ in asked]


@pytest.fixture
def verdict_of(policy: Policy) -> Callable[..., Verdict]:
    """The verdict on one post."""

    def one(post: Post, said: Scored | None = None, surroundings: Surroundings | None = None) -> Verdict:
        (verdict,) = judge([post], policy, FakeScorer(said or Scored()), surroundings or Surroundings(), NOW)
        return verdict

    return one


def test_one_verdict_for_each_revision_in_order(policy: Policy, post: MakePost) -> None:
    """Removals, reports, reactions, and whatever is seen of an erased post carry no text: there is nothing to judge."""
    nothing = {"text": None, "revision_id": None}
    posts = [
        post("One.", "1"),
        post(native_id="1", kind="removed", **nothing),
        post("Two.", "2", kind="edited"),
        post(native_id="2", kind="reported", report=Report(reason="rude"), **nothing),
        post("Erased.", "4", kind="edited").reduced(),
        post("Three.", "3"),
    ]
    verdicts = judge(posts, policy, FakeScorer(), Surroundings(), NOW)
    assert [one.post_id for one in verdicts] == ["site:1", "site:2", "site:3"]
    assert [one.revision_id for one in verdicts] == [posts[0].revision_id, posts[2].revision_id, posts[5].revision_id]


def test_a_verdict_names_everything_that_made_it(
    policy: Policy, post: MakePost, verdict_of: Callable[..., Verdict]
) -> None:
    """Policy, model, version of the judge, scores, embedding, and the time that was given."""
    verdict = verdict_of(post(language="en-GB", backfill=True), Scored({"spam": 0.01}, b"\x01" * EMBEDDING_BYTES))
    assert (verdict.policy_version, verdict.policy_digest, verdict.model_digest) == (
        policy.version,
        policy.digest,
        "a" * 64,
    )
    assert verdict.judge_version
    assert verdict.scores == {"spam": 0.01}
    assert verdict.embedding == b"\x01" * EMBEDDING_BYTES
    assert (verdict.judged_at, verdict.language, verdict.backfill) == (NOW, "en", True)
    assert verdict.findings == ()


def test_judging_the_same_again_gives_the_same_verdict(policy: Policy, post: MakePost) -> None:
    """The judge is pure: no clock, no order of sets, no state."""
    posts = [post("I want to lodge a formal complaint about the fees.", str(number)) for number in range(4)]
    assert judge(posts, policy, FakeScorer(), Surroundings(), NOW) == judge(
        posts, policy, FakeScorer(), Surroundings(), NOW
    )


def test_a_score_becomes_a_finding_from_the_threshold_on(
    policy: Policy, post: MakePost, verdict_of: Callable[..., Verdict]
) -> None:
    """Below it nothing is said; at it, the finding shows score, threshold, severity and clause."""
    limit = policy.labels["threat"].threshold or 0
    assert verdict_of(post(), Scored({"threat": limit - 0.01})).findings == ()
    (finding,) = verdict_of(post(), Scored({"threat": limit})).findings
    assert (finding.rule, finding.label, finding.score, finding.threshold) == ("model", "threat", limit, limit)
    assert (finding.severity, finding.clause, finding.span) == (3, "4.1", None)


def test_a_finding_says_within_how_many_hours_the_policy_wants_a_person_to_look(
    policy: Policy, post: MakePost, verdict_of: Callable[..., Verdict]
) -> None:
    """Whoever found it: the model, a rule, or the judge that could not score; a label without a clock has none."""
    verdict = verdict_of(
        post("I want to lodge a formal complaint about the fees."), Scored({"threat": 1.0, "insult": 1.0})
    )
    clocks = {finding.label: finding.clock_hours for finding in verdict.findings}
    assert (clocks["complaint"], clocks["threat"], clocks["insult"]) == (24, 2, None)
    (finding,) = verdict_of(post(), Scored(unscored="no model")).findings
    assert finding.clock_hours == policy.labels["unscored"].clock_hours


def test_a_label_that_the_policy_does_not_know_is_kept_as_a_score_only(
    post: MakePost, verdict_of: Callable[..., Verdict]
) -> None:
    """Another model may say more than the policy asks for."""
    verdict = verdict_of(post(), Scored({"joy": 0.99, "shouting": 0.99}))
    assert verdict.scores == {"joy": 0.99, "shouting": 0.99}
    assert verdict.findings == ()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"text": " \n", "media": (Media(url="https://x.example/a.png"),)}, "media and no text"),
        ({"text": "🔥🔥 https://x.example/a", "media": (Media(url="https://x.example/a.png"),)}, "media and no text"),
        ({"text": ""}, "no text"),
        ({"text": "\u200b\n\u2060"}, "no text"),
        ({"text": "Bonjour à tous", "language": "fr-CA"}, "the model was not measured in the language fr"),
        ({"text": "Ich warte seit drei Wochen."}, "the model was not measured in the language de"),
        ({"text": "Ich warte seit drei Wochen.", "language": "en"}, "the model was not measured in the language de"),
        ({"text": "ок"}, "the model was not measured in a language of this script"),
    ],
)
def test_what_is_not_for_model_goes_to_a_person(
    policy: Policy, post: MakePost, given: dict[str, str], reason: str
) -> None:
    """It is not scored, and the finding says why."""
    scorer = FakeScorer(Scored({"threat": 0.9}))
    (verdict,) = judge([post(**given)], policy, scorer, Surroundings(), NOW)
    assert scorer.asked == []
    assert (verdict.unscored, verdict.scores, verdict.embedding) == (reason, {}, None)
    unscored = [one for one in verdict.findings if one.label == "unscored"]
    assert [(one.rule, one.detail) for one in unscored] == [("judge", reason)]


@pytest.mark.parametrize(
    ("given", "language"),
    [
        ({"text": "I have been waiting for my card since Monday.", "language": "fr-FR"}, "en"),
        ({"text": "thx"}, None),
        ({"text": "👏👏👏"}, None),
        ({"text": "https://x.example/a"}, None),
        ({"text": "Look at this one!", "media": (Media(url="https://x.example/a.png"),)}, "en"),
    ],
)
def test_what_may_be_english_is_scored(
    post: MakePost, verdict_of: Callable[..., Verdict], given: dict[str, str], language: str | None
) -> None:
    """A clear text counts more than what the site says of it, and what cannot be told is scored."""
    verdict = verdict_of(post(**given), Scored({"spam": 0.01}))
    assert (verdict.unscored, verdict.scores, verdict.language) == (None, {"spam": 0.01}, language)


def test_a_model_that_names_no_languages_is_asked_about_all(policy: Policy, post: MakePost) -> None:
    """The languages are the model's, and another model may be for any."""
    scorer = FakeScorer(Scored({"spam": 0.01}), languages=())
    (verdict,) = judge([post("Ich warte seit drei Wochen.")], policy, scorer, Surroundings(), NOW)
    assert (verdict.scores, verdict.language) == ({"spam": 0.01}, "de")


def test_a_verdict_says_how_much_of_a_long_text_was_read(post: MakePost, verdict_of: Callable[..., Verdict]) -> None:
    """The scorer read its beginning only; the rules find what stands at its end."""
    text = "All fine so far. " * 400 + "My card is 4111 1111 1111 1111."
    verdict = verdict_of(post(text), Scored({"spam": 0.01}, read_chars=2_000))
    assert verdict.read_chars == 2_000
    assert [one.rule for one in verdict.findings] == ["payment_card"]


def test_rules_run_where_the_model_cannot(post: MakePost, verdict_of: Callable[..., Verdict]) -> None:
    """A card number is found although the scorer is out of order."""
    said = Scored({}, None, "the model could not be loaded")
    verdict = verdict_of(post("My card is 4111 1111 1111 1111, charge it."), said)
    assert [one.label for one in verdict.findings] == ["personal_data", "unscored"]
    assert verdict.unscored == "the model could not be loaded"


def test_answers_stay_with_their_posts_when_some_are_not_asked(policy: Policy, post: MakePost) -> None:
    """A post without text in the middle of a batch shifts nobody's scores."""

    class Counting(FakeScorer):
        def score(self, texts: Sequence[str]) -> list[Scored]:
            return [Scored({"spam": len(text) / 1000}) for text in texts]

    posts = [post("a" * size, str(size)) for size in (10, 0, 30)]
    verdicts = judge(posts, policy, Counting(), Surroundings(), NOW)
    assert [one.scores for one in verdicts] == [{"spam": 0.01}, {}, {"spam": 0.03}]


def test_the_gravest_findings_are_kept(policy: Policy, post: MakePost) -> None:
    """More findings than a verdict holds: what matters most comes first, and no label is crowded out."""
    text = " ".join(["f.u.c.k"] * 8 + ["card 4111111111111111,"] * 80 + ["f.u.c.k"] * 8)
    scores = dict.fromkeys(policy.labels, 1.0)
    (verdict,) = judge([post(text)], policy, FakeScorer(Scored(scores)), Surroundings(), NOW)
    severities = [one.severity for one in verdict.findings]
    assert len(severities) == FINDINGS_MAX
    assert severities == sorted(severities, reverse=True)
    assert {one.label for one in verdict.findings} >= {name for name, label in policy.labels.items() if label.threshold}


def test_an_empty_batch_asks_nobody(policy: Policy) -> None:
    """Nothing in, nothing out."""
    scorer = FakeScorer()
    assert judge([], policy, scorer, Surroundings(), NOW) == []
    assert scorer.asked == []


def test_a_finding_of_the_model_names_the_words_that_carry_it(policy: Policy, post: MakePost) -> None:
    """One more question to the model, about the posts with findings only; a window where it can name no words."""
    said = Scored({"toxicity": 1.0, "insult": 1.0, "spam": 0.0}, windows={"toxicity": (0, 900), "insult": (0, 900)})
    scorer = FakeScorer(said, carrying={"toxicity": (3, 8)})
    (verdict,) = judge([post("some text")], policy, scorer, Surroundings(), NOW)
    spans = {finding.label: finding.span for finding in verdict.findings if finding.rule == "model"}
    assert spans == {"toxicity": Span(start=3, end=8), "insult": Span(start=0, end=900)}
    assert scorer.explained == ["some text"]
    quiet = FakeScorer(Scored({"toxicity": 0.0}))
    judge([post("some text")], policy, quiet, Surroundings(), NOW)
    assert quiet.explained == []

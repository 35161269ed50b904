"""The tags that ship with us, with the model that ships with us, on posts that no tag file holds."""

import pytest

from moderation.defined import Defined
from moderation.judge import judge
from moderation.policy import Policy
from moderation.scorer import OnnxScorer
from moderation.scorer.load import SHIPPED_FOLDER
from moderation.surroundings import Surroundings
from moderation.tags import NO_TAGS, TaggingScorer, Tags, load_tags
from moderation.tags.load import background
from tests.moderation.conftest import SEEN_AT, make_post

CARRIED = {
    "press_enquiry": (
        "Reporter from the Gazette here, is somebody free to talk to me about the strike ballot?",
        "We're a regional TV station and want to film the reopening on Saturday, who can arrange that?",
        "I'm preparing a story on the data leak for tomorrow's paper. Could you comment?",
        "Which email address do journalists use to reach you? I have a few questions on the merger.",
        "Podcast host here. Would one of your engineers come on the show and talk about the bridge?",
        "Do you want to respond before we print the allegations against your branch manager?",
        "I write for a motoring magazine, can we borrow a car for a review?",
        "Need a quote from your CEO on the new tariffs for the business pages, deadline four o'clock.",
        "Could your press officer confirm whether the site in Hull is going to close?",
        "Radio producer looking for a spokesperson to interview about train delays in the morning show.",
    ),
    "bereavement": (
        "My mother passed away last week, what do I have to do about her savings account?",
        "I need to cancel my late father's subscription, he died in April.",
        "Since my husband died I keep getting bills that are addressed to him.",
        "Where do I send a copy of the death certificate?",
        "We buried our daughter in May and your adverts for her school uniform still come every week.",
        "As executor of my uncle's will I need the balance of his account on the day of his death.",
        "My partner has died suddenly and the mortgage was in both our names. Who can I talk to?",
        "Can a widow keep the season ticket that was in her husband's name?",
        "grandad died and his phone is locked, how can we get the photos off it",
        "I've sent you the papers about my brother's death three times now and nobody answers.",
    ),
}
LOOKALIKES = {
    "press_enquiry": (
        "The article in Sunday's paper about your company was unfair.",
        "I saw you on breakfast television, well done!",
        "Could somebody call me about my broken washing machine?",
        "Who do I write to about a wrong meter reading?",
        "Great podcast episode this week.",
        "The journalist should check the facts first.",
        "Can I have a copy of my contract by Friday?",
        "I'd like to talk to a manager about the noise.",
    ),
    "bereavement": (
        "My laptop died after the update.",
        "How do I close my savings account?",
        "My mother would like to change her phone number.",
        "That joke killed me.",
        "I want to cancel my subscription, I never use it.",
        "The letter has my old address on it.",
        "My father in law recommended you.",
        "Where do I send a copy of my passport?",
    ),
}


@pytest.fixture(scope="module")
def model() -> OnnxScorer:
    """The shipped model."""
    return OnnxScorer(SHIPPED_FOLDER, threads=2)


@pytest.fixture(scope="module")
def tags(model: OnnxScorer, policy: Policy) -> Tags:
    """The shipped tags."""
    return load_tags(None, policy, model)


def found(tag: str, texts: tuple[str, ...], model: OnnxScorer, tags: Tags) -> list[str]:
    """Which of these a tag is found in."""
    scored = TaggingScorer(model, tags).score(texts)
    return [text for text, one in zip(texts, scored, strict=True) if one.scores[tag] >= tags.thresholds[tag]]


@pytest.mark.parametrize("tag", CARRIED)
def test_a_tag_finds_most_of_what_it_is_meant_for(tag: str, model: OnnxScorer, tags: Tags) -> None:
    """Posts that were written apart from its examples."""
    assert len(found(tag, CARRIED[tag], model, tags)) >= 7


@pytest.mark.parametrize("tag", LOOKALIKES)
def test_a_tag_passes_over_what_only_looks_like_it(tag: str, model: OnnxScorer, tags: Tags) -> None:
    """The same words about something else."""
    assert len(found(tag, LOOKALIKES[tag], model, tags)) <= 1


@pytest.mark.parametrize("tag", CARRIED)
def test_the_quality_that_is_shown_is_good_enough_to_ship(tag: str, tags: Tags) -> None:
    """Left out once each: most examples are found again, and hardly an ordinary post is."""
    (quality,) = [one.quality for one in tags.fitted if one.file.name == tag]
    assert quality.found.count >= 0.7 * quality.found.of
    assert quality.wrong_background.count <= 0.02 * quality.wrong_background.of
    assert quality.wrong_counter.count <= 0.2 * quality.wrong_counter.of


def test_the_same_pass_gives_both_and_the_model_says_what_it_said(model: OnnxScorer, tags: Tags) -> None:
    """Its scores, its embedding and its digest stay, so that posts can be compared with those of before."""
    text = CARRIED["bereavement"][0]
    alone, tagged = model.score([text])[0], TaggingScorer(model, tags).score([text])[0]
    assert {label: tagged.scores[label] for label in model.labels} == alone.scores
    assert tagged.embedding == alone.embedding
    assert TaggingScorer(model, tags).model_digest == model.model_digest


def test_a_post_with_a_tag_becomes_a_finding_with_its_duties(model: OnnxScorer, tags: Tags, policy: Policy) -> None:
    """The sentence that says it is named; severity and clause are those of the file, the policy's digest stays."""
    said = "Lovely weather at the lake today. My mother passed away last week, whom do I tell about her account?"
    (verdict,) = judge([make_post(said)], policy, TaggingScorer(model, tags), Surroundings(), SEEN_AT, Defined(tags))
    (finding,) = [one for one in verdict.findings if one.label == "bereavement"]
    assert (finding.rule, finding.severity, finding.clause) == ("tag", 1, "4")
    assert finding.score >= finding.threshold == tags.thresholds["bereavement"]
    assert finding.span
    assert said[finding.span.start : finding.span.end].startswith("My mother passed away")
    assert (verdict.policy_digest, verdict.tags_digest) == (policy.digest, tags.digest)


def test_fitting_again_gives_the_same(model: OnnxScorer, tags: Tags, policy: Policy) -> None:
    """The same files and the same model: the same digest, thresholds and scores."""
    again = load_tags(None, policy, OnnxScorer(SHIPPED_FOLDER, threads=1))
    assert (again.digest, again.thresholds) == (tags.digest, tags.thresholds)
    assert found("bereavement", background(), model, again) == found("bereavement", background(), model, tags)


def test_without_tags_nothing_changes(model: OnnxScorer) -> None:
    """Not a score more."""
    text = CARRIED["bereavement"][0]
    assert TaggingScorer(model, NO_TAGS).score([text]) == model.score([text])

"""Tags in force, without a model: how they are fitted, what they add to scores, and what the judge makes of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from moderation.defined import Defined
from moderation.judge import judge
from moderation.policy import Policy
from moderation.scorer import ConstantScorer, UnscoredScorer
from moderation.surroundings import Surroundings
from moderation.tags import NO_TAGS, TaggingScorer, Tags, load_tags
from moderation.tags.fitted import BACKGROUND_SHARE
from moderation.tags.load import background
from records.digests import text_digest
from records.verdicts import Verdict
from tests.moderation.conftest import SEEN_AT, make_post
from tests.moderation.words_scorer import WordsScorer

LATE = """
name = "late_bus"
title = "The bus is late"
severity = 2
clause = "2.3"
examples = ["bus late today", "the bus is late", "late bus again", "my bus came late", "why is the bus late"]
counter_examples = ["nice bus", "late for dinner"]
"""
SAID = "Oh my. The bus is late again today! Ok"
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A folder with one tag."""

    def one(content: str) -> Path:
        (tmp_path / "late.toml").write_text(content)
        return tmp_path

    return one


@pytest.fixture
def tags(write: Write, policy: Policy) -> Tags:
    """The tag on late buses."""
    return load_tags(write(LATE), policy, WordsScorer())


def judged(text: str, policy: Policy, tags: Tags) -> Verdict:
    """The verdict on a post with this text."""
    scorer = TaggingScorer(WordsScorer(), tags)
    (verdict,) = judge([make_post(text)], policy, scorer, Surroundings(), SEEN_AT, Defined(tags))
    return verdict


def test_a_tag_scores_what_is_like_its_examples_above_the_rest(tags: Tags) -> None:
    """A post that nobody gave as an example."""
    late, cats, bus = TaggingScorer(WordsScorer(), tags).score(["is the bus late?", "my cat sleeps", "nice red bus"])
    assert late.scores["late_bus"] >= tags.thresholds["late_bus"] > cats.scores["late_bus"]
    assert tags.thresholds["late_bus"] > bus.scores["late_bus"]
    assert late.scores["spam"] == 0.25


def test_a_score_over_the_threshold_is_a_finding_with_the_duties_of_the_tag(policy: Policy, tags: Tags) -> None:
    """Found by a tag, not by the model; its sentence is named, and the digests say under what."""
    verdict = judged(SAID, policy, tags)
    (finding,) = [one for one in verdict.findings if one.rule == "tag"]
    assert (finding.label, finding.rule, finding.severity, finding.clause) == ("late_bus", "tag", 2, "2.3")
    assert finding.score == verdict.scores["late_bus"] >= finding.threshold
    assert finding.span
    assert SAID[finding.span.start : finding.span.end] == "The bus is late again today!"
    assert (verdict.policy_digest, verdict.model_digest, verdict.tags_digest) == (policy.digest, "b" * 64, tags.digest)


def test_below_the_threshold_it_is_a_score_only(policy: Policy, tags: Tags) -> None:
    """Nothing for anybody to look at."""
    verdict = judged("my cat sleeps", policy, tags)
    assert verdict.findings == ()
    assert set(verdict.scores) == {"spam", "late_bus"}


def test_one_sentence_has_no_part_to_name(policy: Policy, tags: Tags) -> None:
    """All of it says so."""
    (finding,) = judged("the bus is late", policy, tags).findings
    assert finding.span is None


def test_the_model_is_asked_about_its_own_labels_only(tags: Tags) -> None:
    """And every answer stays with its post."""
    base = WordsScorer()
    asked = [("x", ["late_bus"]), (SAID, ["spam", "late_bus"]), ("y", ["spam"]), ("z", [])]
    first, second, third, fourth = TaggingScorer(base, tags).explain(asked)
    assert base.explained == [(SAID, ("spam",)), ("y", ("spam",))]
    assert (first, third, fourth) == ({}, {"spam": (0, 1)}, {})
    assert second == {"spam": (0, 1), "late_bus": (7, 35)}


def test_what_the_model_could_not_read_stays_unscored(tags: Tags) -> None:
    """A tag has nothing to go by either."""
    none, some = TaggingScorer(WordsScorer(), tags).score(["...", "the bus is late"])
    assert (none.unscored, dict(none.scores)) == ("no text", {})
    assert "late_bus" in some.scores


def test_model_names_the_tags_beside_its_labels(tags: Tags) -> None:
    """Its digest stays that of the model: embeddings are compared by it."""
    scorer = TaggingScorer(WordsScorer(), tags)
    assert scorer.labels == ("spam", "late_bus")
    assert scorer.thresholds == {"spam": 0.9, **tags.thresholds}
    assert scorer.model_digest == "b" * 64


def test_a_threshold_that_is_given_counts(write: Write, policy: Policy) -> None:
    """And the quality is told at that one."""
    strict, loose = (
        load_tags(write(LATE + f"threshold = {given}"), policy, WordsScorer()).fitted[0] for given in (0.99, 0.01)
    )
    assert (strict.threshold, loose.threshold) == (0.99, 0.01)
    assert strict.quality.found.count <= loose.quality.found.count == 5
    assert strict.quality.wrong_background.count == 0
    assert len(loose.quality.mistaken) == loose.quality.wrong_background.count + loose.quality.wrong_counter.count


def test_a_threshold_that_is_chosen_keeps_to_the_operating_point(tags: Tags) -> None:
    """Few of the ordinary posts reach it when they are left out; the posts themselves can be shown."""
    (tag,) = tags.fitted
    quality = tag.quality
    assert quality.wrong_background.of == len(background())
    assert quality.wrong_background.count <= BACKGROUND_SHARE * len(background())
    assert quality.found.of == 5
    assert len(quality.missed) == 5 - quality.found.count


def test_examples_with_nothing_in_common_are_called_poor_by_their_quality(write: Write, policy: Policy) -> None:
    """Posts of the background, given as examples of a tag."""
    given = [background()[place].replace('"', "'") for place in range(0, 60, 12)]
    lines = "examples = [" + ", ".join(f'"{text}"' for text in given) + "]"
    (tag,) = load_tags(write(f'name = "noise"\ntitle = "Noise"\n{lines}'), policy, WordsScorer()).fitted
    assert tag.quality.found.count <= 2


def test_the_digest_is_of_names_files_and_background(write: Write, policy: Policy, tags: Tags) -> None:
    """The same files give the same, whatever scores them; a file that changed gives another."""
    other_model = WordsScorer()
    other_model.model_digest = "c" * 64
    assert load_tags(write(LATE), policy, other_model).digest == tags.digest
    assert load_tags(write(LATE + "# a word\n"), policy, other_model).digest != tags.digest


@pytest.mark.parametrize(
    ("scorer", "why"),
    [
        (UnscoredScorer("it is off"), "it is off"),
        (ConstantScorer(), "no embeddings"),
        (ConstantScorer(embed=False), "no embeddings"),
    ],
)
def test_without_embeddings_there_are_no_tags_and_it_is_said_why(
    scorer: UnscoredScorer, why: str, write: Write, policy: Policy
) -> None:
    """The verdict then names none either."""
    tags = load_tags(write(LATE), policy, scorer)
    assert (tags.fitted, tags.digest) == ((), None)
    assert why in (tags.unused or "")
    assert judged("the bus is late", policy, tags).tags_digest is None


def test_no_folder_and_an_empty_one_are_no_tags(tmp_path: Path, policy: Policy) -> None:
    """Switched off, or none yet."""
    assert load_tags("none", policy, WordsScorer()) is NO_TAGS
    assert load_tags(tmp_path, policy, WordsScorer()) is NO_TAGS


def test_the_background_is_ordinary_and_says_nothing_twice() -> None:
    """Varied, short, and large enough for shares of a hundredth."""
    assert len(background()) >= 150
    assert len({text_digest(text) for text in background()}) == len(background())
    assert np.median([len(text) for text in background()]) < 80

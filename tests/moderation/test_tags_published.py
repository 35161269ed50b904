"""Tags that were published: in force beside those of files, named with their version, refused one by one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moderation.defined import Defined
from moderation.judge import judge
from moderation.policy import Policy
from moderation.surroundings import Surroundings
from moderation.tags import NO_TAGS, TaggingScorer, helps_of, load_tags, retentions_of
from moderation.tags.files import TAGS_MAX
from records.registry import PublishedTag
from tests.moderation.conftest import SEEN_AT, make_post
from tests.moderation.published import LATE, a_tag
from tests.moderation.words_scorer import WordsScorer

FILE = (
    'name = "late_train"\ntitle = "Trains"\nhelp = "Say when"\nexamples = ["t a", "t b", "t c", "t d", "train late"]\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One tag of a file."""
    (tmp_path / "train.toml").write_text(FILE.replace("t ", "train "))
    return tmp_path


def test_a_published_tag_finds_beside_those_of_files_and_names_its_version(folder: Path, policy: Policy) -> None:
    """With its own duties, as if it stood in a file."""
    tags = load_tags(folder, policy, WordsScorer(), [a_tag(version=4)])
    assert tags.names == ("late_bus", "late_train")
    scorer = TaggingScorer(WordsScorer(), tags)
    (verdict,) = judge([make_post("the bus is late")], policy, scorer, Surroundings(), SEEN_AT, Defined(tags))
    (finding,) = [one for one in verdict.findings if one.label == "late_bus"]
    assert (finding.rule, finding.severity, finding.clause, finding.detail) == ("tag", 2, "2.3", "version 4")
    assert verdict.tags_digest == tags.digest


def test_with_files_switched_off_those_that_were_published_count(policy: Policy) -> None:
    """The setting is about files."""
    assert load_tags("none", policy, WordsScorer(), [a_tag()]).names == ("late_bus",)
    assert load_tags("none", policy, WordsScorer(), [a_tag(removed=True)]) is NO_TAGS


def test_each_version_and_each_word_has_its_digest(policy: Policy) -> None:
    """The same entry has the same, whoever published it when."""
    digests = [
        load_tags("none", policy, WordsScorer(), [one]).digest
        for one in (a_tag(), a_tag(staff_id="kim"), a_tag(version=2), a_tag(severity=1), a_tag(examples=(*LATE, "bus")))
    ]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"registry_id": "late_train"}, "there is a tag late_train in a file already"),
        ({"registry_id": "spam"}, "spam is a label of the policy already"),
        ({"registry_id": "Late Bus"}, "name: is not a name"),
        ({"clause": "99"}, "the policy has no clause '99'"),
        ({"retention": "for_ever"}, "the policy has no class for_ever"),
        ({"examples": LATE[:4]}, "there are 4, and a tag needs at least 5"),
        ({"examples": (*LATE[:4], "12 34")}, "examples, no. 5: the model cannot read it"),
        ({"examples": (*LATE, LATE[0])}, "stands there twice"),
        ({"threshold": 0.0}, "threshold"),
    ],
)
def test_one_that_cannot_be_used_is_refused_with_why(
    folder: Path, policy: Policy, changes: dict[str, Any], why: str
) -> None:
    """Nothing that people publish stops the judge: every other tag is in force."""
    one = a_tag(**changes)
    tags = load_tags(folder, policy, WordsScorer(), [one, a_tag(registry_id="other_bus")])
    assert tags.names == ("late_train", "other_bus")
    assert why in tags.refused[one.registry_id]


def test_no_more_tags_are_in_use_than_one_pass_can_bear(folder: Path, policy: Policy) -> None:
    """Those of files are among them."""
    many = [a_tag(registry_id=f"bus_{number:02}") for number in range(TAGS_MAX)]
    tags = load_tags(folder, policy, WordsScorer(), many)
    assert len(tags.names) == TAGS_MAX
    assert tags.refused == {"bus_49": f"at most {TAGS_MAX} tags can be in use"}


def test_what_was_fitted_before_is_not_fitted_again(folder: Path, policy: Policy) -> None:
    """Of what is known, the very same value is there."""
    before = load_tags(folder, policy, WordsScorer(), [a_tag()])
    after = load_tags(folder, policy, WordsScorer(), [a_tag(version=2)], before)
    assert after.fitted[1] is before.fitted[1]
    assert after.fitted[0] is not before.fitted[0]


Told = Callable[[Any, Policy, list[PublishedTag]], dict[str, str]]


@pytest.mark.parametrize(
    ("told", "of_file", "said"), [(helps_of, "Say when", "Ask"), (retentions_of, "moderation", "complaints")]
)
def test_help_and_retention_are_told_too(folder: Path, policy: Policy, told: Told, of_file: str, said: str) -> None:
    """Also of a tag that was removed, as its posts are still there; never in place of the policy's own, or a file's."""
    others = [a_tag(registry_id=name, help="No", retention="none") for name in ("late_train", "spam")]
    given = [a_tag(help="Ask", retention="complaints", removed=True), *others]
    assert told(folder, policy, given) == {"late_train": of_file, "late_bus": said}

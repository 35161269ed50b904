"""The policy: the shipped one is whole, and one that is not usable says which key is wrong."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from moderation.policy import LABELS, SHIPPED, Policy, load_policy
from records.errors import Misconfigured


def test_the_shipped_policy_is_version_3_under_the_digest_of_its_file(policy: Policy) -> None:
    """What a verdict names can be compared with the file by anybody who has it."""
    assert policy.version == 3
    assert policy.digest == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()


def test_every_label_has_an_owner_a_clause_and_a_retention_class(policy: Policy) -> None:
    """No finding is nobody's."""
    clauses = {clause.id for clause in policy.clauses}
    assert set(LABELS) <= set(policy.labels)
    for label in policy.labels.values():
        assert label.owner
        assert label.clause in clauses
        assert label.retention in policy.retention


def test_help_is_for_whoever_looks(policy: Policy, tmp_path: Path) -> None:
    """A deployment writes its own words of help; most labels need none."""
    assert [name for name, label in policy.labels.items() if label.help] == ["self_harm"]
    file = tmp_path / "policy.toml"
    file.write_text(
        SHIPPED.read_text("utf-8").replace("[labels.threat]", '[labels.threat]\nhelp = "Ring 1"', 1), "utf-8"
    )
    assert load_policy(file).labels["threat"].help == "Ring 1"


def test_danger_to_people_comes_first(policy: Policy) -> None:
    """Self-harm has the shortest clock and the highest severity."""
    clocks = [label.clock for label in policy.labels.values() if label.clock]
    assert policy.labels["self_harm"].clock == min(clocks) == timedelta(hours=1)
    assert policy.labels["self_harm"].severity == 3


def test_the_text_never_approves_third_party_posts_and_protects_criticism(policy: Policy) -> None:
    """The two sentences that the whole product rests on are in the policy."""
    text = " ".join(clause.text for clause in policy.clauses)
    assert "A post by a third party is never approved" in text
    assert "Criticism of the firm, its products or its staff is no reason for removal" in text
    assert "compliant" not in text


@pytest.mark.parametrize(
    ("surface", "nature"),
    [
        ("blog/retirement-basics", "interactive"),
        ("testimonials/wall", "static"),
        ("unknown", "static"),
        ("", "static"),
        ("blog", "static"),
    ],
)
def test_an_unknown_surface_counts_as_static(policy: Policy, surface: str, nature: str) -> None:
    """A surface is what the first line that covers it says."""
    assert policy.nature(surface) == nature


def test_a_policy_cannot_be_changed(policy: Policy) -> None:
    """A version is immutable."""
    with pytest.raises(ValidationError):
        policy.version = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("version = 3", "version = 0", "version"),
        ("version = 3", 'version = "2"', "version"),
        ('clause = "4.4"', 'clause = "9.9"', "labels.spam.clause"),
        ('retention = "safety"', 'retention = "never"', "labels.adverse_event.retention"),
        ("[labels.threat]", "[labels.menace]", "labels.threat"),
        ("severity = 3", "severity = 4", "labels.adverse_event.severity"),
        ("threshold = 0.", "threshold = 1.", "labels.recommendation.threshold"),
        ("links_max = 3", "", "rules.links_max"),
        ("links_max = 3", "links_max = 3\nlynx_max = 1", "rules.lynx_max"),
        ('nature = "static"', 'nature = "stable"', "surfaces.5.nature"),
        ('pattern = "blog/*"', 'pattern = "bl*og/*"', "surfaces.0.pattern"),
        ('id = "2"', 'id = "1"', "clauses"),
        ("effective_on = 2026-11-26", 'effective_on = "soon"', "effective_on"),
        ("version = 3", "version = 3\ndigest = 'a'", "digest"),
        ("version = 3", "version = 3\nlexicon = []", "lexicon"),
        ('phone_regions = ["US", "GB"]', 'phone_regions = ["usa"]', "rules.phone_regions"),
        ("version = 3", "version = ", "is not TOML"),
    ],
)
def test_a_policy_that_is_not_usable_names_the_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    """Whoever edits a policy is told in one sentence what to set right."""
    file = tmp_path / "policy.toml"
    file.write_text(SHIPPED.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(Misconfigured, match=key) as raised:
        load_policy(file)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"x" * 1_000_001])
def test_bytes_that_are_no_policy_are_refused(tmp_path: Path, content: bytes) -> None:
    """Not UTF-8, empty, or far too long: one sentence each."""
    file = tmp_path / "policy.toml"
    file.write_bytes(content)
    with pytest.raises(Misconfigured, match=r"policy\.toml"):
        load_policy(file)


def test_a_policy_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The sentence names the file."""
    with pytest.raises(Misconfigured, match=r"absent\.toml cannot be read"):
        load_policy(tmp_path / "absent.toml")


def test_the_thresholds_are_those_of_the_model_that_ships(policy: Policy) -> None:
    """Not a guess: each follows from the operating point that the model card documents."""
    model = json.loads((Path(__file__).parents[2] / "moderation" / "model" / "model.json").read_text(encoding="utf-8"))
    stated = {name: label.threshold for name, label in policy.labels.items() if label.threshold is not None}
    assert stated == model["thresholds"]

"""The sheet of the rules: what people read about each of them is what it does."""

from collections.abc import Callable

import pytest

from moderation.policy import Policy
from moderation.rules import RULES
from moderation.rules.sheet import Sheet, sheets
from records.verdicts import Finding


@pytest.fixture(scope="module")
def by_rule(policy: Policy) -> dict[str, Sheet]:
    """Every line by the name of its rule."""
    return {sheet.rule: sheet for sheet in sheets(policy)}


def test_every_rule_has_a_line_in_running_order(policy: Policy) -> None:
    """With a sentence of its own, and nobody's rule is there."""
    stated = sheets(policy)
    assert [one.rule for one in stated] == [rule.__name__ for rule in RULES]
    assert len({one.looks_for for one in stated}) == len(RULES)
    for one in stated:
        assert one.looks_for.startswith("Finds ")
        assert one.labels
        assert one.owners
        assert set(one.labels) <= set(policy.labels)


def test_the_labels_of_lists_are_stated_too(by_rule: dict[str, Sheet], policy: Policy) -> None:
    """A rule that reads a list finds under the labels of its lines."""
    assert by_rule["hidden_word"].labels[0] == "obfuscation"
    assert set(by_rule["hidden_word"].labels[1:]) == {label for _, label in policy.lexicon}
    assert by_rule["known_bad_domain"].labels == ("links", "spam")


def test_an_owner_is_named_once(by_rule: dict[str, Sheet]) -> None:
    """However many labels are theirs."""
    assert by_rule["hidden_word"].owners == ("moderators",)
    assert by_rule["self_harm"].owners == ("safety",)


@pytest.mark.parametrize(
    "text",
    [
        "sh1t, bit.ly/x http://prize-claim.test a.io b.io",
        "p\u0430ypal fr\u200bee \u202eevil",
        "I want to die. I will kill you. my nino is AB123456C, card 4111 1111 1111 1111",
        "up 300% last year, guaranteed returns, buy the dip, please cancel my policy",
    ],
)
def test_what_a_rule_finds_has_one_of_its_labels(
    found: Callable[..., list[Finding]], by_rule: dict[str, Sheet], text: str
) -> None:
    """Or the sheet would be wrong about its owner."""
    for rule in RULES:
        assert {one.label for one in found(rule.__name__, text)} <= set(by_rule[rule.__name__].labels)

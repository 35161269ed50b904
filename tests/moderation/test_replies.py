"""Our own replies are judged before they go out."""

from datetime import UTC, datetime

import pytest

from moderation.gate import may_say
from moderation.policy import load_policy
from moderation.replies import improper
from moderation.scorer import load_scorer

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        ("We guarantee you a return of 12 % a year, there is no risk at all.", "Promises a result, or denies a risk"),
        ("You are a complete idiot, and everybody can see it.", "Insults"),
        ("Sell it now and put everything into gold, today.", "Calls on others to buy"),
        ("Thank you for telling us. Please call our branch, and we will look into it together.", ""),
        ("We are sorry for the trouble with your card. The terms are on our page about fees.", ""),
    ],
)
def test_what_we_may_not_say_is_named(reply: str, title: str) -> None:
    """By rules and model, in the words of the policy; help and thanks go out."""
    found = improper(reply, load_policy(), load_scorer(), NOW)
    assert any(one.startswith(title) for one in found) if title else not found


def test_a_supervisor_answers_for_it() -> None:
    """A moderator words it otherwise, or passes it on."""
    refusal = may_say(["Promises a result, or denies a risk"], "reviewer")
    assert refusal is not None
    assert "Promises a result" in refusal.reason
    assert may_say(["Promises a result, or denies a risk"], "supervisor") is None
    assert may_say([], "reviewer") is None

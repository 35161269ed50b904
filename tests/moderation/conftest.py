"""What the tests of moderation share: posts, the shipped policy, and the check of one rule against marked texts."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from moderation.policy import Policy, load_policy
from moderation.rules import RULES
from moderation.rules.context import context_of
from moderation.surroundings import Surroundings
from records.posts import Collector, Post, revision_of
from records.verdicts import Finding

SEEN_AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
COLLECTOR = Collector(source="site", version="1", config_digest="0" * 64)
MakePost = Callable[..., Post]


def make_post(text: str = "Good morning to all.", native_id: str = "1", **given: Any) -> Post:
    """A post that was seen, of which a test names only what it is about."""
    said: dict[str, Any] = {
        "kind": "seen",
        "post_id": f"site:{native_id}",
        "source": "site",
        "native_id": native_id,
        "text": text,
        "revision_id": revision_of(text, given.get("media", ())),
        "seen_at": SEEN_AT,
        "collector": COLLECTOR,
    }
    return Post(**(said | given))


@pytest.fixture(scope="session", name="post")
def make_post_fixture() -> MakePost:
    """Makes a post."""
    return make_post


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The policy that ships with us."""
    return load_policy()


@pytest.fixture
def found(policy: Policy) -> Callable[..., list[Finding]]:
    """What one rule, by its name, finds in one text."""

    def find(rule: str, text: str, **given: Any) -> list[Finding]:
        post = make_post(text, **given)
        context = context_of([post], policy, Surroundings())
        return [finding for one in RULES if one.__name__ == rule for finding in one(post, context)]

    return find


@pytest.fixture
def check(found: Callable[..., list[Finding]]) -> Callable[..., None]:
    """Checks that a rule finds exactly what stands between ⟦ and ⟧, in characters of the text without the marks."""

    def check_marked(rule: str, marked: str, **given: Any) -> None:
        text, expected = unmark(marked)
        spans = sorted({(one.span.start, one.span.end) for one in found(rule, text, **given) if one.span})
        assert [text[start:end] for start, end in spans] == [text[start:end] for start, end in expected]
        assert spans == expected

    return check_marked


def unmark(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and the spans that were marked."""
    text, spans, begun = "", [], 0
    for char in marked:
        if char == "⟦":
            begun = len(text)
        elif char == "⟧":
            spans.append((begun, len(text)))
        else:
            text += char
    return text, spans

"""Rules against hostile text: nothing slows them more than its length, and nothing breaks them."""

import random
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.policy import Policy, load_policy
from moderation.rules import RULES, Rule
from moderation.rules.context import context_of
from moderation.surroundings import Surroundings
from records.posts import TEXT_CHARS_MAX, Collector, Post, revision_of
from records.verdicts import Finding

# Each is repeated up to the longest text: near misses of patterns, and characters that programs trip over.
WORST = [
    "a",
    "A ",
    " ",
    "4",
    "4 ",
    "4111 1111 1111 1111 ",
    "http://",
    "a.io ",
    "a@",
    "a.b@c.",
    "GB82 WEST ",
    "+44 20 ",
    "i will ",
    "please cancel the ",
    "after the pills i ",
    "guaranteed very ",
    "f u c ",
    "s*h*",
    "fuck ",
    '"',
    "\u0301",
    "\u200b",
    "\u202e",
    "\x00",
    "👩‍👩‍👧",
    "\U0001d4ef",
    "İ",
    "ﷺ",
    "\n",
    "a.b.c.d-1.e ",
    "https://a.co/1 ",
    "www.",
    "a\u200b",
    "a\u00ad",
    "a\u0430",
    "\u0430\u0430\u0430 ",
    "\u202ea",
    "\u202d",
    "\U000e0061",
    "up 3% ",
    "average annual return of ",
    "i am the official very ",
    "123-45-6789 ",
    "36 574 261 809 ",
    "1112.22.333 bsn ",
    "(212) 664-7665 ",
    "0 1 42 68 ",
    "xn--a.",
]
PIECES = [
    *WORST,
    "I want to kill myself",
    "guaranteed returns",
    "\u201c",
    "?",
    "https://x.io",
    "4111111111111111",
    "sh1t",
    "me@mail.io",
    "bit.ly/x",
    "http://xn--mnchen-3ya.example",
    "p\u0430ypal",
    "fr\u200bee",
    "\u202eevil\u202c",
    "+44 20 7946 0958",
    "my nino AB123456C",
    "I work for the support team",
    "up 300% last year",
    "\U0010ffff",
]
HOSTILE = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
SEEN_AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
SHORT, LONG = TEXT_CHARS_MAX // 20, TEXT_CHARS_MAX
SLOWER_MAX = 150
FLOOR_SECONDS = 0.001


@settings(max_examples=150, deadline=None)
@given(text=HOSTILE)
def test_nothing_breaks_a_rule_and_every_span_lies_in_the_text(text: str) -> None:
    """Whatever is written, each finding points at characters of it."""
    for finding in everything(a_post(text), load_policy()):
        assert finding.span is not None
        assert 0 <= finding.span.start < finding.span.end <= len(text) or not text


@settings(max_examples=100, deadline=None)
@given(text=HOSTILE)
def test_what_stands_before_moves_the_spans_with_it(text: str) -> None:
    """Spans are in characters, not bytes: other scripts before the words move them by their length."""
    before = "😀é你\n\n" + "x. " * 60
    post = a_post(before + "I want to kill myself. " + text)
    (first, *_) = [one for one in everything(post, load_policy()) if one.rule == "self_harm"]
    assert first.span is not None
    assert (post.text or "")[first.span.start : first.span.end] == "I want to kill myself"
    assert first.span.start == len(before)


@pytest.mark.parametrize("worst", WORST, ids=ascii)
def test_time_grows_with_the_length_only(policy: Policy, worst: str) -> None:
    """Twenty times the text may take 150 times the time on a busy machine; by the square it would be 400."""
    short, long = ((worst * size)[:size] for size in (SHORT, LONG))
    seconds_short = max(FLOOR_SECONDS, fastest(a_post(short), policy, 3))
    assert fastest(a_post(long), policy, 2) < SLOWER_MAX * seconds_short


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_says_its_own_name(policy: Policy, rule: Rule) -> None:
    """A finding leads to the file that made it."""
    text = "fuck " * 50 + "I will kill you. My card is 4111 1111 1111 1111. " + "HELLO WORLD AGAIN " * 300
    post = a_post(text + "".join(PIECES))
    found = list(rule(post, context_of([post], policy, Surroundings())))
    assert {one.rule for one in found} <= {rule.__name__}


def a_post(text: str) -> Post:
    """A post with that text."""
    return Post(
        kind="seen",
        post_id="site:1",
        source="site",
        native_id="1",
        text=text,
        revision_id=revision_of(text),
        seen_at=SEEN_AT,
        collector=Collector(source="site", version="1", config_digest="0" * 64),
    )


def everything(post: Post, policy: Policy) -> list[Finding]:
    """All that all rules find."""
    context = context_of([post], policy, Surroundings())
    return [finding for rule in RULES for finding in rule(post, context)]


def fastest(post: Post, policy: Policy, times: int) -> float:
    """The least seconds that the rules took."""
    taken = []
    for _ in range(times):
        begun = time.thread_time()
        everything(post, policy)
        taken.append(time.thread_time() - begun)
    return min(taken)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_words_after_a_long_tangle_are_still_found(policy: Policy, seed: int) -> None:
    """Nobody hides behind 99,000 characters that keep every automaton busy."""
    rng = random.Random(seed)
    tangle = "".join(
        rng.choice([*PIECES[len(WORST) :], *WORST, "shi", "fuc.", "i wan", "gua", "é"]) for _ in range(40_000)
    )
    plain = (
        tangle.replace("I want to kill myself", "")
        .replace("guaranteed returns", "")
        .replace('"', "")
        .replace("\u201c", "")
    )
    post = a_post(plain[:99_000] + ". " + "x" * 120 + ". I want to kill myself. Get guaranteed returns.")
    assert {"self_harm", "promissory_claim"} <= {one.rule for one in everything(post, policy)}

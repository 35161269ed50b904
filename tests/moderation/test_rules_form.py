"""Rules about form and behaviour: links, capitals, disguised words, and the same text again."""

from collections.abc import Callable

import pytest

from moderation.policy import Policy
from moderation.rules.author_burst import author_burst
from moderation.rules.context import context_of
from moderation.rules.repeated_text import repeated_text
from moderation.surroundings import Surroundings
from records.digests import text_digest
from records.plain import plain
from records.posts import Author, Post
from records.verdicts import Finding

Check = Callable[..., None]
Found = Callable[..., list[Finding]]
MakePost = Callable[..., Post]
OURS = "https://www.ourbank.io/blog/1#c2"

BARE = [
    "⟦https://win.example/x⟧",
    "look: ⟦www.cheap-pills.io⟧",
    "é😀 ⟦bit.ly/3xYz⟧ 🔥🔥",
    "⟦http://a.io/1⟧ http://b.io/2",
]
NOT_BARE = [
    "https://www.ourbank.io/fees",
    "https://help.ourbank.io/fees ourbank.io",
    "The figures for last year are at https://stats.example/x if you want them",
    "jane@mailbox.io",
    "e.g. this, i.e. that, and so on.Then",
    "no link at all",
]
HIDDEN = [
    "you ⟦sh1t⟧ firm",
    "what a ⟦f u c k⟧ up",
    "é😀 ⟦f.u.c.k⟧ this",
    "⟦fuuuuuck⟧",
    "⟦sh\u200bit⟧",
    "⟦\uff46\uff55\uff43\uff4b⟧",
    "⟦\u0455\u04bb\u0456t⟧ in Cyrillic",
    "⟦f\u0301u\u0301c\u0301k⟧",
    "⟦f**k⟧ and ⟦sh*t⟧",
    "⟦\U0001d4ef\U0001d4fe\U0001d4ec\U0001d4f4⟧",
    "⟦a55h0le⟧",
    "⟦SHIT⟧, plainly",
]
NOT_HIDDEN = [
    "Scunthorpe, Dickens, Essex and a cockatoo",
    "it's hit 100 and this hits hard",
    "I passed the class with a bass",
    "the shitake were good",
    "f is u and c is k",
    "He called me a bitch and I left",
    "1 2 3 4 5, $5 and 50% off at 7",
    "Push it to the limit",
    "naïve café façade",
    "count and want",
]


@pytest.mark.parametrize("marked", BARE)
def test_nothing_but_a_link(found: Found, marked: str) -> None:
    """The first link is shown."""
    start, end = marked.index("⟦"), marked.index("⟧") - 1
    (finding,) = found("bare_link", marked.replace("⟦", "").replace("⟧", ""), url=OURS)
    assert finding.span is not None
    assert (finding.span.start, finding.span.end) == (start, end)


@pytest.mark.parametrize("text", NOT_BARE)
def test_a_link_to_ourselves_or_with_words_is_not_bare(check: Check, text: str) -> None:
    """Pointing to a page of the site is no spam."""
    check("bare_link", text, url=OURS)


def test_too_many_links(check: Check, found: Found) -> None:
    """Four links are many, three are not; links to ourselves do not count."""
    links = [f"https://h{number}.example/x" for number in range(4)]
    check("too_many_links", f"é see ⟦{' and '.join(links)}⟧ there")
    check("too_many_links", f"see {' and '.join(links[:3])} and https://ourbank.io/a", url=OURS)
    (finding,) = found("too_many_links", " ".join(links))
    assert finding.detail == "at least 4 links, 3 are usual"


@pytest.mark.parametrize(
    "marked",
    [
        "⟦THIS IS THE LAST TIME THAT I BUY ANYTHING HERE⟧!!!",
        "é ⟦ÜBERALL NUR ÄRGER MIT DIESER ÄLTEREN BANK⟧",
        "THANKS A LOT",
        "The NASDAQ, the DAX, the FTSE and the SEC are all up today in trading",
        "i never use capitals and i like it that way",
        "我们的银行非常好我们的银行非常好我们的银行非常好",
        "AAPL MSFT",
        "",
    ],
)
def test_shouting(check: Check, marked: str) -> None:
    """Long texts in capitals are found, in any script that has them; names and short cries are not."""
    check("shouting", marked)


@pytest.mark.parametrize("marked", HIDDEN + NOT_HIDDEN)
def test_hidden_words(check: Check, marked: str) -> None:
    """A listed word is found however it is disguised; harmless words that contain one are not."""
    check("hidden_word", marked)


def test_a_disguise_is_a_finding_of_its_own(found: Found) -> None:
    """Who hides a word took trouble to."""
    assert {one.label for one in found("hidden_word", "what sh1t is this")} == {"obscene", "obfuscation"}
    assert {one.label for one in found("hidden_word", "what shit is this")} == {"obscene"}


@pytest.mark.parametrize(
    "text", ["plain", "ﬁne ﷺ İstanbul ẞ", "\u202eevil\u202c", "e\u0301 👩‍👩‍👧 ①②", "\x00\ud7ff\U0010ffff"]
)
def test_folding_keeps_every_place(text: str) -> None:
    """One character stays one character, or spans would point elsewhere."""
    assert len(plain(text)) == len(text)


def in_a_batch(rule: Callable[..., object], posts: list[Post], policy: Policy, before: Surroundings) -> list[Finding]:
    """What a rule finds in the first of some posts."""
    return list(rule(posts[0], context_of(posts, policy, before)))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("before", "beside", "expected"),
    [
        (0, 0, None),
        (1, 0, None),
        (1, 1, "the same text in 1 posts before and 1 beside this one"),
        (12, 0, "the same text in 12 posts before and 0 beside this one"),
        (0, 2, "the same text in 0 posts before and 2 beside this one"),
    ],
)
def test_repeated_text(policy: Policy, post: MakePost, before: int, beside: int, expected: str | None) -> None:
    """Posts before and in the batch count together, and the finding records both numbers."""
    text = "Great opportunity, ask me how it works!"
    posts = [post(text.upper() if number else text, str(number)) for number in range(beside + 1)]
    found = in_a_batch(repeated_text, posts, policy, Surroundings(texts={text_digest(text): before}))
    assert [one.detail for one in found] == ([expected] if expected else [])


def test_short_texts_are_repeated_by_chance(policy: Policy, post: MakePost) -> None:
    """Nobody's thanks are a campaign."""
    before = Surroundings(texts={text_digest("Thank you!"): 500})
    assert in_a_batch(repeated_text, [post("Thank you!")], policy, before) == []


def test_a_post_does_not_repeat_itself(policy: Policy, post: MakePost) -> None:
    """The same post seen five times in a batch is one post."""
    posts = [post("The same five words again and again.") for _ in range(5)]
    assert in_a_batch(repeated_text, posts, policy, Surroundings()) == []


def test_a_burst_by_one_author(policy: Policy, post: MakePost) -> None:
    """Twenty others by the same author are a burst, nineteen are not."""
    author = Author(author_id="u1")
    posts = [post(f"Post number {number}.", str(number), author=author) for number in range(11)]
    assert in_a_batch(author_burst, posts, policy, Surroundings(authors={"u1": 9})) == []
    (finding,) = in_a_batch(author_burst, posts, policy, Surroundings(authors={"u1": 10}))
    assert finding.detail == "10 posts of this author before and 10 beside this one"


def test_imported_posts_are_no_burst(policy: Policy, post: MakePost) -> None:
    """Neither by themselves, nor for the live post beside them."""
    author = Author(author_id="u1")
    posts = [post(f"Post number {number}.", str(number), author=author, backfill=True) for number in range(30)]
    live = post("Good morning.", "live", author=author)
    assert in_a_batch(author_burst, [*posts, live], policy, Surroundings()) == []
    assert in_a_batch(author_burst, [live, *posts], policy, Surroundings()) == []

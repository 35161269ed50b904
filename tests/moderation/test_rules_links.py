"""Rules about links: where they are, how much of a text they are, and whether they lead where nobody should go."""

from collections.abc import Callable

import pytest

from moderation.domains import readable, registrable
from records.verdicts import Finding

Check = Callable[..., None]
OURS = "https://www.ourbank.io/blog/1#c2"

DENSE = [
    "⟦https://a.example/1 great https://b.example/2⟧ wow",
    "é😀 ⟦cheap.io best.io win.io⟧ buy",
    "⟦http://a.example/pills, http://b.example/pills⟧ and so on",
]
NOT_DENSE = [
    "See https://a.example/" + "x" * 200 + " for the details",
    "Compare https://a.example/1 with https://b.example/2, which say the opposite of one another on the fees here",
    "https://www.ourbank.io/a https://www.ourbank.io/b",
    "No link at all",
]
LISTED = [
    "see ⟦bit.ly/abc⟧ now",
    "é😀 ⟦http://www.wallet-recovery.example/x⟧",
    "⟦T.CO/x⟧",
    "⟦http://w\u0430llet-recovery.example⟧",
    "⟦http://\u24d1it.ly/x⟧",
]
NOT_LISTED = [
    "https://notbit.ly.example",
    "https://example.com/bit.ly",
    "write to me@bit.ly.example",
    "a bit.lying",
    "https://wallet-recovery.example.org",
]
LINKS = ["bank.de", "foo.co.uk", "a-shop.bank", "x.bank/login", "www.x", "http://x", "h4x.zip", "http://пример.рф"]
NO_LINKS = [
    "It ends.It begins",
    "great.Now what",
    "open setup.sh and readme.md",
    "node.js, i.e.that, e.g. this",
    "1.2.3 and 192.168.1.1",
    "at 5 p.m.so we left",
    "jane.doe@mailbox.io",
    "nonsense.qqqq",
]


@pytest.mark.parametrize("marked", DENSE + NOT_DENSE)
def test_more_links_than_words(check: Check, marked: str) -> None:
    """Several links with hardly a text are found; one long address, or a text with references, is not."""
    check("link_density", marked, url=OURS)


@pytest.mark.parametrize("marked", LISTED + NOT_LISTED)
def test_listed_domains(check: Check, marked: str) -> None:
    """The domain that was registered counts, whatever stands before it or how it is dressed."""
    check("known_bad_domain", marked)


def test_a_listed_domain_has_the_label_of_its_line(found: Callable[..., list[Finding]]) -> None:
    """A shortener is no scam."""
    shortener, scam = found("known_bad_domain", "bit.ly/a http://prize-claim.test")
    assert (shortener.label, scam.label) == ("links", "spam")


@pytest.mark.parametrize("link", LINKS)
def test_what_is_a_link(found: Callable[..., list[Finding]], link: str) -> None:
    """By its scheme, or by a name that somebody can have registered."""
    assert [one.detail for one in found("bare_link", link)] == ["0 words beside 1 links"]


@pytest.mark.parametrize("text", NO_LINKS)
def test_what_is_none(found: Callable[..., list[Finding]], text: str) -> None:
    """A forgotten space, a file, a version or an address is no link."""
    assert found("bare_link", text) == []


@pytest.mark.parametrize(
    ("host", "owned"),
    [
        ("www.shop.co.uk", "shop.co.uk"),
        ("evil.github.io", "evil.github.io"),
        ("co.uk", None),
        ("192.168.1.1", None),
        ("", None),
        ("a..b", None),
        (".", None),
        ("x" * 300 + ".com", None),
    ],
)
def test_what_was_registered(host: str, owned: str | None) -> None:
    """By the Public Suffix List, from disk."""
    assert registrable(host) == owned


@pytest.mark.parametrize(
    ("host", "shown"), [("xn--mnchen-3ya.example", "münchen.example"), ("xn--\u00e9", "xn--é"), ("xn--a", "xn--a")]
)
def test_what_a_browser_shows(host: str, shown: str) -> None:
    """What cannot be decoded stays as it is."""
    assert readable(host) == shown

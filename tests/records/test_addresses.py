"""Two addresses that lead to the same place are the same; two that do not, are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.addresses import places, plain_url

PAGE = "https://www.example.com/blog/fees"


@pytest.mark.parametrize(
    "pasted",
    [
        f"{PAGE}/",
        f"  {PAGE}\n",
        "HTTPS://WWW.Example.COM/blog/fees",
        "http://www.example.com/blog/fees",
        "http://www.example.com:80/blog/fees",
        "https://www.example.com:443/blog/fees",
        "https://www.example.com./blog/fees",
        f"{PAGE}?utm_source=mail&UTM_Campaign=x&fbclid=1&gclid=2",
        f"{PAGE}?",
        f"{PAGE}#",
        f"{PAGE}#:~:text=the%20fee",
        "https://www.example.com/%62log/fees",
    ],
)
def test_the_same_place_is_the_same_address(pasted: str) -> None:
    """However it was copied."""
    assert plain_url(pasted) == PAGE


@pytest.mark.parametrize(
    "other",
    [
        "https://www.example.com/Blog/fees",
        "https://example.com/blog/fees",
        "https://www.example.com:8443/blog/fees",
        "https://www.example.com/blog%2Ffees",
        f"{PAGE}?page=2",
        f"{PAGE}#c-1",
    ],
)
def test_another_place_stays_another(other: str) -> None:
    """A path has its case, a parameter that is no tracking counts, and a fragment names a comment."""
    assert plain_url(other) == other


def test_letters_of_the_world_are_one_address_escaped_or_not() -> None:
    """Browsers copy an address in one way and show it in another."""
    shown, copied = (
        "https://b\u00fccher.example/stra\u00dfe?q=\u00fc",
        "https://xn--bcher-kva.example/stra%c3%9fe?q=%C3%BC",
    )
    assert plain_url(shown) == plain_url(copied) == "https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%BC"


@pytest.mark.parametrize("odd", ["", "mailto:a@example.com", "fees", "http://", "http://[1", "http://a:x/", "a:1"])
def test_what_is_no_web_address_stays_as_it_is(odd: str) -> None:
    """It is still looked up, as it stands."""
    assert plain_url(odd) == odd


def test_a_comment_lies_on_its_page() -> None:
    """It is found by its own address and by that of the page."""
    assert places(f"{PAGE}/#c-1") == [f"{PAGE}#c-1", PAGE]
    assert places(PAGE) == [PAGE]
    assert places("") == []


@given(st.one_of(st.text(), st.from_regex(r"https?://[a-z\u00fc.]{1,9}(:[0-9]{1,4})?/[^\n]{0,20}", fullmatch=True)))
def test_what_is_plain_stays_so(url: str) -> None:
    """Documents keep the plain address, and a plain address may be asked for again."""
    assert plain_url(plain_url(url)) == plain_url(url)

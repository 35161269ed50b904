"""Plain text of HTML: what a reader sees, where links lead, and nothing that can hide or hold us up."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.markup import plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            "<p>Does the &#8220;fee&#8221; change?</p>\n<p>I ask<br />\nagain.</p>\n",
            "Does the “fee” change?\n\nI ask\nagain.",
        ),
        ("one\n two\t three", "one two three"),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "a\n\nb"),
        ("<pre>x\n y</pre>", "x\ny"),
        ("a&nbsp;b \u200bc", "a\u00a0b \u200bc"),
        ("1 < 2 &lt;b&gt; &amp;amp; 3 <4", "1 < 2 <b> &amp; 3 <4"),
        ('look <img src="x.gif" alt=":)" class="s" />', "look :)"),
        ("a<!-- <b>not</b> this -->b", "ab"),
        ("a<script>alert('<b>')</script>b<style>p {}</style>", "ab"),
        ("caf<b>é</b> <ünder <i>x</i>", "café <ünder x"),
    ],
)
def test_a_reader_sees_text(markup: str, text: str) -> None:
    """Paragraphs, lines, entities, pictures; letters that look like tags stay."""
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<a href="https://a.example/x?b=1&amp;c=2" rel="ugc">click</a>', "click (https://a.example/x?b=1&c=2)"),
        ("<a rel=ugc HREF='http://a.example/'>http://a.example</a>", "http://a.example"),
        ('<a href="http://www.a.example">www.a.example</a>', "www.a.example"),
        ('<a href="mailto:a@a.example">a@a.example</a>', "a@a.example"),
        ('<a href="https://b.example">https://a.example</a>', "https://a.example (https://b.example)"),
        ("<a name=top>top</a>", "top"),
    ],
)
def test_a_link_shows_where_it_leads(markup: str, text: str) -> None:
    """Unless its text says that already."""
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    "markup", ['buy <a href="x>now</a> here', "buy <!-- now here", "buy <a now here", "buy <b now='here"]
)
def test_nothing_hides_behind_what_is_not_closed(markup: str) -> None:
    """The words are there, if not prettily."""
    assert all(word in plain_text(markup) for word in ("buy", "now", "here"))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs"], exclude_characters="\u2028\u2029"), max_size=80))
def test_escaped_text_comes_back(text: str) -> None:
    """What was written as text is read as that text."""
    assert plain_text(html.escape(text)) == text


@given(st.text("<>!-/=\"' abp\n&;", max_size=200))
def test_any_markup_is_read(markup: str) -> None:
    """Nothing raises, and no line begins or ends with a space."""
    assert all(line == line.strip(" ") for line in plain_text(markup).split("\n"))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit", ["<!--<b>", '<a "', "<", "<a ", "<a href=", "<b>", "<a href='\"'>", " ", "&#", "<x href ", "<pre> ", "</"]
)
def test_a_long_hostile_text_is_read_at_once(unit: str) -> None:
    """A megabyte of each takes a second or two; if it took the square of that, this test would not end."""
    plain_text(unit * (1_000_000 // len(unit)))

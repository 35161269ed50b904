"""The pages: they say everything, they load and run nothing, and what a stranger wrote stays text."""

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from console import page
from console.dossier.part import Part
from console.dossier.values import SECTIONS, Dossier
from console.page import Cover, Listed, render, render_certificate, render_index, render_not_captured
from console.page.rendering import environment
from console.page.shown import shown, visible
from console.terminal import safe
from tests.console.page import samples
from tests.console.page.hostile import CORPUS, WRITTEN, poisoned
from tests.console.page.reading import ADDRESSES, ATTRIBUTES, TAGS, Page, unsaid

TEMPLATES = Path(page.__file__).parent / "templates"
SAMPLES = [samples.short, samples.long, samples.erased, samples.years]


def cover(payload: str = "label:promissory_claim") -> Cover:
    """What an export says of itself."""
    return Cover(
        kind="export", asked=payload, made_at=samples.at(0), made_by=payload, counts={payload: 2}, left_out=(payload,)
    )


def listed(payload: str) -> list[Listed]:
    """Two posts of an export, of one of which nothing is known."""
    known = Listed(1, payload, payload, payload, samples.at(0), samples.at(12), payload, payload, payload)
    return [known, Listed(2, payload)]


@cache
def all_pages(payload: str) -> dict[str, str]:
    """Every kind of page, with this text wherever there is room for one."""
    erasure = poisoned(samples.erased().what.erased, payload)
    return {
        "long": render(poisoned(samples.long(), payload)),
        "erased": render(poisoned(samples.erased(), payload), standing_alone=False),
        "index": render_index(cover(payload), listed(payload)),
        "not captured": render_not_captured(cover(payload), samples.never_captured(payload), samples.at(90_000)),
        "certificate": render_certificate(erasure),
    }


@pytest.mark.parametrize("payload", CORPUS)
def test_nothing_that_a_stranger_wrote_becomes_more_than_text(payload: str) -> None:
    """No element, no attribute, no comment and no style comes from it, and none of it is hidden."""
    for name, html in all_pages(payload).items():
        read = Page(html)
        assert set(read.tags) <= TAGS, name
        assert {attribute for attribute, _ in read.attributes} <= ATTRIBUTES, name
        assert not [value for _, value in read.attributes if WRITTEN in value], name
        assert not read.comments, name
        assert WRITTEN not in read.style, name
        assert WRITTEN in read.text, name
        assert visible(payload).replace("\n", "") in read.text.replace("\n", ""), name


@pytest.mark.parametrize("payload", CORPUS)
def test_only_the_shown_form_reaches_the_page(payload: str) -> None:
    """Nothing in the file itself turns the writing around, hides in it, or ends a line where none ends."""
    for name, html in all_pages(payload).items():
        assert html == safe(html), name
        html.encode("utf-8")


@pytest.mark.parametrize("payload", CORPUS)
def test_no_address_of_a_stranger_can_be_followed(payload: str) -> None:
    """The only links are to a place on the page itself, and from an export's list to its pages and back."""
    for html in all_pages(payload).values():
        links = {value for name, value in Page(html).attributes if name in ADDRESSES}
        assert all(re.fullmatch(r"#[a-z_]+|dossiers/\d+\.html|\.\./index\.html|url\(#[a-z-]+\)", one) for one in links)


@pytest.mark.parametrize("html", all_pages("x").values(), ids=all_pages("x"))
def test_the_page_allows_itself_one_style_sheet_and_nothing_else(html: str) -> None:
    """Its policy names that style sheet by the digest of what stands there, and no script, image or frame at all."""
    read = Page(html)
    digest = base64.b64encode(hashlib.sha256(read.style.encode()).digest()).decode()
    assert read.policy() == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert read.tags.count("style") == 1
    assert "@import" not in read.style
    assert "url(" not in read.style
    assert ("name", "referrer") in read.attributes
    assert ("content", "no-referrer") in read.attributes


def test_templates_have_no_way_around_the_escape() -> None:
    """No filter that trusts a value, no block that switches escaping off, no style and no script of an element."""
    assert environment().autoescape is True
    for file in TEMPLATES.iterdir():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|<script|\sstyle=|\son[a-z]+=|http:|https:", text), file.name


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_value_is_on_the_page(sample: Callable[[], Dossier]) -> None:
    """Every text, name, digest and place of a dossier is said, and of each empty field why it is empty."""
    dossier = sample()
    assert unsaid(render(dossier), dossier) == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_term_is_explained(sample: Callable[[], Dossier]) -> None:
    """Each part that is shown has its terms and their explanations on the page."""
    dossier = sample()
    text = " ".join(Page(render(dossier)).text.split())
    for part in parts(dossier):
        for field in type(part).model_fields.values():
            if field.title != "Absent":
                assert f"{field.title}" in text
                assert f"{field.description}" in text


def parts(part: object) -> list[Part]:
    """A part and all parts in it."""
    if isinstance(part, tuple):
        return [inner for one in part for inner in parts(one)]
    if not isinstance(part, Part):
        return []
    return [part, *(inner for name in type(part).model_fields for inner in parts(getattr(part, name)))]


def test_the_sections_stand_in_the_order_in_which_an_examiner_asks() -> None:
    """What, who, when, where and so on to the gaps."""
    html = render(samples.long())
    places = [html.index(f'class="chapter" id="{name}"') for name in SECTIONS]
    assert places == sorted(places)


def test_the_timeline_has_a_text_beside_it() -> None:
    """Whoever cannot see the picture reads its title, what it is, and the same as a table."""
    read = Page(render(samples.long()))
    assert read.tags.count("svg") >= 2
    assert "A drawing of 17 moments" in read.text
    assert "The same as a table" in read.text
    named = [value for name, value in read.attributes if name == "id"]
    assert len(named) == len(set(named))


def test_a_value_without_words_is_our_mistake() -> None:
    """No page says None, True or an object's name."""
    for value in (None, True, object()):
        with pytest.raises(TypeError):
            shown(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain", "plain"),
        ("pay \u202ednuf", "pay ⟨U+202E⟩dnuf"),
        ("a\tb\x00\x7f\r\nc", "a⟨U+0009⟩b⟨U+0000⟩⟨U+007F⟩⟨U+000D⟩\nc"),
        ("\u2400 \U0001f3c3\u200d♂\ufe0f", "\u2400 \U0001f3c3\u200d♂\ufe0f"),
    ],
)
def test_hidden_characters_are_spelled_out(text: str, said: str) -> None:
    """By their number, so that no font is needed; a picture of a control that somebody wrote stays one."""
    assert visible(text) == said


def test_a_list_of_no_posts_says_so() -> None:
    """An empty export is an answer, too."""
    assert "No post is in this export" in Page(render_index(cover(), [])).text


def test_a_negative_answer_can_leave_other_people_out() -> None:
    """Without the nearest posts no post of anybody is in it."""
    found = samples.never_captured() | {"nearest": []}
    assert "nearest" not in Page(render_not_captured(cover(), found, samples.at(90_000))).text

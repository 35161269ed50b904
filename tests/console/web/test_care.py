"""Texts that somebody wants to be asked about first: hidden wherever a post's text stands, and one key press away."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from console.web import dossiers, reviewing
from console.web.bulking import SAMPLE_POSTS
from console.web.care import Care, carried, carried_before, gravest, hidden
from console.web.case import case_of, choices_of, other
from console.web.queueing import row
from console.web.rendering import fragment, page
from console.web.route import Asked
from console.web.rows import Group
from console.web.rows import row as found
from console.web.searching import Shown
from console.web.trying import Tried, _sample
from moderation.cases import fold_post
from moderation.gate import Reviewer
from records.documents import PostDocument
from search.finder import Hit
from search.handled import AuthorHistory
from search.marks import END, START
from search.queries import Wanted
from search.queues import Queue
from tests.console.page.hostile import CORPUS
from tests.console.web.cases import LATER, POLICY, beside, material
from tests.console.web.desks import Scene
from tests.console.web.test_pages import asked as request
from tests.console.web.test_pages import body
from tests.moderation import case_records as make
from tests.moderation.case_records import logged

BEFORE, NOW = "GRAVE before", "GRAVE now"
THREAT = {"threat": "Threatens violence"}
LABELS = st.lists(st.sampled_from(sorted(POLICY.labels)))


class Seen(HTMLParser):
    """What stands in a page before anything is asked for, and what only then; `asking` is said on the controls."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, Mapping[str, str | None]]] = []
        self.at_once, self.behind, self.asking = "", "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        if tag not in ("input", "meta", "link", "br", "hr"):
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """It ends, in its turn."""
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """A text within whatever is open."""
        masked = [place for place, (_, said) in enumerate(self.open) if said.get("class") == "mask"]
        if not masked:
            self.at_once += data
        elif self.open[masked[-1] + 1][0] == "summary":
            self.asking += data
        else:
            self.behind += data


def document() -> PostDocument:
    """A post with a threat in it, as it was before and is now."""
    return fold_post(None, received())


def received() -> Any:
    """Its records."""
    author = make.author("dana")
    verdicts = [make.judged(text, "threat", "spam") for text in (BEFORE, NOW)]
    return logged([make.seen(BEFORE, 0, author=author), make.edited(NOW, 2, author=author), *verdicts])


def asking(scene: Scene, masked: Mapping[str, str]) -> Asked:
    """A request by somebody who has these labels masked."""
    said = request(scene)
    return replace(said, visitor=replace(said.staff, care=Care(masked=masked)))


def case_values(scene: Scene, said: Asked) -> dict[str, Any]:
    """The values of the page of its case, with the same post wherever another one stands."""
    around = beside(document()) | {"author": AuthorHistory(2, {"hide": 1}, (document(),))}
    shown = case_of(material(received(), **around), POLICY, Reviewer("ann", "reviewer", has_read_policy=True), LATER)
    return reviewing._values(scene.desk, said, shown, "/case?post=forum%3A1")


def case(scene: Scene, said: Asked) -> str:
    """The whole page: its text, its earlier one, around it, its author, the same elsewhere."""
    return body(page(said, "case.html", told="", flash=None, typed=None, **case_values(scene, said)))


def prefetched(scene: Scene, said: Asked) -> str:
    """As a script fetches it."""
    return fragment(said, "_case.html", typed=None, **case_values(scene, said))


def queue(_: Scene, said: Asked) -> str:
    """A list."""
    named = Queue("flagged", "Flagged", Wanted(waiting=True), None, "x")
    values: dict[str, Any] = {"count": 1, "more": "", "here": False, "ended": "", "may_decide": True, "flash": None}
    return body(page(said, "queue.html", queue=named, rows=[row(named, document(), (), LATER)], **values))


def bulk(_: Scene, said: Asked) -> str:
    """A sample of many."""
    values: dict[str, Any] = {"count": 1, "total": 1, "posts_max": 9, "policy": POLICY, "has_read": True, "title": "x"}
    values |= {"choices": choices_of(POLICY), "targets": [], "batch_id": "b"}
    return body(page(said, "bulk.html", sample=[other(document())] * SAMPLE_POSTS, **values))


def searched(_: Scene, said: Asked) -> str:
    """What a search has found, with its matches marked and without."""
    hits = [Hit(document(), (f"{START}GRAVE{END} now",), None), Hit(document(), (), None)]
    earlier: Any = {"post_id": "forum:2", "text": "kind", "labels": [], "labels_before": ["threat"]}
    hits.append(Hit(earlier, (f"{START}GRAVE{END} before",), None, matched=("before",)))
    names = "text at problem earlier chips now bare more query saved offered overview may_save hours"
    values: dict[str, Any] = dict.fromkeys(names.split(), "") | {
        "found": {"nearest": False},
        "states": {},
        "labels": {},
    }
    values |= {"given": {}, "severities": [], "sorts": [], "text_chars_max": 9, "export_posts_max": 9}
    shown = Shown((Group("", tuple(found(hit) for hit in hits)),), "2")
    return body(page(said, "search.html", shown=shown, **values))


def tried(_: Scene, said: Asked) -> str:
    """What a list of words would find."""
    found = Tried(1, 1, 1, (_sample(document(), ()),))
    typed = dict.fromkeys(("list", "title", "terms", "version", "label"), "x")
    told = {"made": "", "problem": "", "known": None, "count": 1, "may": True, "labels": {}}
    return body(page(said, "lexicon.html", typed=typed, tried=found, **told))


def dossier(_: Scene, said: Asked) -> str:
    """All of it, which quotes its texts in many places."""
    shown = dossiers.Shown(Markup("<p>{}</p><p>{}</p>").format(NOW, BEFORE))
    values = {"post_id": "forum:1", "at": "", "offered": None, "labels": carried_before(document())}
    return body(page(said, "dossier.html", shown=shown, **values))


PAGES: list[Callable[[Scene, Asked], str]] = [case, prefetched, queue, bulk, searched, tried, dossier]


@pytest.mark.parametrize("made", PAGES, ids=lambda made: made.__name__)
def test_a_masked_text_is_nowhere_before_it_is_asked_for(scene: Scene, made: Callable[[Scene, Asked], str]) -> None:
    """It is behind a control that says why; labels, reasons, buttons and the way to its case are there as ever."""
    seen, plain = Seen(made(scene, asking(scene, THREAT))), Seen(made(scene, asking(scene, {})))
    assert "GRAVE" in plain.at_once
    assert (plain.behind, plain.asking) == ("", "")
    assert "GRAVE" not in seen.at_once
    assert "GRAVE" in seen.behind
    assert "Text hidden: Threatens violence. Show it" in seen.asking
    assert "forum:1" in seen.at_once
    for word in ("threat", "Threatens", "spam", "Decide", "found by"):
        assert seen.at_once.count(word) == plain.at_once.count(word), word
    assert Seen(made(scene, asking(scene, {"insult": "Insults"}))).asking == ""


def test_as_much_is_behind_controls_as_was_open(scene: Scene) -> None:
    """The text, its change, three neighbours, one by its author, and two that say the same: each has a control."""
    html = case(scene, asking(scene, THREAT))
    assert html.count('<details class="mask" data-mask="forum:1">') == 8
    assert html.count("<kbd>v</kbd>") == 3  # on the control of the text, and twice on the sheet of keys


@given(LABELS, LABELS)
def test_a_text_is_hidden_for_the_labels_that_somebody_masks(labels: list[str], masks: list[str]) -> None:
    """Each named once by its title, and for no other."""
    titles = {name: POLICY.labels[name].title for name in masks}
    told = hidden(Care(masked=titles), labels)
    assert set(told) == {titles[name] for name in set(labels) & set(masks)}
    assert len(told) == len(set(labels) & set(masks))


def test_a_text_carries_what_was_found_in_it_and_a_new_one_what_was_found_before() -> None:
    """Until somebody has judged it; an earlier text carries what any has carried; what is not there carries nothing."""
    threat, calm = make.judged("hello", "threat"), make.judged("hi", "spam")
    edited = fold_post(None, logged([make.seen("hello"), threat, make.edited("hi")]))
    judged = fold_post(edited, logged([make.seen("hello"), threat, make.edited("hi"), calm])[-1:])
    assert (carried(edited), carried_before(edited)) == (("threat",), ("threat",))
    assert (carried(judged), carried_before(judged)) == (("spam",), ("spam", "threat"))
    assert carried({"text": "hello", "labels": ["threat"], "judged": True}) == ("threat",)
    assert carried({"text": "hello"}) == carried({"text": None, "labels": ["threat"]}) == ()
    assert carried({"text": "left", "labels": ["threat"], "erased": True}) == ()


def test_the_gravest_labels_are_those_of_the_highest_severity() -> None:
    """As the policy in force has them."""
    assert gravest(POLICY) == {"adverse_event", "self_harm", "personal_data", "threat"}


@pytest.mark.parametrize("said", CORPUS, ids=range(len(CORPUS)))
def test_what_strangers_wrote_stays_text_behind_a_control(scene: Scene, said: str) -> None:
    """Also where their words stand in the control."""
    listed = other({"post_id": said, "state": "open", "text": said, "labels": ["threat"]})
    values = {"sample": [listed], "count": 1, "total": 1, "posts_max": 9, "policy": POLICY, "has_read": True}
    values |= {"title": "x", "choices": [], "targets": [], "batch_id": "b"}
    html = body(page(asking(scene, {"threat": said}), "bulk.html", **values))
    assert "<" not in said or said not in html
    assert Seen(html).asking.startswith("Text hidden: ")

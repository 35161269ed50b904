"""The console's own templates with what strangers, and staff, may write: as text, and never as a part of the page."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fastapi import Request

from console.page.shown import visible
from console.web import listing, reviewing
from console.web.batches import Batch
from console.web.batching import Progress
from console.web.case import case_of, choices_of, other
from console.web.forming import Said
from console.web.problems import BUG
from console.web.queueing import row
from console.web.rendering import fragment, page, undivided
from console.web.reviewing import Flash
from console.web.route import Asked, Visitor
from console.web.subscribing import EVENTS, Subscribed, Told
from console.web.tag_form import flat
from console.web.tagging import Line
from console.web.trying import Sample, Tried, TriedTag
from console.web.webhooks import Typed
from moderation.cases import fold_post
from moderation.gate import Reviewer
from moderation.tags.files import TagFile
from moderation.tags.fitted import FittedTag, Quality, Share
from moderation.tags.head import Head
from records.verdicts import Span
from search.handled import AuthorHistory
from search.happening import OPENED
from search.queries import Wanted
from search.queues import Queue
from tests.console.page.hostile import CORPUS, WRITTEN
from tests.console.page.reading import Page
from tests.console.web.cases import LATER, POLICY, beside, material
from tests.console.web.desks import Scene
from tests.moderation import case_records as make
from tests.moderation.case_records import logged
from tests.moderation.published import a_list

PLAIN = f"plain {WRITTEN}"
WORDS = {"staff_id": "ann", "note": "x"}
LINES = {"page_title", "surface", "url"}


def asked(scene: Scene, said: str = "ann") -> Asked:
    """A request by somebody whose name is this."""
    scope = {"type": "http", "method": "GET", "path": "/case", "query_string": b"", "headers": [], "app": scene.app}
    return Asked(Request(scope), Visitor(said, "reviewer", "s", "token"), {})


def records(said: str) -> list[Any]:
    """A post with this wherever a stranger, a site or a member of staff has a say."""
    author = make.author("dana").model_copy(update={"author_id": said, "name": said})
    told = dict.fromkeys(LINES, said) | {"author": author, "thread_id": said}
    verdict = make.judged(said, "spam", unscored=said)
    found = verdict.findings[0].model_copy(update={"detail": said, "span": Span(start=0, end=1), "label": said})
    answer = make.decide("k1", "reply", said, said, reply_text=said, note=said, reason=said)
    return [
        make.seen("before", 0, **told),
        make.edited(said, 2, **told),
        verdict.model_copy(update={"findings": (found,)}),
        answer,
        make.escalate("k2", said, saw=1, to=said, reason=said, note=said),
        make.note("k3", said).model_copy(update={"note": said}),
        make.outcome("decisions-0-0", "failed").model_copy(update={"detail": said}),
        make.claim("k4", said, 3_600),
    ]


def case(scene: Scene, said: str) -> dict[str, Any]:
    """The values of the page of such a case."""
    received = logged(records(said))
    document = fold_post(None, received)
    around = beside(document) | {"author": AuthorHistory(2, {"hide": 1}, (document,))}
    shown = case_of(material(received, **around), POLICY, Reviewer("kim", "supervisor", has_read_policy=True), LATER)
    shown = replace(shown, holder=said)
    return reviewing._values(scene.desk, asked(scene, "kim"), shown, "/case?post=x")


def typed(said: str) -> Said:
    """A form that was refused."""
    fields = {"note": said, "reply_text": said, "reason": said, "to": said, "hours": said, "template": said}
    return Said("forum:1", "reply", "post", 1, "0123abcd", fields)


def whole_case(scene: Scene, said: str) -> str:
    """With something that was just done, and something that was refused."""
    flash = Flash(said, said, "r", 1, None, counted=True, refusal=said)
    values = case(scene, said) | {
        "told": said,
        "flash": flash,
        "typed": typed(said),
        "queue": said,
        "queue_title": said,
    }
    return body(page(asked(scene, said), "case.html", **values))


def part_of_case(scene: Scene, said: str) -> str:
    """As a script fetches it."""
    return fragment(asked(scene, said), "_case.html", typed=None, **case(scene, said))


def queue(scene: Scene, said: str) -> str:
    """A list of one, in a queue that somebody has named."""
    document = fold_post(None, logged(records(said)))
    named = Queue(said, said, Wanted(waiting=True), None, said)
    values: dict[str, Any] = {"count": 1, "more": said, "here": False, "ended": "", "may_decide": True}
    rows = [row(named, document, (), make.at(8)), row(named, document, (), LATER)]
    return body(page(asked(scene, said), "queue.html", queue=named, rows=rows, flash=None, **values))


def queues(scene: Scene, said: str) -> str:
    """All of them."""
    named = Queue(said, said, Wanted(waiting=True), None, said)
    return body(page(asked(scene, said), "queues.html", queues=[named], counts={said: 1}, troubles=[said]))


def bulk(scene: Scene, said: str) -> str:
    """Many at once, before."""
    sample = [other(fold_post(None, logged(records(said))))]
    values: dict[str, Any] = {"count": 1, "total": 2_000, "posts_max": 1_000, "policy": POLICY, "has_read": False}
    values |= {"choices": choices_of(POLICY), "targets": [said], "batch_id": said, "title": said}
    return body(page(asked(scene, said), "bulk.html", sample=sample, **values))


def batch(scene: Scene, said: str) -> str:
    """Many at once, after."""
    progress = Progress(3, 1, 1, 1, 0, 1, 1, 1, ((said, 2),))
    found = Batch(said, "ann", said, (), {"act": said}, undone=True)
    return body(page(asked(scene, said), "batch.html", batch=found, progress=progress, act=said))


def problem(scene: Scene, said: str) -> str:
    """Something went wrong, and what was typed is shown."""
    return body(page(asked(scene, said), "problem.html", kind=BUG, sentence=said, typed=[(said, said)], again=True))


def tags(scene: Scene, said: str) -> str:
    """All tags, with a post that is to be an example."""
    lines = [Line(said, said, said, 5, 0, said, said)]
    return body(page(asked(scene, said), "tags.html", lines=lines, may=True, post=said))


def tag(scene: Scene, said: str, *, may: bool = True) -> str:
    """A tag that was tried."""
    quality = Quality(Share(1, 5), Share(1, 1), Share(0, 9), (said,), (said,))
    file = TagFile(name="a", title="a", examples=tuple("abcde"))
    tried = TriedTag(FittedTag(file, Head(np.zeros(1), 0.0), 0.5, quality), tried_on(said))
    typed = dict.fromkeys(("name", "title", "examples", "counter_examples", "clause", "owner", "help"), flat(said))
    typed |= dict.fromkeys(("threshold", "clock_hours", "retention", "version"), flat(said)) | {
        "severity": "1",
        "new": "",
    }
    told = {"made": said, "of_file": True, "problem": said, "post": said, "known": file, "counts": [5, 1], "may": may}
    choices = {"severities": [(0, said), (1, said)], "clauses": POLICY.clauses, "retention": POLICY.retention}
    return body(page(asked(scene, said), "tag.html", typed=typed, tried=tried, **told, **choices))


def tag_to_read(scene: Scene, said: str) -> str:
    """The same for whoever only reads."""
    return tag(scene, said, may=False)


def lexicons(scene: Scene, said: str) -> str:
    """All lists of words."""
    lines = [listing.Line(said, said, said, 3, said, said)]
    return body(page(asked(scene, said), "lexicons.html", lines=lines, may=True, of_policy=3))


def lexicon(scene: Scene, said: str, *, may: bool = True) -> str:
    """A list of words that was tried."""
    typed = dict.fromkeys(("list", "title", "terms", "version"), flat(said)) | {"label": said}
    told = {
        "made": said,
        "problem": said,
        "known": a_list("a", title=said),
        "count": 1,
        "may": may,
        "labels": {said: said},
    }
    return body(page(asked(scene, said), "lexicon.html", typed=typed, tried=tried_on(said), **told))


def lexicon_to_read(scene: Scene, said: str) -> str:
    """The same for whoever only reads."""
    return lexicon(scene, said, may=False)


def webhooks(scene: Scene, said: str) -> str:
    """All webhooks, one of which is changed."""
    known = Subscribed(said, said, 1, (Told(OPENED, None, said),))
    typed = Typed(flat(said), flat(said), (OPENED,), changes=True)
    told = {"why_not": said, "hosts": [said], "may": True, "problem": said, "ways": (), "events": EVENTS}
    return body(page(asked(scene, said), "webhooks.html", webhooks=[known], typed=typed, **told))


def tried_on(said: str) -> Tried:
    """A post that would be found."""
    return Tried(9, 8, 1, (Sample("x", (), "/case?post=x", ((said, False), (said, True)), said, said, said, 0.5),))


def body(answer: Any) -> str:
    """Of an answer."""
    found: str = answer.body.decode()
    return found


PAGES: list[Callable[[Scene, str], str]] = [
    whole_case,
    part_of_case,
    queue,
    queues,
    bulk,
    batch,
    problem,
    tags,
    tag,
    tag_to_read,
    lexicons,
    lexicon,
    lexicon_to_read,
    webhooks,
]


def shape(page: Page) -> tuple[list[str], list[str]]:
    """Elements, and the names of what they say of themselves."""
    return page.tags, [name for name, _ in page.attributes]


@pytest.mark.parametrize("made", PAGES, ids=lambda made: made.__name__)
@pytest.mark.parametrize("said", CORPUS, ids=range(len(CORPUS)))
def test_what_people_write_changes_nothing_of_a_page_but_its_words(
    scene: Scene, made: Callable[[Scene, str], str], said: str
) -> None:
    """No element and no attribute comes or goes; what was written can be read."""
    html = made(scene, said)
    found, plain = Page(html), Page(made(scene, PLAIN))
    assert shape(found) == shape(plain)
    assert found.text.count(WRITTEN) == said.count(WRITTEN) * plain.text.count(WRITTEN) > 0
    assert "<" not in said or said not in html
    assert all(
        not value.strip().lower().startswith(("javascript:", "data:"))
        for name, value in found.attributes
        if name == "href"
    )


@pytest.mark.parametrize("said", [*CORPUS, "one\n\ttwo\n", "👩\u200d👩\u200d👧 \u00ad", "{{ name }}"])
def test_what_was_typed_comes_back_as_it_was_typed(scene: Scene, said: str) -> None:
    """Also what cannot be seen: a refusal changes no word of it, and neither does a second try."""
    html = whole_case(scene, said)
    fields = dict(re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', html, re.DOTALL))
    assert {name: Page(value).text for name, value in fields.items()} == {"note": said, "reply_text": said}
    again = Page(problem(scene, said))
    assert said in [value for name, value in again.attributes if name == "value"]


def test_nothing_is_hidden_in_what_strangers_wrote(scene: Scene) -> None:
    """A mark that turns text around is shown by its name."""
    html = part_of_case(scene, "abc \u202e<b>gnp.exe")
    assert "\u202e" not in html
    assert visible("\u202e") in html


def test_no_date_is_divided_by_the_end_of_a_line() -> None:
    """And what stands around it is escaped as ever."""
    said = undivided("<b> between 2026-03-02 09:14 and 2026-03-02 09:15:01 UTC \u202e")
    assert said == (
        '&lt;b&gt; between <span class="date">2026-03-02 09:14</span> and '
        '<span class="date">2026-03-02 09:15:01</span> UTC ⟨U+202E⟩'
    )

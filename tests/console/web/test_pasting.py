"""A pasted text: what says it, misread words and all, and what means the same."""

import base64
from typing import Any

import pytest

from console.web.pasting import PASTED_CHARS_MAX, how_alike
from tests.console.web.desks import Scene
from tests.console.web.queues import Index, form_of, keeping
from tests.console.web.test_searching import hit
from tests.moderation.words_scorer import WordsScorer

SAID = "I want my refund now"


@pytest.fixture
def index(scene: Scene) -> Index:
    """An index that finds what a test puts there, and a model that knows which words a text has."""
    scene.desk.scorer = WordsScorer()
    return keeping(scene)


def near(number: int, text: str, **changes: Any) -> dict[str, Any]:
    """A post that is found by its meaning."""
    embedding = WordsScorer().score([text])[0].embedding or b""
    return hit(number, text=text, embedding=base64.b64encode(embedding).decode(), **changes)


async def test_what_says_it_comes_before_what_means_it(scene: Scene, index: Index) -> None:
    """Each post once; that somebody looked for it is on record, with the text."""
    index.hits = [hit(1)]
    index.near = [near(1, SAID), near(2, "my refund want now")]
    page = await form_of(
        scene.signed_in("exa", "examiner"), "/search?words=&like=I+vvant+rny+refund+now&label=complaint"
    )
    assert page.index("Says this, or nearly") < page.index("Means the same")
    assert page.count('href="/case?post=blog%3A1"') == 1
    assert "means something like it" in page or "means much the same (0." in page
    assert ">I vvant rny refund now</textarea>" in page
    assert 'href="/search?words=&amp;like=I+vvant+rny+refund+now"' in page
    assert scene.broker.audits == [("search", "exa", "posts", "like: I vvant rny refund now; label: complaint")]
    assert "Make this a queue" not in page


async def test_words_and_filters_narrow_what_means_it(scene: Scene, index: Index) -> None:
    """And nothing is looked for that only says it."""
    index.hits = [hit(1)]
    index.near = [near(2, SAID)]
    page = await form_of(scene.signed_in("ann"), "/search?words=refund&like=give+me+my+money&surface=forum")
    assert "Says this" not in page
    narrowed = next(body for body in index.asked if "knn" in body)["knn"]["filter"]
    assert {"terms": {"surface": ["forum"]}} in narrowed


async def test_without_a_model_it_is_said_and_words_still_find(scene: Scene, index: Index) -> None:
    """As where a text has no words that a model could read."""
    index.hits = [hit(1)]
    page = await form_of(scene.signed_in("ann"), "/search?like=12+34+56+78+90")
    assert "Nothing was looked for by its meaning: the text cannot be compared: no text." in page
    assert "Says this, or nearly" in page


async def test_what_is_too_long_is_said(scene: Scene, index: Index) -> None:
    """Nothing is asked, and nothing on record."""
    answer = await scene.signed_in("ann").get(f"/search?like={'x' * (PASTED_CHARS_MAX + 1)}")
    assert answer.status_code == 400
    assert "a part of it is enough" in answer.text
    assert (index.asked, scene.broker.audits) == ([], [])


def test_a_likeness_is_said_in_words() -> None:
    """With its number, so that it can be compared."""
    assert [how_alike(one) for one in (1.0, 0.9, 0.7, 0.31)] == [
        "means the same (1.00)",
        "means nearly the same (0.90)",
        "means much the same (0.70)",
        "means something like it (0.31)",
    ]
    assert how_alike(None) == ""

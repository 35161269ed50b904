"""The pages of rules and of the model: the same as the commands say."""

from pathlib import Path
from typing import Any

import pytest

from console.web.model_card import model_of
from moderation.rules import RULES
from moderation.scorer.files import model_digest
from moderation.scorer.load import SHIPPED_FOLDER
from records.settings import Settings
from tests.console.page.reading import Page
from tests.console.web.desks import Scene


class Counting:
    """An index in which one rule has found something, and one model has judged."""

    posts = "posts"

    def __init__(self, digest: str = "0" * 64) -> None:
        last = {"value_as_string": "2026-03-02T10:00:00.000Z"}
        rules = {"buckets": [{"key": "threat", "doc_count": 1234, "last": last}]}
        models = {"buckets": [{"key": digest, "doc_count": 7, "last": last}]}
        self.answer = {"aggregations": {"by_rule": rules, "by_model": models}}

    async def ask(self, *_: Any, **__: Any) -> Any:
        """Whatever is counted."""
        return self.answer


@pytest.fixture
def counting(scene: Scene) -> Scene:
    """A console with such an index."""
    index: Any = Counting()
    scene.desk.search = index
    return scene


async def test_every_rule_is_listed_with_what_it_has_found(counting: Scene) -> None:
    """And leads to its sheet."""
    html = (await counting.signed_in("exa", "examiner").get("/rules")).text
    for rule in RULES:
        assert f'href="/rules/{rule.__name__}"' in html
    said = Page(html).text
    assert "1,234" in said
    assert "2026-03-02 10:00" in said
    assert "none now" in said


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
async def test_every_rule_has_a_sheet(counting: Scene, rule: Any) -> None:
    """With the clause and the clock of each of its labels, and the posts that have it."""
    answer = await counting.signed_in("ann").get(f"/rules/{rule.__name__}")
    assert answer.status_code == 200
    for said in ("A person looks", "Kept at least", "/policy#clause-", "/search?label="):
        assert said in answer.text


async def test_a_rule_that_there_is_not_is_missing(counting: Scene) -> None:
    """404, whatever it is called."""
    assert (await counting.signed_in("ann").get("/rules/%3Cb%3E")).status_code == 404


async def test_the_card_of_the_model_is_a_page(scene: Scene) -> None:
    """With the digest that verdicts name, which the card names, too, and whether it was this model that judged."""
    index: Any = Counting(model_digest(SHIPPED_FOLDER))
    scene.desk.search = index
    html = (await scene.signed_in("ann").get("/model")).text
    said = Page(html).text
    assert said.count(model_digest(SHIPPED_FOLDER)) == 3
    assert "7 posts, the newest seen 2026-03-02 10:00 UTC (this model)" in said
    assert "How well it tells the labels apart" in said
    assert "Must not be used" in said
    assert "<table>" in html


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scorer": "none"}, "No model judges here"),
        ({"scorer": "hugging_face", "model": "a/b"}, "a/b"),
        ({"model_dir": Path("/nowhere")}, "cannot be used"),
    ],
)
def test_what_is_no_model_of_ours_is_told(changes: dict[str, Any], said: str) -> None:
    """There is no card then, and no digest that would not be true."""
    found = model_of(Settings(**changes))
    assert said in found.problem
    assert (found.digest, found.card) == ("", ())

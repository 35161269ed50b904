"""A search as of a time: what had been seen by then, as it stood then, and nothing that came later."""

import pytest

from console.past import by_facts, state_of
from search.marks import END, START
from tests.console.dossiers import material_of
from tests.console.web.desks import Scene
from tests.console.web.queues import Index, form_of, keeping
from tests.console.web.views import records
from tests.moderation.case_records import at


@pytest.fixture
def index(scene: Scene) -> Index:
    """An index with one post, which was edited and decided on."""
    found = keeping(scene)
    material = material_of(records())
    found.facts = [dict(fact) for fact in material.facts]
    found.hits = [{"_source": dict(material.told), "_score": 1.0, "sort": ["forum:1"]}]
    return found


@pytest.mark.parametrize("minute", range(-1, 5))
def test_the_facts_tell_how_a_post_stood(minute: int) -> None:
    """As the records of that time do."""
    received = records()
    then, _ = state_of([one for one in received if one.recorded_at <= at(minute)])
    assert by_facts(material_of(received).facts, at(minute)) == then


@pytest.mark.parametrize(
    ("minute", "said", "state"),
    [(3, "hello everybody", "decided"), (1, "hello there", "waits"), (-1, "not on record yet", "")],
)
async def test_each_post_is_shown_as_it_stood_then(
    scene: Scene, index: Index, minute: int, said: str, state: str
) -> None:
    """Text and state, and the way to its dossier of that time; that it was asked is on record."""
    instant = at(minute).isoformat().removesuffix("+00:00")
    page = await form_of(scene.signed_in("exa", "examiner"), f"/search?words=hello&at={instant}")
    assert said in page
    assert f'data-title="State">{state}<' in page
    assert "&amp;at=2026-03-01T" in page
    assert "made from the ledger" in page
    seen = {"range": {"first_seen_at": {"lte": at(minute).isoformat()}}}
    assert seen in index.searched[0]["query"]["bool"]["filter"]
    [(_, _, _, detail)] = scene.broker.audits
    assert detail == f"as of: {instant}; words: hello"


async def test_a_past_search_is_no_queue_and_exports_what_it_shows(scene: Scene, index: Index) -> None:
    """What is exported are the posts that are there to be seen."""
    page = await form_of(scene.signed_in("sue", "supervisor"), "/search?words=hello&at=2026-03-02")
    assert "Make this a queue" not in page
    assert '<input type="hidden" name="post" value="forum:1">' in page


async def test_an_erased_post_tells_nothing_of_its_past(scene: Scene, index: Index) -> None:
    """Not a word."""
    index.hits[0]["_source"] |= {"erased": True, "text": None, "state": "erased"}
    page = await form_of(scene.signed_in("ann"), "/search?words=hello&at=2026-03-02")
    assert "hello there" not in page
    assert ">erased<" in page


async def test_what_is_no_time_is_said(scene: Scene, index: Index) -> None:
    """Nothing is asked."""
    answer = await scene.signed_in("ann").get("/search?words=hello&at=then")
    assert answer.status_code == 400
    assert "the field as of is not a day" in answer.text
    assert index.asked == []


@pytest.mark.parametrize(("minute", "marked"), [(3, False), (1, True)])
async def test_what_said_it_then_and_says_something_else_now_is_found_and_marked(
    scene: Scene, index: Index, minute: int, *, marked: bool
) -> None:
    """As it stood then; where it did not say it then, that is said."""
    index.hits[0] |= {"matched_queries": ["before"], "highlight": {"said_before": [f"hello {START}there{END}"]}}
    instant = at(minute).isoformat().removesuffix("+00:00")
    page = await form_of(scene.signed_in("exa", "examiner"), f"/search?words=there&at={instant}")
    assert ("hello <mark>there</mark>" in page) is marked
    assert ("hello everybody" in page) is not marked
    assert ("Another text of it says this, not that of then" in page) is not marked
    assert "An earlier text" not in page

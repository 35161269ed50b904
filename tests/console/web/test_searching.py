"""The page of a search, and what becomes of a search."""

from typing import Any

import pytest

from records.errors import Unavailable
from search.marks import END, START
from tests.console.web.desks import Browser, Scene
from tests.console.web.queues import Index, form_of, keeping, register, saved


@pytest.fixture
def index(scene: Scene) -> Index:
    """An index that finds what a test puts there."""
    return keeping(scene)


@pytest.fixture
def ann(scene: Scene) -> Browser:
    """A moderator."""
    return scene.signed_in("ann")


def hit(number: int = 1, fragment: str | None = None, **changes: Any) -> dict[str, Any]:
    """A post that was found."""
    document = {
        "post_id": f"blog:{number}",
        "text": "I want my refund now",
        "author_name": "Zoë",
        "surface": "forum",
        "posted_at": "2026-11-03T09:14:30+00:00",
        "state": "open",
        "labels": ["complaint"],
        "visible": True,
    }
    found = {"_source": document | changes, "_score": 1.0, "sort": [1.0, number, number, f"blog:{number}"]}
    return found | ({"highlight": {"text": [fragment]}, "matched_queries": ["exact"]} if fragment else {})


async def test_the_page_begins_with_a_form(ann: Browser, index: Index, scene: Scene) -> None:
    """Nothing is searched, and nothing on record, before anybody asks."""
    page = await form_of(ann, "/search")
    assert 'type="search"' in page
    assert index.asked == []
    assert scene.broker.audits == []


async def test_what_is_found_is_shown_with_its_matches(ann: Browser, index: Index, scene: Scene) -> None:
    """Marked, with the way to each case; who searched for what is on record."""
    index.hits = [hit(fragment=f"want my {START}refund{END} now")]
    page = await form_of(ann, "/search?words=refund&label=complaint&visible=yes")
    assert "1 post found" in page
    assert "want my <mark>refund</mark> now" in page
    assert 'href="/case?post=blog%3A1"' in page
    assert 'value="refund"' in page
    assert scene.broker.audits == [("search", "ann", "posts", "words: refund; label: complaint; visible: yes")]
    [asked] = index.searched
    assert {"terms": {"labels": ["complaint"]}} in asked["query"]["bool"]["filter"]
    assert asked["size"] == 20


async def test_what_strangers_wrote_stays_text(ann: Browser, index: Index) -> None:
    """Markup, marks of their own, directions and controls, in every field."""
    evil = f'<script>alert(1)</script>{START}\u202e"\x00'
    index.hits = [hit(fragment=evil, author_name=evil, surface=evil, labels=[evil]), hit(2, text=evil)]
    page = await form_of(ann, "/search?words=%3Cscript%3Ealert(2)%3C/script%3E%22x%22")
    assert "<script>" not in page
    assert "\u202e" not in page
    assert "\x00" not in page


async def test_a_post_without_words_is_named(ann: Browser, index: Index) -> None:
    """Erased, or nothing but an image."""
    index.hits = [hit(1, text=None), hit(2, text=None, erased=True, state="erased"), hit(3, visible=False)]
    page = await form_of(ann, "/search?words=")
    assert "without text" in page
    assert ">erased<" in page
    assert "gone from the site" in page


async def test_there_is_a_next_page(ann: Browser, index: Index) -> None:
    """Of the same search, from the last post on."""
    index.hits = [hit(number) for number in range(20)]
    index.total = 45
    page = await form_of(ann, "/search?words=refund&state=open")
    address = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert address.startswith("/search?")
    await form_of(ann, address)
    assert index.searched[-1]["search_after"] == [1.0, 19, 19, "blog:19"]
    assert index.searched[-1]["query"] == index.searched[0]["query"]
    index.hits = [hit()]
    assert 'rel="next"' not in await form_of(ann, "/search?words=refund&after=nonsense")


async def test_what_was_found_is_counted_and_narrowed(ann: Browser, index: Index) -> None:
    """By facets and by time; what is narrowed already is a chip, which takes it away."""
    index.hits = [hit()]
    index.facets = {"surface": {"forum": 12_345, "blog": 2}, "label": {"complaint": 3}}
    index.days = {"2026-11-03T00:00+00:00": 3, "2026-11-15T00:00+00:00": 9}
    page = await form_of(ann, "/search?words=refund&label=complaint&sort=newest")
    assert 'href="/search?words=refund&amp;label=complaint&amp;sort=newest&amp;surface=forum"' in page
    assert "12,345" in page
    assert (
        'href="/search?words=refund&amp;label=complaint&amp;sort=newest&amp;from=2026-11-15&amp;until=2026-11-15"'
        in page
    )
    assert "2026-11-15 Sun: 9" in page
    assert 'href="/search?words=refund&amp;sort=newest"' in page
    assert "Remove this filter" in page


async def test_what_comes_near_is_counted_as_it_is_found(ann: Browser, index: Index) -> None:
    """Not what nobody says exactly."""
    index.hits = [hit()]
    index.facets = {"surface": {"forum": 1}}
    await form_of(ann, "/search?words=i+want+my+refund+now")
    near = index.searched[-1]["query"]
    assert index.asked[-1]["query"] == near


async def test_what_comes_near_is_said_to(ann: Browser, index: Index) -> None:
    """A queue holds only what says it."""
    index.hits = [hit()]
    page = await form_of(ann, "/search?words=i+want+my+refund+now")
    assert "Nothing says exactly this" in page


async def test_what_is_no_search_is_said_beside_it(ann: Browser, index: Index, scene: Scene) -> None:
    """What was typed is still there; the index is not asked, and nothing on record."""
    answer = await ann.get('/search?words="+"&label=scam&from=soon')
    assert answer.status_code == 400
    assert "the field from is not a day" in answer.text
    assert 'value="scam"' in answer.text
    assert (index.asked, scene.broker.audits) == ([], [])


async def test_nothing_is_shown_that_is_not_on_record(ann: Browser, index: Index, scene: Scene) -> None:
    """While the broker is away there is no search, nor while the index is."""
    index.hits = [hit()]
    scene.broker.away = True
    assert (await ann.get("/search?words=refund")).status_code == 503
    scene.broker.away = False
    index.problem = Unavailable("Elasticsearch cannot be reached")
    answer = await ann.get("/search?words=refund")
    assert answer.status_code == 503
    assert "refund now" not in answer.text


@pytest.mark.parametrize(("role", "may"), [("reviewer", True), ("examiner", False), ("administrator", False)])
async def test_who_decides_may_save(scene: Scene, index: Index, role: str, may: bool) -> None:
    """Everybody searches; for the others there is no form to save with."""
    index.hits = [hit()]
    bob = scene.signed_in("bob", role)
    assert ("Make this a queue" in await form_of(bob, "/search?words=refund")) is may
    answer = await bob.submit("/queues/save?words=refund", title="Refunds")
    assert answer.status_code == (303 if may else 403)


async def test_a_queue_to_change_fills_the_form(scene: Scene, index: Index, ann: Browser) -> None:
    """For its owner, and for supervisors."""
    index.hits = [hit()]
    query = {"text": "refund", "labels": ["complaint", "scam"], "waiting": True}
    register(scene, saved(query=query, service_level_minutes=90, explanation="Money back"))
    page = await form_of(ann, "/search?queue=refunds")
    assert 'value="complaint"' in page
    assert 'value="scam"' in page
    assert 'value="1.5"' in page
    assert "Change the queue to this search" in page
    assert (
        'action="/queues/save?label=complaint&amp;label=scam&amp;words=refund&amp;waiting=yes&amp;queue=refunds"'
        in page
    )
    assert "Change the queue" in await form_of(scene.signed_in("sue", "supervisor"), "/search?queue=refunds")
    assert 'action="/queues/save' not in await form_of(scene.signed_in("bob"), "/search?queue=refunds")
    assert (await ann.get("/search?queue=none")).status_code == 404


async def test_what_only_an_earlier_text_says_is_marked_with_the_way_to_it(ann: Browser, index: Index) -> None:
    """With the words of that text; a queue of this search would not hold it, and that is said."""
    found = hit(fragment=None, text="never mind")
    index.hits = [found | {"matched_queries": ["before"], "highlight": {"said_before": [f"my {START}refund{END}"]}}]
    page = await form_of(ann, "/search?words=refund")
    assert "my <mark>refund</mark>" in page
    assert "never mind" not in page
    assert '<a href="/dossier?post=blog%3A1#what">An earlier text says this</a>' in page
    assert "A queue, and a decision on all at once, is of what says it now." in page
    assert "said_before" in str(index.searched[0]["query"])


async def test_words_can_be_asked_of_what_posts_say_now(ann: Browser, index: Index) -> None:
    """A filter like any other: a chip takes it away."""
    index.hits = [hit(fragment=f"my {START}refund{END}")]
    page = await form_of(ann, "/search?words=refund&texts=now")
    assert "before" not in str(index.searched[0]["query"])
    assert "of what it says now" in page
    assert "An earlier text" not in page

"""Lists of words in the console: tried on posts that came, published for the judge, and removed."""

from html import unescape

import pytest

from console.web.trying import excerpt
from moderation.word_lists import LISTS_MAX
from records.errors import Unavailable
from records.registry import TERM_CHARS_MAX, TERMS_MAX, WordList
from tests.console.web.desks import Browser, Scene
from tests.console.web.queues import form_of
from tests.console.web.recents import Recent, with_posts
from tests.moderation.published import a_list

SAID = {"title": "Cheap offers", "label": "spam", "terms": "cheap pills\r\n\r\n cheap  pills \r\nbargain\r\n"}
POSTS = ("Buy CHEAP pills & <i>bargain</i>", "nice weather", "b\u0430rgain!", "cheap", "bargains")


@pytest.fixture
def index(scene: Scene) -> Recent:
    """An index with a few posts."""
    return with_posts(scene, *POSTS)


@pytest.fixture
def sue(scene: Scene, index: Recent) -> Browser:
    """A supervisor."""
    return scene.signed_in("sue", "supervisor")


def published(scene: Scene) -> list[WordList]:
    """The lists that were put on record."""
    return [one for one in scene.broker.said if isinstance(one, WordList)]


async def test_a_list_is_made_changed_and_removed(scene: Scene, sue: Browser) -> None:
    """Each time as a record, which the judge reads as the console does."""
    assert "There is none yet" in await form_of(sue, "/lexicons")
    answer = await sue.submit("/lexicons/publish", **SAID)
    assert (answer.status_code, answer.headers["location"]) == (303, "/lexicons")
    page = await form_of(sue, "/lexicons/edit?name=cheap-offers")
    assert "cheap pills\nbargain</textarea>" in page
    more = {"list": "cheap-offers", "version": "1", "terms": "bargain", "label": "promissory", "title": "Offers"}
    await sue.submit("/lexicons/publish", **more)
    assert "version 2, sue" in await form_of(sue, "/lexicons")
    await sue.submit("/lexicons/remove", list="cheap-offers")
    told = [(one.registry_id, one.version, one.title, one.label, one.terms, one.removed) for one in published(scene)]
    assert told == [
        ("cheap-offers", 1, "Cheap offers", "spam", ("cheap pills", "bargain"), False),
        ("cheap-offers", 2, "Offers", "promissory", ("bargain",), False),
        ("cheap-offers", 3, "Offers", "promissory", ("bargain",), True),
    ]
    assert (await sue.get("/lexicons/edit?name=cheap-offers")).status_code == 404


async def test_a_trial_shows_what_the_list_would_find(scene: Scene, sue: Browser) -> None:
    """With the words marked, as the judge would find them; it is on record, and nothing is published."""
    answer = await sue.submit("/lexicons/try", **SAID)
    page = " ".join(answer.text.split())
    assert "<strong>2</strong> of the last 5 posts" in page
    assert "Buy <mark>CHEAP pills</mark> &amp; &lt;i&gt;<mark>bargain</mark>&lt;/i&gt;" in page
    assert "<mark>b\u0430rgain</mark>!" in page
    assert page.index("blog%3A0") < page.index("blog%3A2")
    assert "cheap  pills" in unescape(answer.text)
    assert scene.broker.audits[-1] == (
        "search", "sue", "posts", "the list cheap-offers, tried on the 5 posts that came last"
    )  # fmt: skip
    assert published(scene) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": " "}, "it needs a title"),
        ({"terms": " \r\n"}, "terms: there are none"),
        ({"terms": "?!"}, "'?!' has no letter and no digit"),
        ({"terms": "a b c d e f g h i"}, "has more than 8 words"),
        ({"terms": "x" * (TERM_CHARS_MAX + 1)}, "terms"),
        ({"terms": "\r\n".join(f"w{number}" for number in range(TERMS_MAX + 1))}, "a list has at most 1,000"),
        ({"label": "unscored"}, "label: unscored is nothing that words can be a sign of"),
        ({"label": "Spam!"}, "label"),
    ],
)
async def test_what_is_no_list_is_refused_and_stays_as_it_was_typed(
    scene: Scene, sue: Browser, changes: dict[str, str], why: str
) -> None:
    """Whether it is tried or published."""
    said = SAID | changes
    for path in ("publish", "try"):
        answer = await sue.submit(f"/lexicons/{path}", **said)
        assert (answer.status_code, why in unescape(answer.text)) == (400, True), path
        assert said["terms"].replace("\r\n", "\n") in unescape(answer.text)
    assert published(scene) == []


async def test_while_something_is_away_the_form_stays(scene: Scene, sue: Browser, index: Recent) -> None:
    """The broker when it is published, the index when it is tried."""
    scene.broker.away = True
    index.problem = Unavailable("Elasticsearch cannot be reached")
    for path, why in (("publish", "the broker does not answer"), ("try", "Elasticsearch cannot be reached")):
        answer = await sue.submit(f"/lexicons/{path}", **SAID)
        assert (answer.status_code, why in answer.text, "bargain" in answer.text) == (503, True, True)


async def test_nobody_replaces_what_they_have_not_seen(scene: Scene, sue: Browser) -> None:
    """Of two who change one list the second is told, and may then decide; a new one replaces no other."""
    await sue.submit("/lexicons/publish", **SAID)
    opened = SAID | {"list": "cheap-offers", "version": "1"}
    await scene.signed_in("tom", "compliance").submit("/lexicons/publish", **(opened | {"terms": "a"}))
    answer = await sue.submit("/lexicons/publish", **(opened | {"terms": "b"}))
    assert (answer.status_code, "tom has published version 2 since" in answer.text) == (400, True)
    assert 'name="version" value="2"' in answer.text
    await sue.submit("/lexicons/publish", **(opened | {"terms": "b", "version": "2"}))
    assert [one.terms for one in published(scene)][1:] == [("a",), ("b",)]
    assert "there is a list Cheap offers already" in (await sue.submit("/lexicons/publish", **SAID)).text


async def test_one_too_many_takes_no_other_out_of_use(scene: Scene, sue: Browser) -> None:
    """It is refused, whatever it is called; a change of one that stands is none more."""
    for number in range(LISTS_MAX):
        scene.broker.register(a_list("pills", registry_id=f"list-{number:02}"))
    scene.desk.set_up.look()
    answer = await sue.submit("/lexicons/publish", **SAID)
    assert (answer.status_code, "remove one first" in answer.text) == (400, True)
    changed = SAID | {"list": "list-00", "version": "1"}
    assert (await sue.submit("/lexicons/publish", **changed)).status_code == 303


@pytest.mark.parametrize("role", ["reviewer", "examiner", "administrator"])
async def test_others_read_what_supervisors_make(scene: Scene, index: Recent, role: str) -> None:
    """They see what posts are judged by, and why a list is not in use, and change nothing."""
    scene.broker.register(a_list("<b>pills</b>"))
    scene.broker.register(a_list("?", registry_id="signs"))
    bob = scene.signed_in("bob", role)
    page = await form_of(bob, "/lexicons")
    assert "Not in use: terms:" in page
    page = await form_of(bob, "/lexicons/edit?name=offers")
    assert "&lt;b&gt;pills&lt;/b&gt;" in page
    assert "<textarea" not in page
    for path in ("try", "publish", "remove"):
        assert (await bob.submit(f"/lexicons/{path}", **SAID, list="offers")).status_code == 403
    assert published(scene) == []


def test_an_excerpt_begins_shortly_before_the_first_match() -> None:
    """It is a piece of the text, and marks in it what was found."""
    text = "x" * 500 + " here and here " + "y" * 500
    spans = [(501, 505), (510, 514), (900, 905)]
    pieces = excerpt(text, spans)
    assert pieces[0] == pieces[-1] == ("…", False)
    assert [piece for piece, matched in pieces if matched] == ["here", "here"]
    assert "".join(piece for piece, _ in pieces[1:-1]) in text
    assert excerpt("short", ()) == (("short", False),)
    assert excerpt("", ()) == ()
    assert excerpt("all", [(0, 3)]) == (("all", True),)

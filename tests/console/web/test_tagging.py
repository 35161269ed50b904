"""Tags in the console: made from examples, tried on posts that came, published for the judge, and removed."""

from html import unescape
from pathlib import Path
from typing import Any

import pytest

from console.web.labelled import labelled
from moderation.tags.files import TAGS_MAX
from records.errors import Unavailable
from records.registry import EXAMPLE_CHARS_MAX, PublishedTag
from tests.console.web.desks import Browser, Scene
from tests.console.web.queues import form_of
from tests.console.web.recents import Recent, with_posts
from tests.moderation.published import LATE, a_tag
from tests.moderation.words_scorer import WordsScorer

SAID = {
    "new": "1",
    "name": "late_bus",
    "title": "The bus is late",
    "examples": "\r\n".join(LATE),
    "counter_examples": "nice bus\r\n\r\nlate for dinner\r\n",
    "severity": "2",
    "clause": "4",
    "owner": "moderators",
    "retention": "moderation",
}
POSTS = ("the bus is late, again", "nice weather", "my bus was late again", "a <b>bus</b> came late", "123")


@pytest.fixture
def index(scene: Scene) -> Recent:
    """An index with a few posts, of which one has no embedding."""
    return with_posts(scene, *POSTS)


@pytest.fixture
def sue(scene: Scene, index: Recent) -> Browser:
    """A supervisor."""
    return scene.signed_in("sue", "supervisor")


def published(scene: Scene) -> list[PublishedTag]:
    """The tags that were put on record."""
    return [one for one in scene.broker.said if isinstance(one, PublishedTag)]


async def test_a_tag_is_made_changed_and_removed(scene: Scene, sue: Browser) -> None:
    """Each time as a record, which the judge reads as the console does."""
    assert "There is none yet" in await form_of(sue, "/tags")
    answer = await sue.submit("/tags/publish", **SAID)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tags")
    [first] = published(scene)
    assert (first.registry_id, first.version, first.staff_id, first.examples) == ("late_bus", 1, "sue", LATE)
    assert first.counter_examples == ("nice bus", "late for dinner")
    assert (first.severity, first.threshold, first.clock_hours, first.help) == (2, None, None, None)
    page = await form_of(sue, "/tags/edit?name=late_bus")
    assert "\n".join(LATE) in page
    assert 'name="version" value="1"' in page
    changed = SAID | {"new": "", "version": "1", "threshold": "0.75", "clock_hours": "24", "help": "Say\r\nwhen"}
    await sue.submit("/tags/publish", **changed)
    await sue.submit("/tags/remove", name="late_bus")
    told = [(one.version, one.threshold, one.clock_hours, one.help, one.removed) for one in published(scene)[1:]]
    assert told == [(2, 0.75, 24, "Say when", False), (3, 0.75, 24, "Say when", True)]
    assert "There is none yet" in await form_of(sue, "/tags")
    assert (await sue.get("/tags/edit?name=late_bus")).status_code == 404


async def test_a_trial_says_how_it_does_and_what_it_would_find(scene: Scene, sue: Browser) -> None:
    """As the command does, and with the newest posts first; nothing is published, and the trial is on record."""
    answer = await sue.submit("/tags/try", **SAID)
    assert answer.status_code == 200
    page = " ".join(unescape(answer.text).split())
    assert "of 5</strong> examples" in page
    assert "of 2 counter-examples" in page
    assert "<strong>3</strong> of the last 5 posts. Only 4 of these could be compared" in page
    assert page.index("/case?post=blog%3A0") < page.index("/case?post=blog%3A2") < page.index("/case?post=blog%3A3")
    assert "a &lt;b&gt;bus&lt;/b&gt; came late" in answer.text
    assert "nice weather" not in page
    assert "nice bus\n\nlate for dinner" in answer.text
    assert published(scene) == []
    assert scene.broker.audits[-1] == (
        "search",
        "sue",
        "posts",
        "the tag late_bus, tried on the 5 posts that came last",
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": ""}, "it needs a name"),
        ({"name": "Late Bus"}, "is not a name"),
        ({"name": "spam"}, "spam is a label of the policy already"),
        ({"title": ""}, "it needs a title"),
        ({"examples": "\n".join(LATE[:4])}, "there are 4, and a tag needs at least 5"),
        ({"examples": "\n".join([*LATE, LATE[0]])}, "no. 1: stands there twice"),
        ({"examples": "\n".join([*LATE, "7"])}, "no. 6: the model cannot read it"),
        ({"examples": "\n".join([*LATE, "x" * (EXAMPLE_CHARS_MAX + 1)])}, "examples"),
        ({"threshold": "high"}, "'high' is none"),
        ({"threshold": "2"}, "threshold"),
        ({"severity": "9"}, "severity"),
        ({"clause": "99"}, "the policy has no clause '99'"),
        ({"retention": "for_ever"}, "the policy has no class for_ever"),
        ({"owner": "No Name"}, "owner"),
    ],
)
async def test_what_is_no_tag_is_refused_and_stays_as_it_was_typed(
    scene: Scene, sue: Browser, changes: dict[str, str], why: str
) -> None:
    """With what is wrong, and nothing on record."""
    said = SAID | {"help": "Typed and not lost"} | changes
    answer = await sue.submit("/tags/publish", **said)
    assert answer.status_code == 400
    assert why in unescape(answer.text)
    assert "Typed and not lost" in answer.text
    assert said["examples"].replace("\r\n", "\n") in unescape(answer.text)
    assert published(scene) == []


async def test_while_something_is_away_the_form_stays(scene: Scene, sue: Browser, index: Recent) -> None:
    """The broker when it is published, the index when it is tried."""
    scene.broker.away = True
    answer = await sue.submit("/tags/publish", **SAID)
    assert answer.status_code == 503
    assert "the broker does not answer" in answer.text
    assert "late bus again" in answer.text
    scene.broker.away = False
    index.problem = Unavailable("Elasticsearch cannot be reached")
    answer = await sue.submit("/tags/try", **SAID)
    assert (answer.status_code, "Elasticsearch cannot be reached" in answer.text) == (503, True)
    assert "late bus again" in answer.text


async def test_nobody_replaces_what_they_have_not_seen(scene: Scene, sue: Browser) -> None:
    """Of two who change one tag the second is told, and may then decide; a new one replaces no other."""
    await sue.submit("/tags/publish", **SAID)
    tom = scene.signed_in("tom", "compliance")
    opened = SAID | {"new": "", "version": "1"}
    await tom.submit("/tags/publish", **(opened | {"title": "Buses"}))
    answer = await sue.submit("/tags/publish", **(opened | {"title": "Late buses"}))
    assert answer.status_code == 400
    assert "tom has published version 2 since you opened it" in answer.text
    assert 'name="version" value="2"' in answer.text
    await sue.submit("/tags/publish", **(opened | {"title": "Late buses", "version": "2"}))
    assert [(one.version, one.title) for one in published(scene)][1:] == [(2, "Buses"), (3, "Late buses")]
    answer = await sue.submit("/tags/publish", **SAID)
    assert "there is a tag late_bus already" in answer.text


async def test_a_post_becomes_an_example(scene: Scene, sue: Browser, index: Recent) -> None:
    """By its id, on one line and without what nobody sees; whose text was looked at is on record."""
    index.documents[1]["text"] = "two\n lines, \u202eand\u200b hidden"
    answer = await sue.submit("/tags/add", **SAID, **{"as": "counter_example", "post": "blog:1"})
    assert "nice bus\n\nlate for dinner\ntwo lines, and hidden</textarea>" in answer.text
    assert scene.broker.audits[-1] == ("view", "sue", "blog:1", "as one of the counter-examples of a tag")
    answer = await sue.get("/tags/edit?post=blog:2")
    assert "my bus was late again</textarea>" in answer.text
    for post, why in (("blog:9", "no post with a text was found"), ("", "no post with a text was found")):
        answer = await sue.submit("/tags/add", **SAID, **{"as": "example", "post": post})
        assert (answer.status_code, why in answer.text, "late bus again" in answer.text) == (400, True, True)
    answer = await sue.submit("/tags/add", **(SAID | {"examples": "my bus was late again"}), post="blog:2")
    assert "that post is among these examples already" in answer.text


async def test_those_of_files_are_shown_and_not_changed(scene: Scene, sue: Browser, tmp_path: Path) -> None:
    """Whoever reads sees both kinds, and of one that cannot be used why."""
    folder = tmp_path / "tags"
    folder.mkdir()
    (folder / "t.toml").write_text(
        'name = "trains"\ntitle = "Trains"\nexamples = ["train a", "train b", "train c", "train d", "train e"]\n'
    )
    scene.desk.settings = scene.desk.settings.model_copy(update={"tags_dir": folder})
    scene.broker.register(a_tag(clause="99", title="<i>Late</i>"))
    scene.desk.set_up.look()
    page = await form_of(sue, "/tags")
    assert "file t.toml" in page
    assert "version 1, sam, 1970" in page
    assert "Not in use: clause: the policy has no clause" in page
    assert "&lt;i&gt;Late" in page
    shown = await form_of(sue, "/tags/edit?name=trains")
    assert "train c" in shown
    assert "<textarea" not in shown
    assert (await sue.submit("/tags/remove", name="trains")).status_code == 400
    answer = await sue.submit("/tags/publish", **(SAID | {"name": "trains"}))
    assert "there is a tag trains in a file already" in answer.text


async def test_one_too_many_takes_no_other_out_of_use(scene: Scene, sue: Browser) -> None:
    """It is refused, whatever it is called; a change of one that stands is none more."""
    for number in range(TAGS_MAX):
        scene.broker.register(a_tag(registry_id=f"tag_{number:02}"))
    scene.desk.set_up.look()
    answer = await sue.submit("/tags/publish", **SAID)
    assert (answer.status_code, "remove one first" in answer.text) == (400, True)
    changed = SAID | {"new": "", "name": "tag_00", "version": "1"}
    assert (await sue.submit("/tags/publish", **changed)).status_code == 303


@pytest.mark.parametrize("role", ["reviewer", "examiner", "administrator"])
async def test_others_read_what_supervisors_make(scene: Scene, index: Recent, role: str) -> None:
    """They see what posts are judged by, and change nothing."""
    scene.broker.register(a_tag())
    bob = scene.signed_in("bob", role)
    assert "/tags/edit?name=late_bus" in await form_of(bob, "/tags")
    page = await form_of(bob, "/tags/edit?name=late_bus&post=blog:1")
    assert "my bus came late" in page
    assert "<textarea" not in page
    assert "nice weather" not in page
    for path in ("try", "publish", "add", "remove"):
        assert (await bob.submit(f"/tags/{path}", **SAID)).status_code == 403
    assert published(scene) == []


async def test_what_a_tag_is_called_is_told_beside_the_labels(scene: Scene, index: Recent) -> None:
    """Also of one that was removed, whose findings are still there; the policy's own labels stay what they are."""
    scene.broker.register(a_tag(help="Say when"))
    scene.broker.register(a_tag(registry_id="gone", title="Gone", removed=True))
    scene.broker.register(a_tag(registry_id="spam", title="Not this"))
    scene.desk.set_up.look()
    labels = labelled(scene.desk).labels
    assert (labels["late_bus"].title, labels["late_bus"].help, labels["gone"].title) == (
        "The bus is late",
        "Say when",
        "Gone",
    )
    assert labels["spam"] == scene.desk.policy.labels["spam"]


async def test_without_a_model_a_tag_is_published_and_not_tried(scene: Scene, sue: Browser) -> None:
    """The judge says then that no tag is in use; nobody is kept from preparing one."""
    model: Any = WordsScorer()
    model.model_digest = None
    scene.desk.scorer = model
    answer = await sue.submit("/tags/try", **SAID)
    assert (answer.status_code, "no tag can be tried here" in answer.text) == (503, True)
    assert (await sue.submit("/tags/publish", **SAID)).status_code == 303

"""The page of a dossier: all of it in the frame of the console, and what it says where there is no ledger."""

from urllib.parse import quote

import pytest

from console.web.desk import Desk
from tests.console.page.hostile import CORPUS
from tests.console.page.reading import Page
from tests.console.web.desks import Scene
from tests.console.web.queues import form_of
from tests.console.web.views import NOBODY, records, showing
from tests.moderation.case_records import POST_ID

ADDRESS = f"/dossier?post={quote(POST_ID)}"


async def test_it_says_everything_in_the_frame(scene: Scene) -> None:
    """Sections, picture, the change from one text to the next, and the way back; that it was read is on record."""
    showing(scene)
    page = await form_of(scene.signed_in("exa", "examiner"), ADDRESS)
    assert f"<h1>Dossier of <bdi>{POST_ID}</bdi></h1>" in page
    assert 'href="/case?post=forum%3A1"' in page
    assert '<svg class="timeline broad"' in page
    assert "<del>there</del><ins>everybody</ins>" in page
    assert "the facts were not compared with the ledger" in page
    for section in ("what", "who", "when", "where", "integrity", "gaps"):
        assert f'id="{section}"' in page
    assert " style=" not in page
    assert page.count("<main") == page.count("<h1>") == 1
    assert scene.broker.audits == [("view", "exa", f"the dossier of {POST_ID}", "")]


async def test_without_a_ledger_there_is_no_past(scene: Scene) -> None:
    """It says so, and the time that was asked for is still there; that somebody asked is on record."""
    showing(scene)
    answer = await scene.signed_in("ann").get(f"{ADDRESS}&at=2026-03-01T12:00")
    assert answer.status_code == 503
    assert "as it stood at a time is told from the ledger, and it cannot be read from here" in answer.text
    assert 'value="2026-03-01T12:00"' in answer.text
    assert "timeline" not in answer.text
    [(_, _, subject, detail)] = scene.broker.audits
    assert (subject, detail) == (f"the dossier of {POST_ID}", "as it stood at 2026-03-01T12:00:00+00:00")


async def test_what_is_no_time_is_said(scene: Scene) -> None:
    """Beside the field."""
    showing(scene)
    answer = await scene.signed_in("ann").get(f"{ADDRESS}&at=yesterday")
    assert answer.status_code == 400
    assert "the time is not a day such as 2026-03-02" in answer.text


async def test_there_is_none_of_what_was_never_seen(scene: Scene) -> None:
    """Nothing is on record of it."""
    showing(scene)
    assert (await scene.signed_in("ann").get("/dossier?post=forum:2")).status_code == 404
    assert scene.broker.audits == []


@pytest.mark.parametrize("said", CORPUS)
async def test_what_strangers_wrote_stays_text(scene: Scene, said: str) -> None:
    """In the texts of a post, whatever they try; as on the page that stands alone."""
    ann = scene.signed_in("ann")
    showing(scene, records("hello", "x hello"))
    ours = Page(await form_of(ann, ADDRESS)).tags
    showing(scene, records(said, f"x {said}"))
    found = Page(await form_of(ann, ADDRESS))
    assert set(found.tags) <= set(ours)
    assert [found.tags.count(tag) for tag in ("script", "form")] == [ours.count(tag) for tag in ("script", "form")]


def test_the_desk_tells_of_everything_that_was_set_up(scene: Scene) -> None:
    """So that no dossier waits for a connection of its own."""
    scene.grant("ann", "reviewer")
    desk: Desk = scene.desk
    assert [one.said.registry_id for one in desk.set_up.entries()] == ["ann"]


async def test_verifying_says_what_does_not_answer(scene: Scene) -> None:
    """And tells of no outcome, nor puts one on record."""
    showing(scene)
    scene.desk.settings = scene.settings.model_copy(update={"elasticsearch_url": NOBODY, "ledger_url": NOBODY})
    answer = await scene.signed_in("exa", "examiner").submit("/dossier/verify", post=POST_ID)
    assert answer.status_code == 503
    assert "It is as it was recorded" not in answer.text
    assert scene.broker.audits == []

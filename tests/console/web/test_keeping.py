"""Saved queues: a search becomes one in one step, and its owner changes and removes it."""

import httpx
import pytest

from console.web.saved import name_of, queues_in
from records.registry import SavedQueue
from search.queries import Wanted
from search.queues import BUILT_IN
from tests.console.web.desks import Browser, Scene
from tests.console.web.queues import keeping, register, saved
from tests.ingest.notifying.alerts import alerting


@pytest.fixture
def kept(scene: Scene) -> Scene:
    """A console that hears what it publishes, and may send alerts."""
    keeping(scene)
    scene.desk.settings = alerting(
        scene.settings.data_dir, alert_hosts="hooks.example.com", smtp_host="127.0.0.1", smtp_from="us@example.com"
    )
    return scene


def published(scene: Scene) -> list[SavedQueue]:
    """The queues that were put on record."""
    return [one for one in scene.broker.said if isinstance(one, SavedQueue)]


async def save(browser: Browser, search: str = "words=refund", **fields: str) -> httpx.Response:
    """The form below a search."""
    return await browser.submit(f"/queues/save?{search}", **({"title": "Refunds"} | fields))


async def test_a_search_becomes_a_queue_in_one_step(kept: Scene) -> None:
    """Under its title, owned by who made it; the console knows it at once, and goes there."""
    ann = kept.signed_in("ann")
    answer = await save(
        ann,
        "words=refund&label=complaint&waiting=yes&sort=newest&after=x",
        title="  Refunds &  Returns ",
        explanation="Money back",
        hours="1.5",
        alert_url="https://hooks.example.com/a",
        alert_email="team@example.com",
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue?queue=refunds-returns")
    [queue] = published(kept)
    assert (queue.registry_id, queue.title, queue.explanation) == ("refunds-returns", "Refunds & Returns", "Money back")
    assert queue.query == {"text": "refund", "labels": ["complaint"], "waiting": True}
    assert (queue.version, queue.staff_id, queue.owner, queue.service_level_minutes) == (1, "ann", "ann", 90)
    assert (queue.alert_url, queue.alert_email) == ("https://hooks.example.com/a", "team@example.com")
    [found] = kept.desk.set_up.queues()
    assert found.wanted == Wanted(text="refund", labels=("complaint",), waiting=True, sort="queue")
    assert (found.name, found.title, found.service_level_minutes) == ("refunds-returns", "Refunds & Returns", 90)


async def test_the_page_of_saved_queues_tells_of_them(kept: Scene) -> None:
    """Whose they are, and whom they tell; an address that may open something is not shown."""
    url = "https://hooks.example.com/secret-token"
    register(kept, saved(alert_url=url, service_level_minutes=60), saved("gone", removed=True))
    page = (await kept.signed_in("bob", "examiner").get("/queues")).text
    assert "Refunds" in page
    assert "1 h" in page
    assert "webhook" in page
    assert "secret-token" not in page
    assert "Gone" not in page
    assert "Remove" not in page
    page = (await kept.signed_in("ann").get("/queues")).text
    assert 'href="/search?queue=refunds"' in page


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"title": " "}, "needs a title"),
        ({"title": "x" * 101}, "at most 100 characters"),
        ({"title": BUILT_IN[0].title}, "choose another title"),
        ({"hours": "soon"}, "number of hours"),
        ({"hours": "0"}, "number of hours"),
        ({"hours": "nan"}, "number of hours"),
        ({"hours": "1e9"}, "number of hours"),
        ({"alert_url": "http://169.254.169.254/"}, "https"),
        ({"alert_url": "https://other.example.com/"}, "LIFEGUARD_ALERT_HOSTS"),
        ({"alert_email": "team"}, "one e-mail address"),
        ({"explanation": "x" * 501}, "at most 500 characters"),
    ],
)
async def test_what_is_no_queue_is_refused_with_the_reason(kept: Scene, fields: dict[str, str], why: str) -> None:
    """What was typed stands on the page that says so."""
    answer = await save(kept.signed_in("ann"), **fields)
    assert answer.status_code == 400
    assert why in answer.text
    assert published(kept) == []


async def test_a_search_that_is_none_makes_no_queue(kept: Scene) -> None:
    """As on the page of the search."""
    answer = await save(kept.signed_in("ann"), "from=soon")
    assert answer.status_code == 400
    assert published(kept) == []


async def test_without_a_mail_server_nobody_is_promised_a_mail(kept: Scene) -> None:
    """The sentence says what to set."""
    kept.desk.settings = kept.settings
    answer = await save(kept.signed_in("ann"), alert_email="team@example.com")
    assert answer.status_code == 400
    assert "LIFEGUARD_SMTP_HOST" in answer.text
    answer = await save(kept.signed_in("ann"), alert_url="https://hooks.example.com/")
    assert "LIFEGUARD_ALERT_HOSTS" in answer.text


async def test_its_owner_and_supervisors_change_it(kept: Scene) -> None:
    """As its next version; it stays the owner's, and keeps its name whatever its title is now."""
    await save(kept.signed_in("ann"))
    sue = kept.signed_in("sue", "supervisor")
    assert (await save(sue, "words=money&queue=refunds", title="Money back")).status_code == 303
    assert (await save(kept.signed_in("ann"), "words=cash")).status_code == 303
    first, second, third = published(kept)
    assert [(one.registry_id, one.version, one.owner) for one in (first, second, third)] == [
        ("refunds", 1, "ann"),
        ("refunds", 2, "ann"),
        ("refunds", 3, "ann"),
    ]
    assert (second.staff_id, second.title, second.query) == ("sue", "Money back", {"text": "money"})
    [found] = kept.desk.set_up.queues()
    assert (found.title, found.wanted.text) == ("Refunds", "cash")


async def test_nobody_else_changes_or_removes_it(kept: Scene) -> None:
    """Not by its title, not by its name; the refusal is on record."""
    await save(kept.signed_in("ann"))
    bob = kept.signed_in("bob")
    for answer in (
        await save(bob),
        await save(bob, "words=x&queue=refunds"),
        await bob.submit("/queues/remove", queue="refunds"),
    ):
        assert answer.status_code == 403
        assert "is kept by ann" in answer.text
    assert len(kept.broker.refusals) >= 1
    assert len(published(kept)) == 1
    assert (await save(kept.signed_in("eve", "examiner"))).status_code == 403


async def test_a_removed_queue_is_gone_and_its_name_free(kept: Scene) -> None:
    """Its record says so; whoever takes the name next owns it."""
    ann = kept.signed_in("ann")
    await save(ann, hours="2")
    answer = await ann.submit("/queues/remove", queue="refunds")
    assert (answer.status_code, answer.headers["location"]) == (303, "/queues")
    assert kept.desk.set_up.queues() == []
    assert (await ann.submit("/queues/remove", queue="refunds")).status_code == 404
    assert (await ann.submit("/queues/remove")).status_code == 404
    await save(kept.signed_in("bob"))
    assert [(one.version, one.removed, one.owner) for one in published(kept)] == [
        (1, False, "ann"),
        (2, True, "ann"),
        (3, False, "bob"),
    ]
    assert published(kept)[1].service_level_minutes == 120


async def test_a_broker_that_is_away_loses_nothing_that_was_typed(kept: Scene) -> None:
    """The same form may be sent once more."""
    ann = kept.signed_in("ann")
    kept.broker.away = True
    answer = await save(ann, explanation="Money back")
    assert answer.status_code == 503
    assert "Money back" in answer.text


def test_a_title_gives_the_name() -> None:
    """Plain, and never empty."""
    assert name_of("Rückerstattung / Köln!", "queue") == "ruckerstattung-koln"
    assert name_of("x" * 200, "queue") == "x" * 64
    assert name_of("退款", "queue") == name_of("退款", "queue") != name_of("退", "queue")
    assert name_of("退款", "queue").startswith("queue-")


def test_a_record_that_cannot_be_read_hides_no_other(kept: Scene) -> None:
    """A filter of a later release, a value that is none, a name of ours."""
    register(
        kept,
        saved("a", query={"text": 7}),
        saved("b", query={"nonsense": True}),
        saved(BUILT_IN[0].name),
        saved("d"),
    )
    found = queues_in(kept.desk.set_up.newest("queue"))
    assert [(one.name, one.queue is not None, bool(one.problem)) for one in found if one.name == "d"] == [
        ("d", True, False)
    ]
    assert all(one.problem and one.queue is None for one in found if one.name != "d")
    assert len(found) == 4

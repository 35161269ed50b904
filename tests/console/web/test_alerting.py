"""Alerts of saved queues: what entered is told once, whatever fails or is started anew in between."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from console.web.alert_memory import AlertMemory
from console.web.alerting import ALERT_PAUSE_SECONDS, entered, watches_of
from console.web.failing import FAILED_SECONDS_MAX
from records.errors import Unavailable
from search.entering import POSTS_MAX, Inside
from tests.console.web.desks import Scene
from tests.console.web.queues import register, saved
from tests.console.web.told import Told
from tests.ingest.notifying.alerts import SECRET
from tests.ingest.notifying.smtp_server import SmtpServer
from tests.ingest.web_site import Reply, WebSite


@pytest.fixture
def mails() -> Iterator[SmtpServer]:
    """A mail server on this machine."""
    with SmtpServer() as started:
        yield started


@pytest.fixture
def told(scene: Scene, tmp_path: Path, mails: SmtpServer) -> Iterator[Told]:
    """A console that tells."""
    with WebSite() as receiver:
        yield Told(tmp_path, receiver, mails)


async def test_what_enters_is_told_once(told: Told) -> None:
    """What was there before the queue was saved is not new; what enters is, with how many and since when."""
    told.index.inside["old"] = (0, 0)
    register(told.scene, saved(alert_url=told.url))
    assert await told.after() == []
    told.enter("a", ago=60)
    told.enter("b")
    assert await told.after() == [2]
    assert told.bodies[0]["data"] == {
        "queue": "refunds",
        "title": "Refunds",
        "entered": 2,
        "oldest_at": "2026-09-21T14:12:30+00:00",
        "address": "https://lifeguard.example.com/queue?queue=refunds",
    }
    assert await told.after(ALERT_PAUSE_SECONDS) == [2]


async def test_what_enters_while_nobody_looks_is_told_afterwards(told: Told) -> None:
    """Between the saving of the queue and the first look, and while the console is not running."""
    register(told.scene, saved(alert_url=told.url))
    told.enter("a")
    assert await told.after() == [1]
    told.start()
    told.enter("b", "c")
    assert await told.after(ALERT_PAUSE_SECONDS) == [1, 2]
    told.start()
    assert await told.after(ALERT_PAUSE_SECONDS) == [1, 2]


async def test_a_late_post_is_told_too(told: Told) -> None:
    """Its verdict was recorded before that of others, and became visible after them."""
    register(told.scene, saved(alert_url=told.url))
    told.enter("a")
    assert await told.after() == [1]
    told.enter("late", ago=3600)
    assert await told.after(ALERT_PAUSE_SECONDS) == [1, 1]


async def test_many_at_once_are_one_alert(told: Told) -> None:
    """Within five minutes after an alert nobody is told again, not even by a console that was started anew."""
    register(told.scene, saved(alert_url=told.url))
    told.enter("a")
    assert await told.after() == [1]
    for name in ("b", "c", "d"):
        told.enter(name)
        assert await told.after() == [1]
    told.start()
    assert await told.after() == [1]
    assert await told.after(ALERT_PAUSE_SECONDS) == [1, 3]


async def test_what_waits_anew_is_told_again(told: Told) -> None:
    """A case that was decided and reopened; one that merely left and came back with a colleague's undo, too."""
    register(told.scene, saved(alert_url=told.url))
    told.enter("a", "b")
    assert await told.after() == [2]
    told.enter("a", ago=0)
    assert await told.after(ALERT_PAUSE_SECONDS) == [2, 1]
    del told.index.inside["b"]
    assert await told.after(ALERT_PAUSE_SECONDS) == [2, 1]
    told.enter("b", ago=0)
    assert await told.after() == [2, 1, 1]


def test_a_post_that_begins_to_wait_inside_does_not_enter() -> None:
    """It was told when it was found; the judge was only later than the fold. Nor does one that waits since earlier."""
    found = {"a": Inside(2_000, 1_000), "b": Inside(500, 1_000), "c": Inside(None, 1_000), "d": Inside(None, 1_000)}
    assert set(entered({"a": -1, "b": 900, "c": 900}, found)) == {"d"}


async def test_a_receiver_that_fails_is_asked_again(
    told: Told, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Later and later, said once in the log and all the while on the page; nothing is lost, and no secret told."""
    register(told.scene, saved(alert_url=told.url))
    await told.after()
    told.enter("a")
    told.receiver.pages["/hook"] = Reply(b"a word of theirs", status=500)
    with structlog.testing.capture_logs() as logs:
        await told.after()
        await told.after(5)
        assert len(told.receiver.asked) == 1
        await told.after(5)
        assert len(told.receiver.asked) == 2
        told.enter("b")
        for _ in range(10):
            await told.after(FAILED_SECONDS_MAX)
        asked = len(told.receiver.asked)
        await told.after(FAILED_SECONDS_MAX / 2)
        assert len(told.receiver.asked) == asked
    ids = [headers["webhook-id"] for _, headers in told.receiver.asked]
    assert ids[0] == ids[1]
    assert ids[1] != ids[2] == ids[3]
    ann = told.scene.signed_in("ann")
    page = (await ann.get("/queues")).text
    assert "the alert of this queue by webhook could not be delivered" in page
    assert "HTTP 500" in page
    assert "theirs" not in page
    assert "Refunds: the alert of this queue by webhook could not be delivered" in (await ann.get("/")).text
    told.receiver.pages["/hook"] = told.hear
    with structlog.testing.capture_logs() as later:
        assert await told.after(FAILED_SECONDS_MAX) == [2]
    assert "could not be delivered" not in (await ann.get("/queues")).text
    assert [(one["event"], one["log_level"]) for one in logs] == [("alert not delivered", "warning")]
    assert [one["event"] for one in later] == ["alert delivered", "alerts go on"]
    out = capsys.readouterr()
    for said in (page, str(logs), str(later), caplog.text, out.out, out.err):
        assert SECRET not in said


async def test_a_receiver_says_when_it_wants_to_be_asked(told: Told) -> None:
    """And not before."""
    register(told.scene, saved(alert_url=told.url))
    told.enter("a")
    told.receiver.pages["/hook"] = Reply(status=429, headers={"Retry-After": "120"})
    await told.after()
    await told.after(110)
    assert len(told.receiver.asked) == 1
    told.receiver.pages["/hook"] = told.hear
    assert await told.after(20) == [1]


async def test_a_console_that_was_killed_between_delivery_and_saving_tells_twice(told: Told) -> None:
    """Under the same id, so that a receiver can know it again; and never a third time."""
    register(told.scene, saved(alert_url=told.url))
    await told.after()
    told.enter("a")
    told.alerting._memory.keep = _killed  # type: ignore[method-assign]
    with pytest.raises(ExceptionGroup):
        await told.after()
    told.start()
    assert await told.after() == [1, 1]
    assert told.bodies[0]["id"] == told.bodies[1]["id"]
    told.start()
    assert await told.after(ALERT_PAUSE_SECONDS) == [1, 1]


def _killed(*_: Any) -> None:
    raise KeyboardInterruptLikeError


class KeyboardInterruptLikeError(Exception):
    """Stands for the end of a process."""


async def test_each_way_is_told_for_itself(told: Told, mails: SmtpServer) -> None:
    """While the webhook fails, the mail is sent once, and not again with every try."""
    register(told.scene, saved(alert_url=told.url, alert_email="team@example.com"))
    await told.after()
    told.enter("a")
    told.receiver.pages["/hook"] = Reply(status=500)
    for _ in range(4):
        await told.after(FAILED_SECONDS_MAX)
    assert len(mails.mails) == 1
    assert b"1 post has entered the queue Refunds" in mails.mails[0]


async def test_another_search_begins_anew_and_another_address_does_not(told: Told) -> None:
    """Old posts that a new search finds are not new; what could not be delivered goes to the corrected address."""
    register(told.scene, saved(alert_url=f"{told.receiver.address}/gone"))
    await told.after()
    told.enter("a")
    await told.after()
    register(told.scene, saved(alert_url=told.url, version=2))
    assert await told.after(FAILED_SECONDS_MAX) == [1]
    told.index.inside |= {"older": (1, 1), "oldest": (None, 1)}
    register(told.scene, saved(alert_url=told.url, version=3, query={"text": "refunds"}))
    assert await told.after(ALERT_PAUSE_SECONDS) == [1, 1]


async def test_a_queue_without_an_alert_is_forgotten(told: Told) -> None:
    """One that was removed, too; given an alert again, it tells from then on."""
    register(told.scene, saved(alert_url=told.url))
    told.enter("a")
    assert await told.after() == [1]
    register(told.scene, saved(version=2))
    await told.after()
    told.enter("b")
    register(told.scene, saved(alert_url=told.url, version=3, removed=True))
    await told.after(ALERT_PAUSE_SECONDS)
    assert watches_of(told.scene.desk) == []
    assert AlertMemory(told.settings).told(("refunds", "webhook")) is None


async def test_more_than_anybody_can_compare_is_said(told: Told) -> None:
    """Such a queue tells nothing until it is narrower, and then what entered meanwhile."""
    register(told.scene, saved(alert_url=told.url))
    await told.after()
    told.enter("a")
    told.index.total = POSTS_MAX + 1
    assert await told.after() == []
    assert "too many to tell what is new" in told.scene.desk.undelivered["refunds", "webhook"]
    told.index.total = None
    assert await told.after() == [1]


async def test_an_index_that_is_away_loses_nothing(told: Told) -> None:
    """Nor a broker that does not say what is set up."""
    register(told.scene, saved(alert_url=told.url))
    await told.after()
    told.enter("a")
    told.index.problem = Unavailable("Elasticsearch cannot be reached")
    assert await told.after() == []
    told.index.problem = None
    assert await told.after() == [1]


async def test_a_slow_receiver_holds_up_nobody_else(told: Told) -> None:
    """Nor is it asked a second time while it has not answered."""
    register(told.scene, saved(alert_url=told.url), saved("slow", alert_url=f"{told.receiver.address}/slow"))
    await told.after()
    answers = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(_: dict[str, str]) -> Reply:
        asyncio.run_coroutine_threadsafe(answers.wait(), loop).result(30)
        return Reply(status=204)

    told.receiver.pages["/slow"] = slowly
    told.enter("a")
    told.seconds += 10
    slow = asyncio.create_task(told.alerting.round())
    while len(told.bodies) != 1:
        await asyncio.sleep(0.01)
    told.enter("b")
    while await told.after(ALERT_PAUSE_SECONDS) != [1, 1]:
        await asyncio.sleep(0.01)
    answers.set()
    await slow
    assert [path for path, _ in told.receiver.asked].count("/slow") == 1


async def test_a_queue_of_what_is_mine_is_told_as_its_owner_sees_it(told: Told) -> None:
    """By name and by role."""
    told.scene.grant("ann", "reviewer")
    register(told.scene, saved(alert_url=told.url, query={"mine": ["@me"]}))
    [watch] = watches_of(told.scene.desk)
    assert watch.queue.wanted.mine == ("ann", "reviewer")


async def test_an_unreadable_queue_tells_nothing_and_is_shown(told: Told) -> None:
    """Its problem stands beside it, and the others go on."""
    register(told.scene, saved("odd", alert_url=told.url, query={"no_such": 1}), saved(alert_url=told.url))
    told.enter("a")
    assert await told.after() == [1]
    assert [one.name for one in told.scene.desk.set_up.queues()] == ["refunds"]
    ann = told.scene.signed_in("ann")
    assert "it cannot be shown" in (await ann.get("/queues")).text


async def test_the_task_ends_with_the_process(told: Told) -> None:
    """It looks at once, and stops when it is asked to."""
    register(told.scene, saved(alert_url=told.url))
    told.enter("a")
    told.seconds += 10
    running = asyncio.create_task(told.alerting.run())
    while not told.bodies:
        await asyncio.sleep(0.01)
    told.scene.desk.stopping.set()
    await asyncio.wait_for(running, 5)

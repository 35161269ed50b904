"""The page of webhooks: a supervisor sets one up and sees how it goes, where whoever runs Lifeguard lets them go."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.web.alert_memory import AlertMemory
from console.web.subscribing import stream_of
from records.registry import Subscription
from records.settings import Settings
from search.happening import DECIDED, OPENED
from tests.console.api.world import World
from tests.console.web.desks import Browser
from tests.ingest.notifying.alerts import alerting

URL = "https://hooks.example.com/in?team=desk"
MADE: dict[str, Any] = {"name": "desk", "url": URL, "event": [OPENED, DECIDED]}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Whoever runs it allows one host."""
    found = World(alerting(tmp_path, alert_hosts="hooks.example.com"))
    yield found
    found.scene.desk.close()


@pytest.fixture
def sue(world: World) -> Browser:
    """A supervisor."""
    return world.scene.signed_in("sue", "supervisor")


def newest(world: World) -> Subscription:
    """What was put on record last."""
    found = world.scene.broker.set_up[-1].said
    assert isinstance(found, Subscription)
    return found


async def test_a_webhook_is_made_changed_and_removed(world: World, sue: Browser) -> None:
    """Each version is a record of whoever did it."""
    assert "There is none." in (await sue.get("/webhooks")).text
    answer = await sue.submit("/webhooks/save", **MADE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/webhooks")
    page = (await sue.get("/webhooks")).text
    assert "The webhook desk was made." in page
    assert "https://hooks.example.com/in?team=desk" in page
    assert page.count("none delivered yet") == 2
    made = newest(world)
    assert (made.staff_id, made.url, made.events, made.version) == ("sue", URL, (OPENED, DECIDED), 1)
    form = (await sue.get("/webhooks?name=desk")).text
    assert re.findall(r'value="(case.\w+)" checked', form) == [OPENED, DECIDED]
    assert f'value="{URL}"' in form
    answer = await sue.submit("/webhooks/save", **MADE | {"event": OPENED, "changes": "yes"})
    assert answer.status_code == 303
    assert (newest(world).events, newest(world).version) == ((OPENED,), 2)
    assert (await sue.submit("/webhooks/remove", name="desk")).status_code == 303
    assert newest(world).removed
    page = (await sue.get("/webhooks")).text
    assert "nobody is told under this name any more" in page
    assert "There is none." in page
    assert (await sue.get("/webhooks?name=desk")).status_code == 404
    assert (await sue.submit("/webhooks/remove", name="none")).status_code == 404
    assert (await sue.submit("/webhooks/save", **MADE | {"changes": "yes"})).status_code == 404


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"url": "https://other.example.com/"}, "adds it to LIFEGUARD_ALERT_HOSTS, and starts the console anew"),
        ({"url": "https://hooks.example.com:8443/"}, "hooks.example.com:8443"),
        ({"url": "http://hooks.example.com/in"}, "begins with https://"),
        ({"url": "no address"}, "https://"),
        ({"url": ""}, "https://"),
        ({"event": []}, "choose at least one thing to be told of"),
        ({"event": "case.shouted"}, "cannot be recorded"),
        ({"name": "Desk"}, "small letters, digits and hyphens"),
        ({"name": "taken"}, "there is a webhook taken already"),
    ],
)
async def test_what_cannot_be_is_told_in_the_form(world: World, sue: Browser, change: dict[str, Any], why: str) -> None:
    """With what to do; what was typed is still there, and nothing is on record."""
    assert (await sue.submit("/webhooks/save", **MADE | {"name": "taken"})).status_code == 303
    count = world.published
    answer = await sue.submit("/webhooks/save", **MADE | change)
    assert answer.status_code == 400
    assert why in answer.text
    typed = {"name": "desk", "url": URL} | {name: said for name, said in change.items() if name != "event"}
    assert all(
        f'name="{name}" value="{said}"' in answer.text.replace(' type="url"', "") for name, said in typed.items()
    )
    assert world.published == count


async def test_what_was_delivered_and_what_was_not_is_there_to_be_read(world: World, sue: Browser) -> None:
    """When, and why; also for an administrator, who changes nothing."""
    await sue.submit("/webhooks/save", **MADE)
    desk = world.scene.desk
    desk.alerts = AlertMemory(world.scene.settings)
    desk.alerts.begin(stream_of("desk", OPENED), "q", {})
    desk.alerts.keep(stream_of("desk", OPENED), (), {"forum:1": 1}, 1_790_000_000.0)
    desk.undelivered[stream_of("desk", DECIDED)] = "it answers with HTTP <b>500"
    for page in [(await one.get("/webhooks")).text for one in (sue, world.scene.signed_in("root", "administrator"))]:
        assert "2026-09-21 14:13" in page
        assert "case.decided could not be delivered, and is tried again: it answers with HTTP &lt;b&gt;500" in page
    assert '<form method="post" action="/webhooks' not in page
    told = (await world.client("set_up", role="supervisor").get("/webhooks")).json()["webhooks"][0]
    assert told["delivered_at"] == {OPENED: "2026-09-21T14:13:20+00:00", DECIDED: None}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"alert_hosts": ""}, "no alert may be sent anywhere"),
        ({"alert_hosts": "::1"}, "is not a list of hosts"),
        ({"alert_secret_file": None}, "no alert is sent without a secret to sign it"),
    ],
)
async def test_where_nothing_can_be_told_the_page_says_what_is_missing(
    tmp_path: Path, changes: dict[str, Any], why: str
) -> None:
    """And how to set it; a form that is sent all the same is refused with the same sentence."""
    said = {"alert_hosts": "hooks.example.com"} | changes
    world = World(alerting(tmp_path, **said))
    sue = world.scene.signed_in("sue", "supervisor")
    page = (await sue.get("/webhooks")).text
    assert why in page
    assert "python -m ingest secret" in page
    answer = await sue.submit("/webhooks/save", **MADE)
    assert answer.status_code == 400
    assert world.published == 1
    world.scene.desk.close()


async def test_webhooks_and_tokens_lie_beside_one_another(tmp_path: Path) -> None:
    """For whoever may see both; a supervisor comes to webhooks alone."""
    world = World(Settings(data_dir=tmp_path))
    root, sue = world.scene.signed_in("root", "administrator"), world.scene.signed_in("sue", "supervisor")
    for path, other in (("/tokens", "/webhooks"), ("/webhooks", "/tokens")):
        page = (await root.get(path)).text
        assert f'<a href="{other}">' in page
        assert page.count("Integrations</a>") == 1
        here = "page" if path == "/tokens" else "true"
        assert f'<a href="/tokens" aria-current="{here}">Integrations</a>' in page
        assert f'<a href="{path}" aria-current="page">' in page
    page = (await sue.get("/webhooks")).text
    assert '<a href="/webhooks" aria-current="page">Integrations</a>' in page
    assert "/tokens" not in page
    world.scene.desk.close()

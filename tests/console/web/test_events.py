"""What the server tells a page by itself, and to whom it stops telling."""

import re
from collections.abc import AsyncIterator

import pytest
from fastapi import Request

from console.web import events
from console.web.guarding import visitor_of
from console.web.route import Asked
from tests.console.web.desks import Scene


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "EVERY_SECONDS", 0.01)


async def stream(scene: Scene) -> AsyncIterator[bytes]:
    """Of ann, who looks at a post."""
    scene.grant("ann", "reviewer")
    session = scene.desk.sessions.begin("ann", by_passphrase=False)
    request = Request({"type": "http", "query_string": b"post=forum:1", "headers": []})
    asked = Asked(request, await visitor_of(scene.desk, session), {})
    async for one in events._told(scene.desk, asked):
        yield one


def named(told: list[bytes]) -> list[str]:
    """The events by name."""
    return re.findall(r"^event: (\w+)$", b"".join(told).decode(), re.MULTILINE)


async def test_a_page_hears_once_that_a_server_is_away(scene: Scene) -> None:
    """And goes on listening until the console ends."""
    told = []
    async for one in stream(scene):
        told.append(one)
        if len(told) == 2:
            scene.desk.stopping.set()
    assert told[0] == b"retry: 2000\n\n"
    assert named(told) == ["away"]
    assert b"Elasticsearch cannot be reached" in told[1]


@pytest.mark.parametrize("how", ["role", "session", "other role"])
async def test_who_is_out_hears_it_and_nothing_more(scene: Scene, how: str) -> None:
    """A role that is taken away, or a session that ends, ends the stream within seconds."""
    told = []
    async for one in stream(scene):
        told.append(one)
        if len(told) == 2 and how == "session":
            with scene.desk.sessions._rows.opened() as rows:
                rows.execute("DELETE FROM sessions")
        elif len(told) == 2:
            scene.grant("ann", "examiner" if how == "other role" else "reviewer", granted=how == "other role")
    assert named(told) == ["away", "gone"]
    assert b"you are signed out, or what you may do here has changed" in told[-1]


async def test_a_stream_of_nobody_is_not_led_to_the_page_for_signing_in(scene: Scene) -> None:
    """That page would give the browser another token than the form has that stands open."""
    answer = await scene.browser().get("/events", headers={"accept": "text/event-stream"})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers

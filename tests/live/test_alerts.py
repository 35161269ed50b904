"""From a search in the console to a queue, and from a post that enters it to a signed webhook, on real servers."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from console.web.alert_memory import AlertMemory
from console.web.sessions import Sessions
from deploy.local.ready import free_port
from ingest.publisher import Publisher, published
from ingest.receiver.signatures import claims, key_of, verify
from ingest.topics import create_topics
from records.documents import PostDocument, findable
from records.registry import RoleGrant
from records.settings import Settings
from records.topics import REGISTRY
from search.client import Search
from search.indexer import Indexer
from search.indices import setup
from tests.ingest.notifying.alerts import SECRET, alerting
from tests.ingest.web_site import Reply, WebSite
from tests.live.pipeline import wait_for

pytestmark = pytest.mark.live

WORDS = "I want my refund now"


@contextmanager
def serving(settings: Settings) -> Iterator[httpx.Client]:
    """The console as a process, and a browser in which Ann is signed in; killed at the end of the block."""
    told = settings.model_dump(mode="json", exclude_defaults=True)
    environment = os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in told.items()}
    log_file = settings.data_dir / "console.log"
    with log_file.open("ab") as log:
        child = subprocess.Popen([sys.executable, "-m", "console", "serve"], env=environment, stdout=log, stderr=log)
    session = Sessions(settings).begin("ann", by_passphrase=False)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{settings.console_port}") as browser:
            browser.cookies.set("lifeguard", session.new_token)
            browser.params = {"csrf": session.csrf}
            wait_for(lambda: _is_well(browser), "the console does not serve")
            yield browser
    finally:
        child.kill()
        child.wait()


def _is_well(browser: httpx.Client) -> bool:
    try:
        return browser.get("/healthz").is_success
    except httpx.TransportError:
        return False


async def _given(settings: Settings, post_id: str) -> None:
    """A post that waits since just now."""
    now = datetime.now(UTC).isoformat()
    document: PostDocument = {
        "post_id": post_id,
        "applied": {"T:0": 1},
        "text": WORDS,
        "state": "open",
        "opened_at": now,
        "first_seen_at": now,
        "labels": ["complaint"],
        **findable(WORDS, None),  # type: ignore[typeddict-item]
    }
    async with Search(settings) as search:
        await setup(search)
        assert await Indexer(search).write({post_id: document}, {}, []) == set()
        await search.ask("POST", f"/{search.posts}/_refresh")


def test_what_enters_a_saved_queue_is_told(live_settings: Settings, tmp_path: Path) -> None:
    """Once, signed, without a word of the post; and kill -9 afterwards makes nobody hear of it again."""
    heard: list[dict[str, str]] = []
    with WebSite() as receiver:
        receiver.pages["/hook"] = lambda headers: (heard.append(headers), Reply(status=204))[1]
        settings = alerting(
            tmp_path,
            **live_settings.model_dump(exclude_defaults=True)
            | {"alert_hosts": f"127.0.0.1:{receiver.port}", "console_port": free_port()},
        )
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        create_topics(settings)
        asyncio.run(_given(settings, "web:1"))
        _grant(settings)
        with serving(settings) as browser:
            page = browser.get("/search", params={"words": "refund"}).text
            assert "1 post found" in page
            assert "my <mark>refund</mark> now" in page
            fields = {
                "csrf": browser.params["csrf"],
                "title": "Refunds",
                "alert_url": f"{receiver.address}/hook",
            }
            saved = browser.post("/queues/save", params={"words": "refund", "waiting": "yes"}, data=fields)
            assert (saved.status_code, saved.headers["location"]) == (303, "/queue?queue=refunds")
            asyncio.run(_given(settings, "web:2"))
            wait_for(lambda: bool(heard), "nobody was told", 30)
            wait_for(lambda: bool(AlertMemory(settings).told(("refunds", "webhook")).told_at), "it was not remembered")  # type: ignore[union-attr]
        body = receiver.posted
    verify(claims(heard[0]), body, [key_of(SECRET)], time.time(), 60)
    assert json.loads(body)["data"]["entered"] == 1
    assert b"refund now" not in body
    told = AlertMemory(settings).told(("refunds", "webhook"))
    assert told is not None
    assert set(told.posts) == {"web:1", "web:2"}
    log = (settings.data_dir / "console.log").read_text()
    assert SECRET not in log
    assert WORDS not in log


def _grant(settings: Settings) -> None:
    publisher = Publisher(settings)
    grant = RoleGrant(registry_id="ann", staff_id="root", set_at=datetime.now(UTC), role="reviewer")
    try:
        published(publisher, [(REGISTRY, grant)])
    finally:
        publisher.close()

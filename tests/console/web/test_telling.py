"""Webhooks of what happens to cases: each told once, signed, whatever fails or is started anew in between."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.web.alert_memory import AlertMemory
from console.web.failing import FAILED_SECONDS_MAX
from console.web.telling import EVENTS_MAX, STANDING, Telling, news
from ingest.receiver.signatures import claims, key_of, verify
from records.registry import Subscription
from search.happening import DECIDED, OPENED, OVERDUE
from tests.console.web.desks import Scene
from tests.ingest.notifying.alerts import SECRET, alerting
from tests.ingest.web_site import Reply, WebSite

START = 1_790_000_000.0
FIELDS = {"opened_at": OPENED, "decided_at": DECIDED, "due_at": OVERDUE}


class Subscribed:
    """A console with a receiver of webhooks, and an index that says what is so now; `after` lets time go on."""

    posts = "posts"

    def __init__(self, folder: Path, receiver: WebSite) -> None:
        self.receiver, self.seconds = receiver, START
        self.settings = alerting(folder, alert_hosts=f"127.0.0.1:{receiver.port}")
        self.scene = Scene(self.settings)
        self.scene.desk.search = self  # type: ignore[assignment]
        self.now: dict[str, dict[str, int]] = {OPENED: {}, DECIDED: {}, OVERDUE: {}}
        self.heard: list[tuple[str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        receiver.pages["/hook"] = self.hear
        self.start()

    def start(self) -> None:
        """Begins, or begins anew with what is on disk."""
        self.scene.desk.undelivered.clear()
        self.telling = Telling(self.scene.desk, AlertMemory(self.settings), lambda: self.seconds)

    def subscribe(self, *events: str, version: int = 1, removed: bool = False) -> None:
        """Somebody wants to know."""
        at = datetime.fromtimestamp(START, UTC) + timedelta(seconds=version)
        said = {"registry_id": "desk", "staff_id": "sue", "set_at": at, "version": version, "removed": removed}
        entry = Subscription.model_validate(said | {"url": f"{self.receiver.address}/hook", "events": events})
        self.scene.broker.register(entry)
        self.scene.desk.set_up.look()

    def hear(self, headers: dict[str, str]) -> Reply:
        """Takes a webhook that is signed as it should be."""
        verify(claims(headers), self.receiver.posted, [key_of(SECRET)], self.seconds, 0)
        body = json.loads(self.receiver.posted)
        self.bodies.append(body)
        self.heard.append((body["type"], body["data"]["post_id"]))
        return Reply(status=204)

    def happen(self, kind: str, *post_ids: str, ago: float = 1.0) -> None:
        """It is so, since a while before now."""
        self.now[kind] |= dict.fromkeys(post_ids, int((self.seconds - ago) * 1000))

    async def after(self, seconds: float = 10.0) -> list[tuple[str, str]]:
        """Some time later everything was looked at: what was told so far."""
        self.seconds += seconds
        await self.telling.round()
        return self.heard

    async def ask(self, _method: str, path: str, body: Any, **_: Any) -> Any:
        """What is so now, or how some cases stand."""
        if path.endswith("_mget"):
            source = dict.fromkeys(STANDING) | {"version": 2, "state": "open", "labels": ["spam"]}
            return {"docs": [{"_id": one, "found": True, "_source": source | {"text": "no"}} for one in body["ids"]]}
        [field] = [name for name in FIELDS if name in body["sort"][1]]
        found = [{"sort": [post_id, since]} for post_id, since in sorted(self.now[FIELDS[field]].items())]
        return {"hits": {"total": {"value": len(found), "relation": "eq"}, "hits": found}}


@pytest.fixture
def subscribed(tmp_path: Path) -> Iterator[Subscribed]:
    """A console that tells."""
    with WebSite() as receiver:
        yield Subscribed(tmp_path, receiver)


@pytest.mark.parametrize("kind", [OPENED, DECIDED, OVERDUE])
async def test_what_happens_is_told_once_and_no_word_of_a_post(subscribed: Subscribed, kind: str) -> None:
    """What was so before somebody subscribed is not new, what is so anew is; a restart tells nothing again."""
    subscribed.now[kind] = {"old": 0}
    subscribed.subscribe(kind)
    assert await subscribed.after() == []
    subscribed.happen(kind, "a", ago=2)
    subscribed.happen(kind, "b")
    assert await subscribed.after() == [(kind, "a"), (kind, "b")]
    subscribed.start()
    assert len(await subscribed.after()) == 2
    subscribed.happen(kind, "a")
    assert (await subscribed.after())[2:] == [(kind, "a")]
    data = subscribed.bodies[0]["data"]
    assert data.keys() == {"post_id", "since", *STANDING}
    assert (data["post_id"], data["version"], data["labels"]) == ("a", 2, ["spam"])


async def test_a_receiver_that_fails_is_asked_again_under_the_same_id(subscribed: Subscribed) -> None:
    """Later and later; nothing is lost, also by a restart, and why is there to be read."""
    subscribed.subscribe(OPENED)
    await subscribed.after()
    subscribed.happen(OPENED, "a", "b")
    subscribed.receiver.pages["/hook"] = Reply(b"a word of theirs", status=500)
    await subscribed.after()
    await subscribed.after(5)
    await subscribed.after(5)
    ids = [headers["webhook-id"] for _, headers in subscribed.receiver.asked]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    [(stream, why)] = subscribed.scene.desk.undelivered.items()
    assert (stream, "HTTP 500" in why) == (("webhook:desk", OPENED), True)
    subscribed.start()
    subscribed.receiver.pages["/hook"] = subscribed.hear
    assert await subscribed.after(FAILED_SECONDS_MAX) == [(OPENED, "a"), (OPENED, "b")]
    assert subscribed.scene.desk.undelivered == {}


async def test_only_what_was_asked_for_is_told_and_until_it_is_taken_back(subscribed: Subscribed) -> None:
    """Not an alert of a queue is forgotten by that."""
    memory = AlertMemory(subscribed.settings)
    memory.begin(("fees", "webhook"), "q", {"x": 1})
    subscribed.start()
    subscribed.subscribe(DECIDED)
    await subscribed.after()
    subscribed.happen(OPENED, "a")
    subscribed.happen(DECIDED, "b")
    assert await subscribed.after() == [(DECIDED, "b")]
    subscribed.subscribe(DECIDED, version=2, removed=True)
    subscribed.happen(DECIDED, "c")
    assert len(await subscribed.after()) == 1
    found = AlertMemory(subscribed.settings)
    assert found.told(("fees", "webhook")) is not None
    assert found.told(("webhook:desk", DECIDED)) is None


async def test_many_at_once_are_told_bit_by_bit(subscribed: Subscribed) -> None:
    """So many in one look."""
    subscribed.subscribe(OPENED)
    await subscribed.after()
    subscribed.happen(OPENED, *(f"p-{number}" for number in range(EVENTS_MAX + 5)))
    assert len(await subscribed.after()) == EVENTS_MAX
    assert len(await subscribed.after()) == EVENTS_MAX + 5


def test_what_is_new_comes_in_its_order() -> None:
    """And what has happened again since."""
    told, found = {"a": 1, "b": 5, "gone": 1}, {"a": 1, "b": 9, "d": 3, "c": 3}
    assert news(told, found) == [("c", 3), ("d", 3), ("b", 9)]

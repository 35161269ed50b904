"""Webhooks of what happens to cases: each told once, signed, whatever fails or is started anew in between."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.web.alert_memory import AlertMemory
from console.web.failing import FAILED_SECONDS_MAX
from console.web.telling import BEGUN, EVENTS_MAX, LATE_MS, STANDING, Telling, after_of, news, outdated
from ingest.receiver.signatures import claims, key_of, verify
from ingest.registry import Registered
from records.registry import Subscription
from search.entering import POSTS_MAX
from search.happening import DECIDED, OPENED, OVERDUE, Happened
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
        self.pages = 0
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
        self.scene.broker.set_up.append(Registered(entry, f"registry-0-{version}", int(START * 1000)))
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
        [field] = body["sort"][0]
        later = body["query"]["bool"]["filter"][-1]["range"][field]["gt"]
        so = sorted([since, post_id] for post_id, since in self.now[FIELDS[field]].items() if since > later)
        left = [one for one in so if one > body.get("search_after", [later])]
        self.pages += 1
        return {"hits": {"hits": [{"sort": one} for one in left[: body["size"]]]}} if left else {}


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


async def test_more_than_a_server_lists_at_once_are_no_problem(subscribed: Subscribed) -> None:
    """All of them are told, also what is found behind very many that were; what is long ago is not remembered."""
    subscribed.subscribe(DECIDED)
    await subscribed.after()
    many = [f"p-{number}" for number in range(2 * POSTS_MAX)]
    subscribed.happen(DECIDED, *many, ago=5)
    memory, at = AlertMemory(subscribed.settings), int((subscribed.seconds - 5) * 1000)
    memory.keep(("webhook:desk", DECIDED), (), dict.fromkeys(many, at))
    subscribed.start()
    subscribed.happen(DECIDED, "one-more")
    subscribed.pages = 0
    assert await subscribed.after() == [(DECIDED, "one-more")]
    assert subscribed.pages == 3
    subscribed.seconds += LATE_MS / 1000
    subscribed.happen(DECIDED, "another")
    assert (await subscribed.after())[1:] == [(DECIDED, "another")]
    assert len(await subscribed.after()) == 2
    told = AlertMemory(subscribed.settings).told(("webhook:desk", DECIDED))
    assert told is not None
    assert set(told.posts) == {"another"}


async def test_what_comes_to_be_known_late_is_told_late(subscribed: Subscribed) -> None:
    """A part of the pipeline was behind; nothing is told of the time before somebody subscribed."""
    subscribed.subscribe(OPENED)
    await subscribed.after()
    subscribed.happen(OPENED, "a")
    await subscribed.after(3_600)
    subscribed.happen(OPENED, "late", ago=3_600)
    assert (await subscribed.after())[1:] == [(OPENED, "late")]
    subscribed.happen(OPENED, "before", ago=subscribed.seconds - START + 60)
    assert len(await subscribed.after()) == 2


async def test_what_was_told_is_lost_and_little_is_told_again(subscribed: Subscribed) -> None:
    """Of what happened in the last days, under the same ids."""
    subscribed.subscribe(DECIDED)
    await subscribed.after()
    subscribed.happen(DECIDED, "long-ago")
    await subscribed.after(LATE_MS / 1000 + 60)
    subscribed.happen(DECIDED, "a")
    assert await subscribed.after() == [(DECIDED, "long-ago"), (DECIDED, "a")]
    AlertMemory(subscribed.settings).forget_others([], [DECIDED])
    subscribed.start()
    assert (await subscribed.after())[2:] == [(DECIDED, "a")]


MINUTE_MS, LATE_MINUTES = 60_000, LATE_MS // 60_000
EVENTS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(1, 3 * LATE_MINUTES), st.integers(0, LATE_MINUTES - 1)),
    max_size=30,
)
LAST_LOOKS = (4 * LATE_MINUTES, 1)


@settings(max_examples=300, deadline=None)
@given(EVENTS, st.lists(st.integers(1, LATE_MINUTES), max_size=12), st.data())
def test_whatever_happens_is_told_once(
    events: list[tuple[str, int, int]], pauses: list[int], data: st.DataObject
) -> None:
    """However late it is known, however often it happens anew, and wherever telling breaks off."""
    told, heard, now = {BEGUN: 0}, list[Happened](), 0
    for look, pause in enumerate([*pauses, *LAST_LOOKS]):
        now += pause
        for post_id in outdated(told, now * MINUTE_MS):
            del told[post_id]
        new = news(told, so_now(events, now, after_of(told, now * MINUTE_MS)))
        done = len(new) if look >= len(pauses) else data.draw(st.integers(0, len(new)))
        told |= dict(new[:done])
        heard += new[:done]
    assert len(heard) == len(set(heard))
    assert set(so_now(events, now, 0)) <= set(heard)
    assert all(since > max(told.values()) - LATE_MS for since in told.values())


def so_now(events: list[tuple[str, int, int]], now: int, after_ms: int) -> list[Happened]:
    """What an index says that knows each event some minutes after it happened."""
    known = sorted((at * MINUTE_MS, post_id) for post_id, at, late in events if at + late <= now)
    latest = {post_id: since for since, post_id in known if since > after_ms}
    return sorted(latest.items(), key=lambda one: one[1])


def test_what_is_new_comes_in_its_order() -> None:
    """And what has happened again since."""
    told, found = {"a": 1, "b": 5, "gone": 1}, [("a", 1), ("c", 3), ("d", 3), ("b", 9)]
    assert news(told, found) == found[1:]


def test_a_clock_that_was_wrong_stops_nothing() -> None:
    """What is said to happen in years is no reason to leave out what happens now."""
    year = 365 * 24 * 3_600_000
    assert after_of({"a": 10 * year, "b": year}, year + 5) == year - LATE_MS
    assert after_of({"a": 10 * year}, year) == year - LATE_MS
    assert outdated({"a": 10 * year, "b": year, "c": 0}, year + 5) == {"c"}

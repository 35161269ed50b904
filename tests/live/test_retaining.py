"""Holds, erasures and expiry on real servers: what a hold covers stays, whenever it came, and two people release it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.retaining.reach import Reach
from console.retaining.rounds import Rounds
from console.retaining.standing import Round
from console.staff.accounts import Accounts
from deploy.local.servers import Servers
from ingest.lag import lag
from ingest.publisher import Publisher
from ingest.reader import read_all
from ingest.registry import Registry
from moderation.policy import load_policy
from records.base import Record
from records.decisions import Erase, LegalHold
from records.posts import Collector, Post, revision_of
from records.received import Received
from records.registry import Erasure, ExpiryReport, RoleGrant
from records.settings import Settings
from records.topics import DECISIONS, POSTS, REGISTRY, Topic
from search.client import Search
from tests.live.kept import run_command
from tests.live.pipeline import READS, Pipeline, wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(200)]

PASSPHRASE = "seven seals on a grey rock"
NOW = datetime.now(UTC)
COLLECTOR = Collector(source="web", version="1", config_digest="0" * 64)


class Beside:
    """Somebody at a terminal beside the pipeline; `keeper` only has the settings, as `run_command` wants them."""

    def __init__(self, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pipeline, self.settings, self._monkeypatch = pipeline, pipeline.settings, monkeypatch

    def run(self, *words: str) -> Any:
        """A command, with the passphrase of whoever runs it."""
        return run_command(self._monkeypatch, self, *words, typed=f"{PASSPHRASE}\n")  # type: ignore[arg-type]

    def publish(self, topic: Topic, *records: Record) -> None:
        """Straight to Kafka."""
        publisher = Publisher(self.settings)
        publisher.publish_all(topic, records)
        publisher.close()

    def document(self, post_id: str) -> dict[str, Any]:
        """As it stands now; empty before it is there."""
        found = self.pipeline.ask("POST", "/{posts}/_mget", {"ids": [post_id]})["docs"][0]
        return dict(found["_source"]) if found["found"] else {}

    def settles(self) -> None:
        """Until the fold has read everything, and it can be found."""
        wait_for(lambda: not _behind(self.settings), "the fold is behind", 30)
        self.pipeline.ask("POST", "/{posts}/_refresh")

    def waits_for_holds(self, post_id: str, *holds: str) -> None:
        """Until the document says that it is under exactly these."""
        wait_for(
            lambda: self.document(post_id).get("holds") == list(holds),
            f"{post_id} is not under {holds}",
            30,
        )

    def registered(self, shape: type) -> list[Any]:
        """The entries of this shape."""
        registry = Registry(self.settings)
        found = [one.said for one in registry.look() if isinstance(one.said, shape)]
        registry.close()
        return found

    def round(self, now: datetime, **chosen: Any) -> Round:
        """What a process would do at another time."""
        return asyncio.run(self._round(now, self.settings.model_copy(update=chosen)))

    async def _round(self, now: datetime, settings: Settings) -> Round:
        registry, publisher = Registry(settings), Publisher(settings)
        async with Search(settings) as search:
            await search.ask("POST", f"/{search.posts}/_refresh")
            done = await Rounds(Reach(settings, search, registry, publisher, load_policy())).once(now)
        registry.close()
        publisher.close()
        return done


def _behind(settings: Settings) -> int:
    found = lag(settings, "fold", READS["fold"])
    return sum(end - committed for partitions in found.values() for committed, end in partitions.values())


@pytest.fixture
def beside(
    servers: Servers, live_settings: Settings, live_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Beside]:
    """The fold and the retaining process, and two people of compliance."""
    told = {"LIFEGUARD_RETAIN_PORT": "0", "LIFEGUARD_RETAIN_SECONDS": "0.3"}
    settings = live_settings.model_copy(update={"retain_port": 0})
    with Pipeline(settings, live_environment | told, names=("fold", "retain")) as pipeline:
        found = Beside(pipeline, monkeypatch)
        for name in ("cora", "omar"):
            Accounts(settings).add(name, PASSPHRASE)
            found.publish(REGISTRY, RoleGrant(registry_id=name, staff_id="root", set_at=NOW, role="compliance"))
        try:
            yield found
        finally:
            print(pipeline.log("fold")[-4000:], pipeline.log("retain")[-6000:])  # noqa: T201  pytest shows it on failure


def seen(number: int, text: str) -> Post:
    """A post on the forum."""
    return Post(
        kind="seen",
        post_id=f"web:{number}",
        source="web",
        native_id=str(number),
        surface="forum/a",
        text=text,
        revision_id=revision_of(text),
        seen_at=NOW,
        collector=COLLECTOR,
    )


def erase(state: Any, by: str, post_id: str, **fields: Any) -> Erase:
    """Straight to the fold, past what a command asks before."""
    return Erase(
        post_id=post_id, staff_id=by, idempotency_key=f"{state}-{by}", made_at=NOW, state=state, basis="asked", **fields
    )


def test_what_is_held_stays_and_what_is_due_is_told_before_it_goes(beside: Beside) -> None:
    """One life of a hold, an erasure beside it, and what a later year brings."""
    beside.publish(POSTS, seen(1, "The bond pays for ever"), seen(2, "Bonds are dull"))
    beside.settles()
    _place(beside)
    _hold_what_arrives_later(beside)
    _erase_what_is_not_held(beside)
    _release_by_two(beside)
    _expire(beside)


def _place(beside: Beside) -> None:
    reason = ("--reason", "the court asked for it")
    placed = beside.run("hold", "place", "case-7", "BOND", *reason, "--as", "cora")
    assert placed.exit_code == 0, placed.output
    assert "It covers 1 post now, and whatever arrives later" in placed.output
    again = beside.run("hold", "place", "case-7", "share", *reason, "--as", "omar")
    assert (again.exit_code, "cora has placed a hold of that name already" in again.output) == (1, True)
    beside.waits_for_holds("web:1", "case-7")
    assert beside.document("web:2")["holds"] == []
    assert "case-7" in beside.run("hold", "list").output
    assert "posts that say BOND" in beside.run("hold", "show", "case-7").output


def _hold_what_arrives_later(beside: Beside) -> None:
    """Killed as it comes, and again: one act on each post, and no erasure of either."""
    beside.publish(POSTS, seen(3, "Another bond"))
    beside.pipeline.kill("retain")
    beside.waits_for_holds("web:3", "case-7")
    refused = beside.run("erase", "request", "web:3", "--basis", "the author asked for it", "--as", "cora")
    assert refused.exit_code == 1
    assert "a legal hold is in force: case-7" in refused.output
    beside.publish(DECISIONS, erase("requested", "cora", "web:3"), erase("confirmed", "omar", "web:3"))
    beside.settles()
    assert beside.document("web:3")["erased"] is False


def _erase_what_is_not_held(beside: Beside) -> None:
    """The hold has been on its posts for some seconds, so that it cannot have covered this one."""
    beside.publish(DECISIONS, erase("requested", "cora", "web:2"), erase("confirmed", "omar", "web:2"))
    wait_for(lambda: bool(beside.registered(Erasure)), "no erasure is asked for", 30)
    (said,) = beside.registered(Erasure)
    assert (said.registry_id, said.requested_by, said.confirmed_by, said.basis) == ("web:2", "cora", "omar", "asked")
    assert "dull" not in str(said.stub)
    assert said.stub["parts"]["decided"]["erased"] is True


def _release_by_two(beside: Beside) -> None:
    requested = beside.run("hold", "release", "case-7", "--reason", "the case is closed", "--as", "cora")
    assert requested.exit_code == 0, requested.output
    own = beside.run("hold", "confirm", "case-7", "--as", "cora")
    assert own.exit_code == 1
    assert "confirmed by another person" in own.output
    assert beside.document("web:1")["holds"] == ["case-7"]
    confirmed = beside.run("hold", "confirm", "case-7", "--as", "omar")
    assert confirmed.exit_code == 0, confirmed.output
    for post_id in ("web:1", "web:3"):
        beside.waits_for_holds(post_id)
    acts = [one.record for one in read_all(beside.settings, (DECISIONS,)) if isinstance(one, Received)]
    held = sorted((act.post_id, act.state) for act in acts if isinstance(act, LegalHold))
    assert held == [(post, state) for post in ("web:1", "web:3") for state in ("placed", "released")]


def _expire(beside: Beside) -> None:
    """As it would be in a later year: a report, and after the notice the fold has the last word."""
    due_at = datetime(NOW.year + 4, 1, 2, tzinfo=UTC)
    told = beside.run("retention")
    assert f"The next period ends {due_at.year}-01-01" in told.output, told.output
    assert beside.round(due_at - timedelta(days=2), expiry_notice_days=30).reported == 0
    assert beside.round(due_at, expiry_notice_days=30).reported == 2
    assert beside.round(due_at + timedelta(days=1), expiry_notice_days=30).reported == 0
    (report,) = beside.registered(ExpiryReport)
    assert (report.due, sorted(report.post_ids)) == ({"moderation": 2}, ["web:1", "web:3"])
    later = due_at + timedelta(days=30)
    assert beside.round(later, expiry_notice_days=None).expired == 0
    assert beside.round(later, expiry_notice_days=30).expired == 2
    beside.settles()
    assert beside.round(later, expiry_notice_days=30).expired == 0
    (act,) = beside.document("web:1")["parts"]["decided"]["decisions"][-1:]
    assert (act["kind"], act["accepted"]) == ("erase", False)
    assert act["refusal"] == f"it is kept until {due_at.year}-01-01, as its retention class moderation says"

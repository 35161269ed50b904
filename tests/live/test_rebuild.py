"""`lifeguard rebuild` and past states on real servers: from the ledger alone come the very documents that were live."""

import json
import os
import random
import shutil
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ingest.publisher import Publisher
from ingest.reader import read_all
from moderation.cases import fold_post
from records.audit import Audit
from records.decisions import Erase
from records.received import Received
from records.registry import Erased, Erasure
from records.settings import Settings
from records.topics import ABOUT_POSTS, AUDIT, COVERAGE, DECISIONS, REGISTRY
from tests.live.generator import history, natural_post
from tests.live.kept import keeping
from tests.live.pipeline import Pipeline, wait_for
from tests.live.rebuilt import (
    IN_SMALL_STEPS,
    NOW,
    REBUILD_SECONDS_MAX,
    VIEWS,
    Stage,
    decide,
    publish_no_records,
    watched,
)
from tests.live.truth import by_post, digest, every

if TYPE_CHECKING:
    from deploy.local.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

POSTS_COUNT, MORE_POSTS, DECIDED, KILLS, ERASED = 600, 150, 120, 3, 20


@pytest.fixture(scope="module")
def stage(servers: "Servers", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Posts with their edits, removals, reports, verdicts, decisions, orders, outcomes; and what is no record."""
    settings = Settings(
        kafka_bootstrap=servers.kafka_bootstrap,
        elasticsearch_url=servers.elasticsearch_url,
        namespace=f"t{uuid.uuid4().hex[:12]}.",
        data_dir=tmp_path_factory.mktemp("rebuild"),
        judge_metrics_port=0,
        fold_metrics_port=0,
    )
    told = settings.model_dump(mode="json", exclude_defaults=True)
    environment = os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in told.items()}
    with Pipeline(settings, environment, names=("fold",)) as pipeline, keeping(settings) as keeper:
        made = Stage(pipeline, keeper, Publisher(settings))
        made.publish_judged([natural_post(event, "gen") for event in history(POSTS_COUNT, seed=11, source="gen")[0]])
        made.publish(COVERAGE, list(watched()))
        publish_no_records(settings)
        made.settle()
        pipeline.ask("POST", "/{posts}/_refresh")
        decide(made, list(every(pipeline, "posts"))[:DECIDED])
        made.settle()
        yield made
        made.publisher.close()


def _truth(settings: Settings) -> dict[str, str]:
    """Each post as the records on Kafka say it stands."""
    received = [one for one in read_all(settings, ABOUT_POSTS) if isinstance(one, Received)]
    about = {post_id: facts for post_id, facts in by_post(received).items() if post_id.startswith("gen:")}
    return {post_id: digest(fold_post(None, facts)) for post_id, facts in about.items()}


def test_the_same_documents_come_from_the_ledger_alone(stage: Stage) -> None:
    """Every document of all three views, with its vector; what is no record is passed over; the act is on record."""
    before, recorded = stage.views(), _rebuilds(stage)
    assert min(len(documents) for documents in before.values()) > 0
    assert {"erased", "decided", "escalated", "open"} <= {one["state"] for one in every(stage.pipeline, "posts")}
    said = stage.rebuild()
    assert "16 entries of the ledger are no records" in said
    assert stage.views() == before
    (audit,) = _rebuilds(stage)[len(recorded) :]
    assert audit.staff_id == "s-ana"
    assert all(f"{index} is in use" in said for index in audit.subject.split(", "))


def test_records_that_arrive_meanwhile_are_in_it_and_the_fold_goes_on(stage: Stage) -> None:
    """Nothing is lost at the move, and a rebuild in quiet afterwards gives the same once more."""
    events, _ = history(POSTS_COUNT + MORE_POSTS, seed=13, source="gen")
    records = [natural_post(event, "gen") for event in events[-2 * MORE_POSTS :]]
    child = stage.lifeguard("rebuild")
    rounds = 0
    while child.poll() is None:
        stage.publish_judged(records[rounds * 20 : rounds * 20 + 20])
        rounds += 1
        time.sleep(0.05)
    assert child.returncode == 0, child.communicate()
    child.communicate()
    stage.publish_judged(records[rounds * 20 :])
    stage.settle()
    stage.pipeline.ask("POST", "/{posts}/_refresh")
    live = {document["post_id"]: digest(document) for document in every(stage.pipeline, "posts")}
    assert live == _truth(stage.pipeline.settings)
    before = stage.views()
    stage.rebuild("--from", str(stage.keeper.folder))
    assert stage.views() == before


def test_killed_halfway_the_same_command_goes_on(stage: Stage) -> None:
    """Kill -9 again and again, each time further on in the same rebuild, then to the end: the same documents."""
    before, jobs = stage.views(), set()
    for partition in sorted(random.Random(17).sample(range(1, stage.pipeline.settings.partitions - 1), KILLS)):
        child = stage.lifeguard("rebuild", program=IN_SMALL_STEPS)
        wait_for(lambda: _has_come_to(stage, partition) or child.poll() is not None, "it does not go on")  # noqa: B023
        child.kill()
        _, said = child.communicate()
        assert child.returncode == -signal.SIGKILL, said
        assert ("going on with the rebuild that was interrupted" in said) == bool(jobs)
        left = stage.rebuilding()
        assert left is not None
        assert partition <= left["partition"] < stage.pipeline.settings.partitions, "it was not killed halfway"
        jobs.add(left["job"])
    assert len(jobs) == 1
    recorded = _rebuilds(stage)
    stage.rebuild()
    assert stage.views() == before
    assert stage.rebuilding() is None
    (audit,) = _rebuilds(stage)[len(recorded) :]
    assert {audit.idempotency_key} == jobs


def test_indices_that_are_gone_are_made_again_without_a_broker(stage: Stage) -> None:
    """From a folder with the ledger and its keys alone; what a rebuild before has left is older, and given up."""
    before = stage.views()
    child = stage.lifeguard("rebuild", program=IN_SMALL_STEPS)
    wait_for(lambda: stage.rebuilding() is not None, "it does not begin")
    child.kill()
    child.communicate()
    for view in VIEWS:
        for index in stage.pipeline.ask("GET", f"/_alias/{{{view}}}"):
            stage.pipeline.ask("DELETE", f"/{index}")
    with suppress(RuntimeError):  # one that an earlier rebuild has replaced may have that name
        stage.pipeline.ask("PUT", "/{posts}-1", {})
    said = stage.rebuild("--from", str(stage.keeper.folder), "--without-kafka")
    assert "no record of this was made" in said
    assert stage.views() == before


def test_an_older_copy_of_the_ledger_never_replaces_newer_documents(stage: Stage, tmp_path: Path) -> None:
    """Without a broker, what was folded into the indices in use says how far the record went."""
    stage.settle()
    shutil.copytree(stage.keeper.folder, tmp_path / "older")
    stage.publish_judged([natural_post(history(1, seed=21, source="gen")[0][0], "gen")])
    stage.settle()
    before = stage.views()
    child = stage.lifeguard("rebuild", "--from", str(tmp_path / "older"), "--without-kafka")
    _, problem = child.communicate(timeout=REBUILD_SECONDS_MAX)
    assert child.returncode == 1
    assert "it is an older copy, or another ledger" in problem
    assert stage.views() == before


def test_an_erased_post_comes_back_as_its_stub_and_nothing_differs(stage: Stage) -> None:
    """Once the keeper has taken its keys; nobody has to accept anything, and what was in its history is gone."""
    gone = set(_decided_to_be_erased(stage))
    documents = [one for one in every(stage.pipeline, "posts") if one["post_id"] in gone]
    stage.publish(REGISTRY, [_erasure(document) for document in documents])
    wait_for(lambda: _told(stage.pipeline.settings) >= gone, f"not all is erased: {stage.keeper.log()[-3000:]}")
    stage.settle()
    of_others = {fact["record_id"] for fact in every(stage.pipeline, "history") if fact["post_id"] not in gone}
    before = stage.views()
    assert f"{len(gone)} erased posts, as stubs" in stage.rebuild()
    after = stage.views()
    assert after["posts"] == before["posts"]
    assert after["history"] == {id_: one for id_, one in before["history"].items() if id_ in of_others}
    child = stage.lifeguard("verify", "--json")
    outcome = json.loads(child.communicate(timeout=REBUILD_SECONDS_MAX)[0])
    assert outcome["differences"] == []
    assert outcome["indexed"]["erased"] == len(gone) > 0


def _decided_to_be_erased(stage: Stage) -> list[str]:
    """Posts that no other test writes about."""
    event = history(1, seed=31, source="gen")[0][0]
    posts = [natural_post(event | {"id": f"gen-gone-{number}"}, "gen") for number in range(ERASED)]
    stage.publish_judged(posts)
    for state, staff_id in (("requested", "s-ana"), ("confirmed", "s-eve")):
        said: dict[str, Any] = {"staff_id": staff_id, "state": state, "basis": "art. 17", "made_at": NOW}
        acts = [Erase(post_id=post.post_id, idempotency_key=state, **said) for post in posts]
        stage.publish(DECISIONS, acts)
    stage.settle()
    stage.pipeline.ask("POST", "/{posts}/_refresh")
    return [post.post_id for post in posts]


def _erasure(document: dict[str, Any]) -> Erasure:
    said = dict(document["parts"]["decided"]["erasure"])
    said["confirmed_at"] = datetime.fromisoformat(said["confirmed_at"])
    return Erasure(
        registry_id=document["post_id"],
        staff_id="retain",
        set_at=NOW,
        stub={"parts": document["parts"], "applied": document["applied"]},
        **said,
    )


def _told(settings: Settings) -> set[str]:
    found = [one.record for one in read_all(settings, [REGISTRY]) if isinstance(one, Received)]
    return {one.registry_id for one in found if isinstance(one, Erased)}


def test_why_tells_how_a_post_stood_at_a_time(stage: Stage) -> None:
    """With its first text and no decision; not known yet before; and one sentence where the keeper is away."""
    facts = list(every(stage.pipeline, "history"))
    edits = (fact for fact in facts if fact["kind"] == "edited" and not fact["record"].get("erased"))
    edit = next(fact for fact in edits if fact["post_id"].startswith("gen:"))
    post_id = edit["post_id"]
    of_post = [fact for fact in facts if fact["post_id"] == post_id]
    first = min(of_post, key=lambda fact: (fact["recorded_at"], fact["offset"]))
    code, said, _ = stage.why(post_id, first["recorded_at"])
    told = json.loads(said)
    then = [fact for fact in of_post if fact["recorded_at"] <= first["recorded_at"]]
    assert code == 0
    assert len(told["when"]["observations"]) == sum(fact["topic"] == "posts" for fact in then)
    said_then = {fact["record"]["text"] for fact in then if fact["kind"] in ("seen", "edited")}
    assert {revision["text"] for revision in told["what"]["revisions"]} == said_then
    assert told["as_of"]["upto"]
    assert told["integrity"]["result"].startswith("proved")
    assert {one["content"] for one in told["integrity"]["facts"]} == {"the same"}
    code, said, _ = stage.why(post_id, "2026-01-01")
    assert (code, json.loads(said)["as_of"]["first_recorded_at"]) == (1, _iso(first["recorded_at"]))
    code, _, problem = stage.why(post_id, first["recorded_at"], ledger_url="http://127.0.0.1:1")
    assert code == 1
    assert "a past state is made from the ledger: the keeper at" in problem
    assert problem.count("\n") == 1


def _rebuilds(stage: Stage) -> list[Audit]:
    found = [one for one in read_all(stage.pipeline.settings, [AUDIT]) if isinstance(one, Received)]
    audits: list[Audit] = [one.record for one in sorted(found, key=lambda one: one.recorded_at)]
    return [one for one in audits if one.kind == "rebuilt"]


def _iso(instant: str) -> str:
    return datetime.fromisoformat(instant).isoformat().replace("+00:00", "Z")


def _has_come_to(stage: Stage, partition: int) -> bool:
    saved = stage.rebuilding()
    return saved is not None and saved["partition"] >= partition

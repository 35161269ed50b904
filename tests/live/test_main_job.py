"""The main job on real servers: what a site sends becomes a judged post that can be found and explained."""

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from kafka import KafkaProducer

from deploy.local.servers import Servers
from ingest.reader import Unreadable, read_all
from records.dead_letters import DeadLetter
from records.settings import Settings
from records.topics import DEAD_LETTERS
from tests.live.pipeline import SECRET, Pipeline, wait_for
from tests.live.site import Site

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

OUTAGE_SECONDS = 20
POST = {
    "id": "c-1",
    "surface": "blog/fees",
    "url": "https://www.example.com/blog/fees#c-1",
    "author": {"id": "u-7", "name": "Dana M."},
    "text": "You are all complete idiots, write me at dana@example.com, card 4111 1111 1111 1111",
    "posted_at": "2026-11-02T09:14:00Z",
}


@pytest.fixture
def pipeline(
    request: pytest.FixtureRequest, live_settings: Settings, live_environment: dict[str, str]
) -> Iterator[Pipeline]:
    """Every process of ours; with the real model where the test asks for it."""
    with Pipeline(live_settings, live_environment, scorer=getattr(request, "param", "constant")) as started:
        yield started


@pytest.fixture
def site(pipeline: Pipeline) -> Iterator[Site]:
    """A site that sends webhooks to the receiver."""
    site = Site(pipeline.program("webhook").address, SECRET)
    yield site
    site.close()


def document(pipeline: Pipeline, post_id: str = "webhook:c-1") -> dict[str, Any]:
    """The document of a post once everything is folded."""
    pipeline.settle()
    found: dict[str, Any] = pipeline.ask("GET", f"/{{posts}}/_doc/{post_id}")["_source"]
    return found


def facts(pipeline: Pipeline, **terms: str) -> list[dict[str, Any]]:
    """The facts of the history with these terms."""
    filters = [{"term": {name: value}} for name, value in terms.items()]
    body = {"size": 100, "query": {"bool": {"filter": filters}}}
    return [hit["_source"] for hit in pipeline.ask("POST", "/{history}/_search", body)["hits"]["hits"]]


@pytest.mark.parametrize("pipeline", ["onnx"], indirect=True)
def test_a_signed_webhook_becomes_a_judged_post_with_its_capture(pipeline: Pipeline, site: Site) -> None:
    """The post is found by its words, judged by rules and the real model, and its capture is what we sent."""
    body = json.dumps(POST).encode()
    status, answer = site.send(body, "msg_1")
    assert (status, answer["post_id"]) == (202, "webhook:c-1")
    found = document(pipeline)
    assert found["text"] == POST["text"]
    assert found["state"] == "open"
    assert found["model_digest"]
    assert found["unscored"] is None
    assert "personal_data" in found["labels"]
    hits = pipeline.ask("POST", "/{posts}/_search", {"query": {"match_phrase": {"text": "complete idiots"}}})["hits"]
    assert [hit["_id"] for hit in hits["hits"]] == ["webhook:c-1"]
    [seen] = facts(pipeline, topic="posts")
    assert seen["record"]["capture"]["sha256"] == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("pipeline", ["none"], indirect=True)
def test_without_a_model_posts_still_flow_and_an_alarm_shows(pipeline: Pipeline, site: Site) -> None:
    """Rules still find, a person is asked to look, and the judge's health says that the model is missing."""
    site.insist(POST)
    found = document(pipeline)
    assert found["unscored"] == "the scorer is switched off"
    assert (found["state"], found["model_digest"]) == ("open", None)
    assert "personal_data" in found["labels"]
    with pytest.raises(urllib.error.HTTPError) as alarm:
        urllib.request.urlopen(f"{pipeline.program('judge').address}/healthz")
    with alarm.value as answer:
        assert json.loads(answer.read())["model_loaded"] is False


def test_an_edit_and_a_removal_fold_into_the_post(pipeline: Pipeline, site: Site) -> None:
    """The document shows the latest text and that it is gone; the history keeps all three facts."""
    site.insist(POST)
    site.insist({**POST, "kind": "edited", "text": "Thank you, solved.", "edited_at": "2026-11-02T10:00:00Z"})
    assert document(pipeline)["text"] == "Thank you, solved."
    site.insist({"id": "c-1", "kind": "removed", "removed_at": "2026-11-02T11:00:00Z"})
    found = document(pipeline)
    assert (found["visible"], found["revisions"]) == (False, 2)
    assert len(facts(pipeline, topic="posts")) == 3
    assert len(facts(pipeline, topic="verdicts")) == 2


def test_the_same_delivery_three_times_changes_nothing(pipeline: Pipeline, site: Site) -> None:
    """One post, one fact, one verdict; the receiver says 200 to what it already has."""
    assert site.tell(POST, "msg_1")[0] == 202
    once = document(pipeline)
    assert [site.tell(POST, "msg_1")[0] for _ in range(2)] == [200, 200]
    assert document(pipeline) == once
    assert (len(facts(pipeline, topic="posts")), len(facts(pipeline, topic="verdicts"))) == (1, 1)


def test_another_delivery_of_the_same_fact_is_no_second_fact(pipeline: Pipeline, site: Site) -> None:
    """The post was seen again, which is all that changes."""
    site.insist(POST)
    once = document(pipeline)
    site.insist(POST)
    again = document(pipeline)
    assert {name for name in once if once[name] != again[name]} == {"last_seen_at", "recorded_at", "parts", "applied"}
    assert (len(facts(pipeline, topic="posts")), len(facts(pipeline, topic="verdicts"))) == (1, 1)


def test_a_malformed_record_becomes_a_dead_letter_and_the_next_post_flows(
    pipeline: Pipeline, site: Site, live_settings: Settings
) -> None:
    """The bytes are kept whole with the reason; nothing behind them waits."""
    hostile = b'{"v":1,"kind":"seen","text":"\xff\x00'
    producer = KafkaProducer(bootstrap_servers=live_settings.kafka_bootstrap)
    for partition in range(live_settings.partitions):
        producer.send(live_settings.named("posts"), hostile, key=b"webhook:c-1", partition=partition).get(30)
    producer.close()
    site.insist(POST)
    assert document(pipeline)["judged"]
    letters = list(_dead_letters(live_settings))
    assert {(letter.origin, letter.partition) for letter in letters} == {("posts", part) for part in range(6)}
    assert {letter.value for letter in letters} == {hostile}
    assert all(letter.reason for letter in letters)


@pytest.mark.parametrize("server", ["node", pytest.param("broker", marks=pytest.mark.chaos)])
def test_a_server_that_is_away_for_20_seconds_costs_nothing(
    server: str, servers: Servers, pipeline: Pipeline, site: Site
) -> None:
    """Posts before, during and after the outage are all there once, and the log says what was waited for."""
    site.insist({**POST, "id": "before"})
    pipeline.settle()
    process = servers.processes["node" if server == "node" else "broker"]
    process.stop()
    if server == "node":
        site.insist({**POST, "id": "during"})
    wait_for(_seconds_passed(OUTAGE_SECONDS), "the outage did not end")
    servers.begin("node" if server == "node" else "broker")
    for name in ("during", "after"):
        site.insist({**POST, "id": name})
    pipeline.settle()
    assert pipeline.ask("GET", "/{posts}/_count")["count"] == 3
    assert len(facts(pipeline, topic="posts")) == 3
    assert len(facts(pipeline, topic="verdicts")) == 3
    said = pipeline.log("fold") + pipeline.log("judge")
    assert "waiting for a server" in said


def _seconds_passed(seconds: float) -> Any:
    import time

    until = time.monotonic() + seconds
    return lambda: time.monotonic() >= until


def _dead_letters(settings: Settings) -> Iterator[DeadLetter]:
    for received in read_all(settings, [DEAD_LETTERS]):
        assert not isinstance(received, Unreadable)
        yield received.record

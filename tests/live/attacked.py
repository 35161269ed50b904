"""What the live tests of attacks share: a whole Lifeguard with posts, a copy of its ledger, an altered document."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from ingest.publisher import Publisher
from ingest.topics import create_topics
from records.coverage import Coverage
from records.decisions import Note
from records.ledger.entries import LogId
from records.settings import Settings
from records.topics import COVERAGE, DECISIONS, POSTS
from tests.attacking import Attacked
from tests.live.generator import history, natural_post
from tests.live.proved import Proved, proved

if TYPE_CHECKING:
    from deploy.local.servers import Servers

POSTS_COUNT = 120
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@contextmanager
def made(servers: "Servers", folder: Path) -> Iterator[Proved]:
    """Posts with edits, removals and reports, their verdicts, some decisions, and what was watched."""
    settings = Settings(
        kafka_bootstrap=servers.kafka_bootstrap,
        elasticsearch_url=servers.elasticsearch_url,
        namespace=f"{folder.name}.",
        data_dir=folder,
        partitions=2,
        judge_metrics_port=0,
        fold_metrics_port=0,
    )
    chosen = settings.model_dump(mode="json", exclude_defaults=True)
    environment = os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in chosen.items()}
    create_topics(settings)
    _publish(settings)
    with proved(settings, environment) as everything:
        everything.settle()
        yield everything


def _publish(settings: Settings) -> None:
    events, _ = history(POSTS_COUNT, seed=11, source="gen")
    posts = [natural_post(event, "gen") for event in events]
    publisher = Publisher(settings)
    publisher.publish_all(POSTS, posts)
    publisher.publish_all(DECISIONS, [_note(post.post_id, number) for number, post in enumerate(posts[:20])])
    publisher.publish_all(COVERAGE, [_watched(minute) for minute in range(90)])
    publisher.close()


def _note(post_id: str, number: int) -> Note:
    return Note(post_id=post_id, staff_id="ann", idempotency_key=f"n{number}", made_at=NOW, note="seen")


def _watched(minute: int) -> Coverage:
    until = NOW + timedelta(minutes=minute)
    kind = "gap" if minute % 40 == 39 else "heartbeat"
    since = until - timedelta(minutes=1)
    return Coverage(kind=kind, source="gen", from_at=since, until_at=until, read=1, kept=minute % 2, happened_at=until)


def copy_of(made: Proved, folder: Path) -> Attacked:
    """A copy of the ledger's folder, to be attacked in its largest log of posts."""
    shutil.copytree(made.folder, folder, ignore=shutil.ignore_patterns("lock"))
    logs = {log["path"]: log for log in made.keeper.ask("/logs") if log["topic"] == "posts"}
    largest = max(logs.values(), key=lambda log: log["size"])
    log_id = LogId(largest["cluster"], "posts", largest["topic_id"], largest["partition"])
    return Attacked(folder, made.settings.ledger_name, log_id)


@contextmanager
def altered(made: Proved, view: str, id_: str, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Inside, a document of an index says something else; afterwards it is as it was."""
    path = f"/{{{view}}}/_doc/{id_}?refresh=true"
    whole = f"/{{{view}}}/_doc/{id_}?_source_exclude_vectors=false"
    kept = made.pipeline.ask("GET", whole)["_source"]
    document = orjson.loads(orjson.dumps(kept))
    change(document)
    made.pipeline.ask("PUT", path, document)
    try:
        yield
    finally:
        made.pipeline.ask("PUT", path, kept)


@contextmanager
def invented(made: Proved, view: str, id_: str, document: dict[str, Any]) -> Iterator[None]:
    """Inside, an index has a document that nobody wrote."""
    path = f"/{{{view}}}/_doc/{id_}?refresh=true"
    made.pipeline.ask("PUT", path, document)
    try:
        yield
    finally:
        made.pipeline.ask("DELETE", path)


def fact_of(made: Proved, post_id: str) -> dict[str, Any]:
    """Its first fact, as the index has it."""
    body = {"query": {"term": {"post_id": post_id}}, "size": 1, "sort": ["recorded_at"]}
    found: dict[str, Any] = made.pipeline.ask("POST", "/{history}/_search", body)["hits"]["hits"][0]["_source"]
    return found

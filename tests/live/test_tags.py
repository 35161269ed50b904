"""A tag on real servers: written while everything runs, in force once the judge alone has started again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.commands import lifeguard
from records.settings import Settings, settings
from tests.live.pipeline import SECRET, Pipeline, wait_for
from tests.live.site import Site

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

LATE = """
name = "late_bus"
title = "The bus is late"
severity = 2
help = "Say when the next one goes"
examples = [
    "The number 7 bus is late again.",
    "Been at the stop for half an hour and no bus.",
    "Why does the bus never come on time?",
    "Our bus to school was twenty minutes late today.",
    "bus delayed, missed my train because of it",
    "Two buses in a row did not turn up this morning.",
]
"""
TEXT = "Waited 25 minutes at the station and the 42 bus still hasn't come. It is always late on Mondays."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of tags, with none in it yet."""
    folder = tmp_path / "tags"
    folder.mkdir()
    return folder


@pytest.fixture
def pipeline(live_settings: Settings, live_environment: dict[str, str], folder: Path) -> Iterator[Pipeline]:
    """Every process of ours, with the real model and this folder."""
    environment = live_environment | {"LIFEGUARD_TAGS_DIR": str(folder)}
    with Pipeline(live_settings, environment, scorer="onnx") as started:
        yield started


@pytest.fixture
def run(live_settings: Settings, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[CliRunner]:
    """The command as a person runs it there."""
    for name in ("kafka_bootstrap", "elasticsearch_url", "namespace"):
        monkeypatch.setenv(f"LIFEGUARD_{name.upper()}", getattr(live_settings, name))
    monkeypatch.setenv("LIFEGUARD_TAGS_DIR", str(folder))
    settings.cache_clear()
    yield CliRunner()
    settings.cache_clear()


def test_a_new_tag_needs_only_the_judge_to_start_again(pipeline: Pipeline, folder: Path, run: CliRunner) -> None:
    """What comes after it has the tag as a label everywhere; what was judged before stays as it was."""
    site = Site(pipeline.program("webhook").address, SECRET)
    said = {"surface": "blog/buses", "text": TEXT, "posted_at": "2026-11-02T09:14:00Z"}
    site.insist({"id": "before", **said})
    pipeline.settle()
    (folder / "late.toml").write_text(LATE, encoding="utf-8")
    pipeline.kill("judge")
    wait_for(lambda: "tags in use" in pipeline.log("judge"), "the judge has not taken the tag up")
    site.insist({"id": "after", **said})
    pipeline.settle()
    site.close()
    before, after = (pipeline.ask("GET", f"/{{posts}}/_doc/webhook:{name}")["_source"] for name in ("before", "after"))
    assert "late_bus" not in before["labels"]
    assert ("late_bus" in after["labels"], "tag" in after["rules"], after["state"]) == (True, True, "open")
    assert before["model_digest"] == after["model_digest"]
    told = _why(run, "webhook:after")
    (judged,) = told["how_it_was_judged"]["verdicts"]
    (finding,) = [one for one in judged["findings"] if one["label"] == "late_bus"]
    assert (finding["severity"], finding["clause"]) == (2, "4")
    assert told["how_it_was_judged"]["help"]["late_bus"] == "Say when the next one goes"
    assert judged["tags_sha256"]
    assert _why(run, "webhook:before")["how_it_was_judged"]["verdicts"][0]["tags_sha256"] is None
    assert "Found by tag" in " ".join(run.invoke(lifeguard(), ["why", "webhook:after"]).output.split())
    found = json.loads(run.invoke(lifeguard(), ["find", "--label", "late_bus", "--facets", "--json"]).stdout)
    assert {"value": "late_bus", "posts": 1, "name": None} in found["facets"]["label"]["values"]
    assert run.invoke(lifeguard(), ["rules"]).exit_code == 0


def _why(run: CliRunner, post_id: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run.invoke(lifeguard(), ["why", post_id, "--json"]).stdout)
    return told

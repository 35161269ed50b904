"""Tags on real servers: of a file, once the judge has started again; published in the console, in the running judge."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from typer.testing import CliRunner

from console.commands import lifeguard
from records.settings import Settings, settings
from tests.live.consoles import Console, a_console
from tests.live.pipeline import SECRET, Pipeline, wait_for
from tests.live.site import Site
from tests.live.test_api import Program

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
EXAMPLES = re.findall(r'^    "(.*)",$', LATE, re.MULTILINE)
COUNTER = ("Nice new bus, very clean.", "Dinner was late but it was worth it.", "The bus driver was kind.")
MODEL_MS_MAX = 90_000
"""The first trial loads the model, and others may be at work here."""
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


@pytest.fixture
def console(live_settings: Settings, live_environment: dict[str, str]) -> Iterator[Console]:
    """Judge, fold, console and a browser, with the real model and no tag of a file."""
    environment = live_environment | {"LIFEGUARD_TAGS_DIR": "none"}
    with a_console(live_settings, environment, scorer="onnx") as started:
        yield started


def test_a_tag_and_a_list_are_tried_and_published_for_the_running_judge(console: Console, run: CliRunner) -> None:
    """By a supervisor, without a script; what comes next is found, what was judged before stays as it was."""
    hear(console, "before", TEXT)
    hear(console, "other", "What a lovely garden you have there.")
    page = console.page("sam", "/tags", java_script_enabled=False)
    page.context.set_default_timeout(MODEL_MS_MAX)
    page.get_by_role("link", name="Make a tag").click()
    page.get_by_label("Name", exact=True).fill("late_bus")
    page.get_by_label("What it means").fill("The bus is late")
    page.get_by_label("Examples", exact=True).fill("\n".join(EXAMPLES))
    page.get_by_label("Counter-examples").fill("\n".join(COUNTER))
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#trial")).to_contain_text(f"of {len(EXAMPLES)} examples")
    expect(page.locator("#trial")).to_contain_text("1 of the last 2 posts")
    expect(page.locator("#trial .samples a")).to_have_text(TEXT)
    page.get_by_label("Its id or address").fill("site:before")
    page.get_by_role("button", name="As an example").click()
    expect(page.get_by_label("Examples", exact=True)).to_have_value("\n".join([*EXAMPLES, TEXT]))
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_role("status")).to_contain_text("The tag late_bus is published")

    page.goto(f"{console.address}/lexicons/edit")
    page.get_by_label("Title").fill("Gardens")
    page.get_by_label("Words and phrases").fill("lovely garden")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#trial mark")).to_have_text("lovely garden")
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_role("status")).to_contain_text("The list Gardens is published")

    wait_for(lambda: "lists in use" in console.pipeline.log("judge"), "the judge has not taken the list up")
    hear(console, "after", f"{TEXT} And a LOVELY g\u0430rden behind the stop!")
    console.pipeline.settle()
    before, after = (console.document(f"site:{name}") for name in ("before", "after"))
    assert {"late_bus", "spam"} <= set(after["labels"])
    assert {"tag", "listed_term"} <= set(after["rules"])
    assert {"late_bus", "spam"}.isdisjoint(before["labels"])
    with ThreadPoolExecutor(1) as other:  # here the browser has a loop running already
        (judged,) = other.submit(_why, run, "site:after").result()["how_it_was_judged"]["verdicts"]
    told = {one["label"]: one["detail"] for one in judged["findings"] if one["rule"] in ("tag", "listed_term")}
    assert told == {"late_bus": "version 1", "spam": "list gardens, version 1"}
    assert judged["tags_sha256"]
    assert "tag late_bus, tried on the 2 posts" in str(console.audits("search", "sam"))
    _changed_by_a_program(Program(console, "tagger"))


def _changed_by_a_program(program: Program) -> None:
    """It has to have seen what stands; what it asks for again with its key is done once."""
    assert program.ask("GET", "/tags/late_bus").json()["published_by"] == "sam"
    said = {"title": "The bus is late", "examples": EXAMPLES, "counter_examples": list(COUNTER)}
    assert program.ask("POST", "/trials/tag", said | {"name": "late_bus"}).json()["looked_at"] == 3
    assert program.ask("PUT", "/tags/late_bus", said | {"version": 0}, "unseen-version").status_code == 409
    for _ in range(2):
        assert program.ask("PUT", "/tags/late_bus", said | {"version": 1}, "the-change").json()["version"] == 2
    for _ in range(2):
        assert program.ask("DELETE", "/tags/late_bus", key="the-removal").status_code == 204
    assert len(program.facts()) == 2


def hear(console: Console, name: str, text: str) -> None:
    """One post, once it was judged and can be found."""
    event = {"id": name, "surface": "blog/buses", "text": text, "posted_at": "2026-11-02T09:14:00Z"}
    console.hear([event])
    console.wait(lambda: any(one.get("judged") for one in console.documents([f"site:{name}"], 1)), "it is not judged")


def _why(run: CliRunner, post_id: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run.invoke(lifeguard(), ["why", post_id, "--json"]).stdout)
    return told

"""The health of the pipeline as a page, and that it comes whatever is away."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console import checks
from console.web.latest import Latest
from console.web.pipeline import Disk, Section, disk_of, sections
from records.settings import Settings
from tests.console.page.reading import Page
from tests.console.web.desks import Scene

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ROOM = Disk(50 * 10**9, 100 * 10**9)


def thing(name: str, **more: Any) -> dict[str, Any]:
    """A server or a process that is well."""
    return {"name": name, "address": "127.0.0.1:1", "ok": True, "said": ""} | more


def seen(**changes: Any) -> dict[str, Any]:
    """A pipeline that is well."""
    window = {"seconds": 0, "of": None, "protects": False}
    keeper = thing("keeper", answers=True, entries=8, logs=2, stopped=[], window=window)
    counts = {"posts": 311, "facts": 729, "states": {"clear": 225, "open": 86}, "unscored": 29, "dead_letters": 0}
    told = {
        "ok": True,
        "servers": [thing("broker"), thing("node")],
        "processes": [thing("judge"), thing("fold")],
        "ledger": {"ok": True, "keeper": keeper, "witnesses": [], "said": "no witness"},
        "lag": {"judge": {"posts": 0}, "fold": {"posts": 1200, "verdicts": 0}},
        "coverage": [],
    }
    return told | counts | changes


def lines(found: list[Section]) -> dict[str, tuple[str, str]]:
    """Every thing with its state and its word."""
    return {line.name: (line.state, line.word) for section in found for line in section.lines}


def test_everything_has_a_state_and_a_word() -> None:
    """What is behind is at work, and not ill."""
    assert lines(sections(seen(), ROOM, NOW)) == {
        "broker": ("well", "up"),
        "node": ("well", "up"),
        "judge": ("well", "up to date"),
        "fold": ("busy", "1,200 records behind"),
        "model": ("well", "loaded"),
        "keeper": ("well", "up"),
        "witnesses": ("unknown", "none"),
        "index": ("well", "311 posts"),
        "dead letters": ("well", "none"),
        "disk": ("well", "50% free"),
        "sources": ("unknown", "none"),
    }


def test_what_is_away_is_told_and_what_it_would_tell_is_unknown() -> None:
    """Nothing is guessed."""
    away = seen(servers=[thing("broker", ok=False, said="nothing answers")], lag=None, posts=None, dead_letters=None)
    found = lines(sections(away | {"coverage": None}, None, NOW))
    assert found["broker"] == ("unwell", "down")
    for name in ("all groups", "index", "dead letters", "disk", "all sources"):
        assert found[name] == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("judge", "state"),
    [
        (thing("judge"), "well"),
        (thing("judge", ok=False, answers=True, said="the model is not loaded, so posts pass unscored"), "unwell"),
        (thing("judge", ok=False, said="nothing answers"), "unknown"),
    ],
)
def test_the_model_is_as_the_judge_says(judge: dict[str, Any], state: str) -> None:
    """Nobody else uses it on posts."""
    assert lines(sections(seen(processes=[judge]), ROOM, NOW))["model"][0] == state


def test_a_disk_that_is_nearly_full_is_unwell(tmp_path: Path) -> None:
    """Before everything on it stops."""
    assert lines(sections(seen(), Disk(10**9, 10**11), NOW))["disk"] == ("unwell", "only 1% free")
    assert disk_of(tmp_path) is not None
    assert disk_of(tmp_path / "none") is None


async def test_the_page_says_it_without_colour(scene: Scene) -> None:
    """A sign and a word for each, whatever a process says of itself."""

    async def look(*_: Any) -> dict[str, Any]:
        return seen(ok=False, processes=[thing("judge", ok=False, answers=True, said="<b>waits\u202e")])

    scene.desk.pipeline = Latest(look)
    html = (await scene.signed_in("ann").get("/health")).text
    said = Page(html).text
    assert "✗ not well" in said
    assert "✗ alarm" in said
    assert "✓ up" in said
    assert "<b>waits" not in html
    assert "\u202e" not in html
    assert ("view", "ann", "the health of the pipeline", "") in scene.broker.audits


async def test_the_page_comes_while_the_broker_is_away(scene: Scene) -> None:
    """Although that it was looked at is in the log only."""

    async def look(*_: Any) -> dict[str, Any]:
        return seen(ok=False, servers=[thing("broker", ok=False, said="nothing answers")], lag=None)

    scene.desk.pipeline = Latest(look)
    browser = scene.signed_in("ann")
    scene.broker.away = True
    answer = await browser.get("/health")
    assert answer.status_code == 200
    assert "✗ down" in Page(answer.text).text


async def test_many_who_ask_at_once_are_one_look() -> None:
    """And for a moment after nobody looks again."""
    looks = 0

    async def look(*_: Any) -> dict[str, Any]:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0)
        return {"ok": True}

    latest, settings = Latest(look), Settings()
    await asyncio.gather(*(latest.now(settings, NOW) for _ in range(5)))
    await latest.now(settings, NOW)
    assert looks == 1


async def test_who_hangs_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything else is told in time; a thread that waits for it does not count."""
    monkeypatch.setattr(checks, "PART_SECONDS_MAX", 0.05)
    began = time.monotonic()
    found = await checks._or_sentence(asyncio.get_running_loop().create_future())
    assert found == {"said": checks.NOT_IN_TIME}
    assert time.monotonic() - began < 2


async def test_everything_away_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every part there is a line."""

    def hangs(*_: Any) -> dict[str, Any]:
        time.sleep(0.3)
        return {}

    monkeypatch.setattr(checks, "PART_SECONDS_MAX", 0.05)
    for name in ("_kafka", "_process"):
        monkeypatch.setattr(checks, name, hangs)
    monkeypatch.setattr(checks.ledger_state, "look", hangs)
    monkeypatch.setattr(checks, "_elasticsearch", lambda *_: asyncio.get_running_loop().create_future())
    found = await checks.look(Settings(), NOW)
    assert not found["ok"]
    told = lines(sections(found, ROOM, NOW))
    assert {told[name] for name in ("broker", "node", "fold", "keeper")} == {("unwell", "down")}

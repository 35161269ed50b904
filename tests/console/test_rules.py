"""`lifeguard rules`: the sheet as people see it."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.commands import lifeguard
from moderation.rules import RULES
from search.totals import Fired


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command where the index knows this much."""

    def command(*arguments: str, **known: Fired) -> Result:
        async def ask() -> dict[str, Fired]:
            return known

        monkeypatch.setattr(sys.modules["console.commands.rules"], "_ask", ask)
        return CliRunner().invoke(lifeguard(), ["rules", *arguments])

    return command


def test_every_rule_is_on_the_sheet(run: Callable[..., Result]) -> None:
    """With its label, its owner and what it looks for."""
    shown = run().output
    for rule in RULES:
        assert rule.__name__ in shown
    for said in ("customer-care", "self_harm", "safety", "none now"):
        assert said in shown


def test_what_fired_shows_how_often_and_when_last(run: Callable[..., Result]) -> None:
    """And what has found nothing that still stands, shows so."""
    shown = run(threat=Fired(1234, "2026-03-02T10:00:00.000Z")).output
    (line,) = [line for line in shown.splitlines() if line.startswith("threat ")]
    assert "1,234" in line
    assert "2026-03-02 10:00" in line
    (none,) = [line for line in shown.splitlines() if line.startswith("self_harm ")]
    assert none.rstrip().endswith("none now")


def test_machines_are_told_the_same(run: Callable[..., Result]) -> None:
    """In running order, with ISO times."""
    told: list[dict[str, Any]] = json.loads(run("--json", threat=Fired(7, "2026-03-02T10:00:00.000Z")).stdout)["rules"]
    assert [one["rule"] for one in told] == [rule.__name__ for rule in RULES]
    by_rule = {one["rule"]: one for one in told}
    assert by_rule["threat"]["posts"] == 7
    assert by_rule["threat"]["newest_at"] == "2026-03-02T10:00:00Z"
    assert (by_rule["iban"]["posts"], by_rule["iban"]["newest_at"]) == (0, None)
    assert by_rule["iban"]["owners"] == ["privacy"]

"""`lifeguard ledger`: what a person sees of the logs, and what they must say before a gap is accepted."""

from importlib import import_module
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import ingest.ledger
from console.commands import lifeguard
from records.registry import GapAcceptance

ORIGIN = "ledger.example/c/T0picT0picT0picT0picTA/0"
LOG = {
    "topic": "posts",
    "partition": 0,
    "entries": 1_205,
    "size": 1_200,
    "cosigned": 1_100,
    "ended": None,
    "origin": ORIGIN,
}
GAP = {"origin": ORIGIN, "reason": "Kafka no longer has the offsets 1205 to 1209", "gap": {"from": 1205, "until": 1210}}
WHY = ("--reason", "the retention was too short in May", "--staff", "ann")


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[GapAcceptance]:
    """What was published instead of being sent to Kafka."""
    found: list[GapAcceptance] = []
    monkeypatch.setattr(import_module("console.commands.ledger"), "publish", lambda *said: found.append(said[-1]))
    return found


def run(monkeypatch: pytest.MonkeyPatch, stopped: list[Any], *words: str, typed: str = "") -> Result:
    """The command, where the keeper says this."""
    monkeypatch.setattr(ingest.ledger, "keeper_says", lambda _: ({"stopped": stopped}, [LOG]))
    return CliRunner().invoke(lifeguard(), ["ledger", *words], input=typed)


def test_the_logs_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """How much is kept, signed and cosigned; exit code 1 while one has stopped."""
    well = run(monkeypatch, [])
    assert well.exit_code == 0
    assert all(number in well.output for number in ("posts", "1,205", "1,200", "1,100"))
    bad = run(monkeypatch, [GAP])
    assert bad.exit_code == 1
    assert "STOPPED" in bad.output
    assert "1205 to 1209" in bad.output
    assert '"gap"' in run(monkeypatch, [GAP], "--json").output


def test_a_gap_is_accepted_by_name_with_a_reason_once_it_was_shown(
    monkeypatch: pytest.MonkeyPatch, published: list[GapAcceptance]
) -> None:
    """It is asked for, unless told not to ask."""
    refused = run(monkeypatch, [GAP], "accept-gap", ORIGIN, *WHY, typed="n\n")
    assert (refused.exit_code, published) == (1, [])
    assert "5 records" in refused.output
    assert run(monkeypatch, [GAP], "accept-gap", ORIGIN, *WHY, typed="y\n").exit_code == 0
    assert run(monkeypatch, [GAP], "accept-gap", ORIGIN, *WHY, "--yes").exit_code == 0
    said = published[0]
    assert (said.registry_id, said.from_offset, said.until_offset) == (ORIGIN, 1205, 1210)
    assert (said.staff_id, said.reason) == ("ann", "the retention was too short in May")
    assert len(published) == 2


@pytest.mark.parametrize(
    ("stopped", "words", "told"),
    [
        ([], (ORIGIN, *WHY), "nothing is missing"),
        ([GAP], ("another", *WHY), ORIGIN),
        ([{"origin": ORIGIN, "reason": "its log was closed"}], (ORIGIN, *WHY), "is no gap"),
        ([GAP], (ORIGIN, "--reason", "oops", "--staff", "ann"), "why in 10 characters"),
        ([GAP], (ORIGIN, "--reason", "the retention was too short", "--staff", " "), "who you are"),
    ],
)
def test_nothing_else_can_be_accepted(
    stopped: list[Any],
    words: tuple[str, ...],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    published: list[GapAcceptance],
) -> None:
    """And the sentence says why."""
    refused = run(monkeypatch, stopped, "accept-gap", *words, "--yes")
    assert (refused.exit_code, published) == (1, [])
    assert told in refused.stderr

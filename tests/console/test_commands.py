"""The command as a whole: what it answers where nothing runs, and how it fails."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.commands import COMMANDS, lifeguard
from console.dossier.schema import FILE
from records.settings import settings

PORTS = (
    "JUDGE_METRICS_PORT", "FOLD_METRICS_PORT", "WEBHOOK_PORT", "ENFORCE_PORT", "RETAIN_PORT", "CONSOLE_PORT",
    "VERIFY_PORT",
)  # fmt: skip


@pytest.fixture
def nothing_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Every address is one where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and never listening: every connection is refused
        port = taken.getsockname()[1]
        where = dict.fromkeys(PORTS, str(port)) | {"KAFKA_BOOTSTRAP": f"127.0.0.1:{port}", "DATA_DIR": str(tmp_path)}
        where |= dict.fromkeys(("ELASTICSEARCH_URL", "LEDGER_URL"), f"http://127.0.0.1:{port}")
        for name, value in where.items():
            monkeypatch.setenv(f"LIFEGUARD_{name}", value)
        settings.cache_clear()
        yield
    settings.cache_clear()


def run(*arguments: str) -> Result:
    """The command as a person would run it."""
    return CliRunner().invoke(lifeguard(), list(arguments))


def test_every_command_has_its_help() -> None:
    """Each names what it does in its first sentence."""
    overview = run("--help").output
    for command in COMMANDS:
        assert command.__name__ in overview
        assert run(command.__name__, "--help").exit_code == 0


def test_why_prints_its_schema_and_asks_for_a_post() -> None:
    """The copy that is checked in is what a person gets; without a post there is nothing to answer."""
    assert run("why", "--schema").stdout == FILE.read_text(encoding="utf-8")
    asked = run("why")
    assert asked.exit_code == 2
    assert "which post?" in asked.stderr


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize(
    "arguments",
    [
        ("find", "fees"),
        ("find", "--all"),
        ("duplicates",),
        ("why", "site:c-1"),
        ("why", "site:c-1", "--json"),
        ("rules",),
    ],
)
def test_a_server_that_is_down_is_one_sentence(arguments: tuple[str, ...]) -> None:
    """No stack trace, exit code 1, nothing on standard output."""
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("lifeguard: Elasticsearch cannot be reached")
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("nothing_runs")
def test_status_works_where_nothing_runs() -> None:
    """It says what is down, what it therefore does not know, and exits with 1."""
    result = run("status")
    assert result.exit_code == 1
    assert result.output.count("DOWN") == 10
    assert result.output.count("nothing answers on") == 9
    assert "no witness: whoever administers" in result.output
    assert "unknown: the node does not tell" in result.output
    assert result.stderr == ""


@pytest.mark.usefixtures("nothing_runs")
def test_the_poller_is_missed_only_where_there_are_sources_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of sources makes it one of the processes."""
    monkeypatch.setenv("LIFEGUARD_POLL_METRICS_PORT", str(settings().webhook_port))
    monkeypatch.setenv("LIFEGUARD_SOURCES_FILE", "sources.toml")
    settings.cache_clear()
    processes = json.loads(run("status", "--json").stdout)["processes"]
    names = ["judge", "fold", "webhook", "enforce", "retain", "console", "verify", "poll"]
    assert [one["name"] for one in processes] == names


@pytest.mark.usefixtures("nothing_runs")
def test_status_tells_machines_the_same() -> None:
    """One JSON document, with what is not known as null."""
    told = json.loads(run("status", "--json").stdout)
    assert told["ok"] is False
    assert [one["name"] for one in told["servers"] + told["processes"]] == [
        "broker",
        "node",
        "judge",
        "fold",
        "webhook",
        "enforce",
        "retain",
        "console",
        "verify",
    ]
    assert told["posts"] is None
    assert told["lag"] is None


@pytest.mark.parametrize(
    "arguments",
    [("--like", "x", "--facets"), ("--all", "--by", "day"), ("--pages", "--facets"), ("--like", "x", "--all")],
)
def test_what_does_not_go_together_is_said_so(arguments: tuple[str, ...]) -> None:
    """Before anything is asked."""
    result = run("find", *arguments)
    assert result.exit_code == 2
    assert "do not go together" in result.stderr.replace("\n", " ")


def test_a_time_that_is_none_is_refused_with_an_example() -> None:
    """The usage error names the option and what a time looks like."""
    result = run("find", "--from", "yesterday")
    assert result.exit_code == 2
    assert "is not a day such as 2026-03-02" in result.stderr.replace("\n", " ")

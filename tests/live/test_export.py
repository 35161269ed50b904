"""`lifeguard export` on real servers: what is in it, who can check it, and what is not in it."""

import base64
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ingest.capture import Whole, capture_of
from ingest.mapping import natural
from ingest.posts import Reading
from ingest.publisher import Publisher
from ingest.reader import read_all
from ingest.topics import create_topics
from records.coverage import Coverage
from records.decisions import LegalHold
from records.received import Received
from records.settings import Settings
from records.topics import AUDIT, COVERAGE, DECISIONS, POSTS
from tests.live.kept import run_command
from tests.live.proved import Proved, proved

if TYPE_CHECKING:
    from deploy.local.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

WATER, FEES = "The water in the harbour pool was far too cold today", "=fees doubled, nobody told Quillfeather Lane"
OTHER, HELD = "Zanzibar ferry timetable, somebody else's business", "The lifeboat raffle promises 500 for 6,200"
NEVER = "Nobody ever wrote these seven odd words"
SECONDS_MAX = 60
Command = Callable[..., Any]


@pytest.fixture(scope="module")
def made(servers: "Servers", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proved]:
    """A pipeline with a keeper and two witnesses, and four posts, one of them under a legal hold."""
    folder = tmp_path_factory.mktemp("exported")
    settings = Settings(
        kafka_bootstrap=servers.kafka_bootstrap,
        elasticsearch_url=servers.elasticsearch_url,
        namespace=f"{folder.name}.",
        data_dir=folder,
        partitions=2,
        judge_metrics_port=0,
        fold_metrics_port=0,
    )
    told = settings.model_dump(mode="json", exclude_defaults=True)
    create_topics(settings)
    with proved(settings, os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in told.items()}) as (
        everything
    ):
        publisher, now = Publisher(everything.settings), datetime.now(UTC)
        publisher.publish_all(POSTS, [_post(number, text) for number, text in enumerate((WATER, FEES, OTHER, HELD))])
        hold: dict[str, Any] = {"hold_id": "case-7", "state": "placed", "reason": "court", "idempotency_key": "h"}
        publisher.publish(DECISIONS, LegalHold(post_id="gen:gen-3", staff_id="s-ana", made_at=now, **hold))
        beats = [now - timedelta(minutes=number) for number in range(5)]
        publisher.publish_all(COVERAGE, [_beat(at) for at in beats])
        publisher.close()
        everything.settle()
        yield everything


@pytest.fixture
def lifeguard(made: Proved, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, as a person runs it beside all this."""
    return partial(run_command, monkeypatch, made.keeper)


def test_an_export_can_be_checked_with_python_alone(lifeguard: Command, tmp_path: Path) -> None:
    """By words: that post, whole, and nothing that others wrote on other surfaces."""
    done = _export(lifeguard, tmp_path, "harbour pool")
    assert "1 post, " in done
    names, folder = _unpacked(tmp_path)
    assert {"index.html", "README.txt", "dossiers/1.html", "posts.csv", "posts.csv-metadata.json"} <= names
    assert "PASS" in _checked(folder)
    (line,) = (folder / "posts.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert told["what"]["revisions"][0]["text"] == WATER
    assert told["integrity"]["result"] == "proved"
    assert WATER in (folder / "dossiers/1.html").read_text(encoding="utf-8")
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert not [text for text in (OTHER, FEES, HELD) if text.encode() in everything]


def test_of_a_time_everything_is_there_or_its_hash(lifeguard: Command, tmp_path: Path) -> None:
    """What was not asked for is withheld, and that nothing else is missing is proved; a hash out of it is missed."""
    now = datetime.now(UTC)
    time = ["--from", (now - timedelta(hours=1)).isoformat(), "--until", (now + timedelta(hours=1)).isoformat()]
    _export(lifeguard, tmp_path, "fees", *time, "--complete")
    _, folder = _unpacked(tmp_path)
    said = _checked(folder)
    assert "PASS" in said
    assert "not part of what was asked" in said
    assert "are complete, none is missing" in said
    assert OTHER not in (folder / "ledger/entries.jsonl").read_text(encoding="utf-8")
    assert "'=fees doubled" in (folder / "posts.csv").read_text(encoding="utf-8")
    lines = (folder / "ledger/entries.jsonl").read_bytes().splitlines(keepends=True)
    without = next(number for number, line in enumerate(lines) if b'"withheld"' in line)
    (folder / "ledger/entries.jsonl").write_bytes(b"".join(lines[:without] + lines[without + 1 :]))
    failed = _checked(folder, code=1)
    assert "FAIL" in failed
    assert "ledger/entries.jsonl" in failed


def test_what_is_under_a_hold_and_who_asked_for_it(made: Proved, lifeguard: Command, tmp_path: Path) -> None:
    """The hold's post alone; the export itself is on record, with the digest of its manifest."""
    _export(lifeguard, tmp_path, "--hold", "case-7", "--reason", "case 7")
    _, folder = _unpacked(tmp_path)
    assert "PASS" in _checked(folder)
    (line,) = (folder / "posts.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["post_id"] == "gen:gen-3"
    audits = [one.record for one in read_all(made.settings, [AUDIT]) if isinstance(one, Received)]
    subjects = [one.subject for one in audits if one.kind == "export" and one.detail.startswith("sha256 ")]
    assert "legal hold: case-7; reason: case 7" in subjects


def test_what_was_never_captured_is_answered_and_what_was_is_not(lifeguard: Command, tmp_path: Path) -> None:
    """With what was being watched, proved, and nobody's words; of what was captured the post is named."""
    said = _export(lifeguard, tmp_path, "--not-captured", NEVER)
    assert "not captured" in said
    names, folder = _unpacked(tmp_path)
    assert "answer.html" in names
    assert "PASS" in _checked(folder)
    assert any('"kind":"heartbeat"' in _value(line) for line in _entries(folder))
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert not [text for text in (WATER, OTHER, FEES, HELD) if text.encode() in everything]
    for asked in (WATER, "harbour pool was far too cold", "gen:gen-1"):
        refused = lifeguard("export", "--not-captured", asked, "--to", str(tmp_path / "no.zip"))
        assert refused.exit_code == 1
        assert "it was captured: gen:gen-" in refused.stderr
    assert not (tmp_path / "no.zip").exists()


def _post(number: int, text: str) -> Any:
    event = {"id": f"gen-{number}", "surface": f"blog/{number}", "author": {"id": f"u-{number}"}, "text": text}
    line = json.dumps(event).encode()
    return Reading("gen", natural()).post(event, capture_of(line, Whole.of(line)), datetime.now(UTC))


def _beat(at: datetime) -> Coverage:
    return Coverage(
        kind="heartbeat", source="gen", from_at=at - timedelta(minutes=1), until_at=at, read=1, happened_at=at
    )


def _entries(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "ledger/entries.jsonl").read_bytes().splitlines()]


def _value(entry: dict[str, Any]) -> str:
    return base64.b64decode(entry["value"]).decode()


def _export(lifeguard: Command, folder: Path, *words: str) -> str:
    done = lifeguard("export", *words, "--to", str(folder / "export.zip"))
    assert done.exit_code == 0, done.output
    return str(done.output)


def _unpacked(folder: Path) -> tuple[set[str], Path]:
    with zipfile.ZipFile(folder / "export.zip") as packed:
        packed.extractall(folder / "unpacked")
        return set(packed.namelist()), folder / "unpacked"


def _checked(folder: Path, code: int = 0) -> str:
    command = [sys.executable, "-I", "-S", "verify.py"]
    done = subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout

"""An import of history on a real broker yields: live posts go before it, and a judge that stands still stops it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from deploy.local.servers import Servers
from ingest.lag import ends
from ingest.reader import read_all
from records.received import Received
from records.settings import Settings
from records.topics import POSTS, VERDICTS
from tests.live.pipeline import SECRET, Pipeline, wait_for
from tests.live.site import Site

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

IMPORTED, LIVE, LAG_MAX = 2_000, 12, 100


@contextmanager
def importing(environment: dict[str, str], folder: Path, count: int) -> Iterator[subprocess.Popen[bytes]]:
    """The importer as a person starts it, on a file of so many posts; what it says is in `import.log`."""
    file = folder / "history.jsonl"
    lines = ({"id": f"h-{number}", "text": f"An old post about fees, number {number}"} for number in range(count))
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    more = {"LIFEGUARD_BACKFILL_LAG_POSTS_MAX": str(LAG_MAX)}
    command = [sys.executable, "-m", "ingest", "jsonl", str(file), "--source", "history", "--backfill"]
    with (folder / "import.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment | more, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def test_live_posts_go_before_an_import(
    servers: Servers, live_settings: Settings, live_environment: dict[str, str], tmp_path: Path
) -> None:
    """No more than the limit is ever before a live post; the import marks its posts, and arrives whole."""
    with Pipeline(live_settings, live_environment) as pipeline:
        site = Site(pipeline.program("webhook").address, SECRET)
        site.insist({"id": "first", "text": "The first live post of the day."})
        pipeline.settle()
        with importing(pipeline.environment, tmp_path, IMPORTED) as process:
            for number in range(LIVE):
                reached = 50 + number * 100
                wait_for(lambda reached=reached: _posts(live_settings) >= reached, "the import does not go on")
                site.insist({"id": f"live-{number}", "text": f"A live post about the app, number {number}"})
            assert process.wait(120) == 0
        site.close()
        pipeline.settle()
        documents = {
            backfill: pipeline.ask("POST", "/{posts}/_count", {"query": {"term": {"backfill": backfill}}})["count"]
            for backfill in (True, False)
        }
    assert documents == {True: IMPORTED, False: LIVE + 1}
    _check_order(live_settings)


def test_an_import_waits_for_a_judge_that_stands_still(
    servers: Servers, live_settings: Settings, live_environment: dict[str, str], tmp_path: Path
) -> None:
    """It publishes up to the limit, says what it waits for, holds, and goes on when the judge does."""
    with Pipeline(live_settings, live_environment, names=("judge", "fold")) as pipeline:
        judge = psutil.Process(pipeline.program("judge").process.pid)
        judge.suspend()
        try:
            with importing(pipeline.environment, tmp_path, 500) as process:
                wait_for(lambda: b"waiting for the judge" in (tmp_path / "import.log").read_bytes(), "it says nothing")
                assert _posts(live_settings) == LAG_MAX
                judge.resume()
                assert process.wait(120) == 0
        finally:
            judge.resume()
        pipeline.settle()
        assert pipeline.ask("GET", "/{posts}/_count")["count"] == 500
    said = (tmp_path / "import.log").read_text()
    assert said.count("waiting for the judge") == 1
    assert "going on" in said


def _posts(settings: Settings) -> int:
    return ends(settings, [POSTS])["posts"]


def _check_order(settings: Settings) -> None:
    """What was published and not yet judged when a live post was recorded, by the broker's own times."""
    posts, verdicts = (_received(settings, topic) for topic in (POSTS, VERDICTS))
    judged_at = {one.record.post_id: one.recorded_at for one in verdicts}
    imported = [one for one in posts if one.record.backfill]
    live = [one for one in posts if not one.record.backfill][1:]
    assert all(one.record.backfill == (one.record.post_id[:8] == "history:") for one in verdicts)
    assert len(live) == LIVE
    for one in live:
        assert _before(imported, judged_at, one.recorded_at) <= LAG_MAX
    last = max(one.recorded_at for one in imported)
    assert all(judged_at[one.record.post_id] < last for one in live[: LIVE // 2]), "a live post waited for the import"


def _before(imported: list[Received], judged_at: dict[str, datetime], at: datetime) -> int:
    return sum(one.recorded_at < at < judged_at[one.record.post_id] for one in imported)


def _received(settings: Settings, topic: object) -> list[Received]:
    return [one for one in read_all(settings, [topic]) if isinstance(one, Received)]  # type: ignore[list-item]

"""(i) Live posts by webhook while history is imported: how soon they can be found, and what is left to the import."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from records.settings import Settings
from search.client import Search
from tests.bench.flow import searchable
from tests.bench.mix import texts
from tests.bench.table import Row, percentile
from tests.live.pipeline import SECRET, Pipeline
from tests.live.site import Site

LIVE_EVERY_SECONDS, LOOK_SECONDS = 0.5, 0.05
LIVE_MAX = 20_000
SOURCE, LIVE_SOURCE = "history", "webhook"


def live_beside(pipeline: Pipeline, settings: Settings, count: int) -> Iterator[Row]:
    """Imports so many posts with the product's own command, and sends live ones the while."""
    file = _written(settings.data_dir / "history.jsonl", count)
    began = time.perf_counter()
    waits = asyncio.run(_import_and_send(pipeline, settings, file))
    rate = count / (time.perf_counter() - began)
    figures = ", ".join(f"{percentile(waits, share):.2f}" for share in (0.50, 0.95, 0.99))
    remark = (
        f"the import: {rate:,.0f} posts/s, at most {settings.backfill_lag_posts_max} of it before the judge; "
        f"of {len(waits):,} live posts, one each {LIVE_EVERY_SECONDS} s"
    )
    measured = f"live post to searchable while {count:,} are imported: p50, p95, p99"
    yield Row("i", measured, f"{figures} s", "p95 under 5 s", remark)


def _written(file: Path, count: int) -> Path:
    lines = ({"id": f"h-{number}", "surface": "blog/1", "text": text} for number, text in enumerate(texts(count, 21)))
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


async def _import_and_send(pipeline: Pipeline, settings: Settings, file: Path) -> list[float]:
    sent: dict[str, float] = {}
    waits: list[float] = []
    command = [sys.executable, "-m", "ingest", "jsonl", str(file), "--source", SOURCE, "--backfill"]
    importing = subprocess.Popen(command, env=pipeline.environment)  # noqa: ASYNC220  it is waited for below
    sending = asyncio.create_task(asyncio.to_thread(_send, pipeline, importing, sent))
    async with Search(settings) as search:
        while not sending.done() or len(waits) < len(sent):
            await asyncio.sleep(LOOK_SECONDS)
            for post_id in await searchable(search, [post_id for post_id in list(sent) if sent[post_id]]):
                waits.append(time.time() - sent[post_id])
                sent[post_id] = 0.0  # found
    await sending
    assert importing.wait() == 0, "the import failed"
    return waits


def _send(pipeline: Pipeline, importing: subprocess.Popen[bytes], sent: dict[str, float]) -> None:
    site = Site(pipeline.program("webhook").address, SECRET)
    for number, text in enumerate(texts(LIVE_MAX, 22)):
        if importing.poll() is not None:
            break
        sent[f"{LIVE_SOURCE}:live-{number}"] = time.time()
        site.insist({"id": f"live-{number}", "surface": "blog/1", "text": text})
        time.sleep(LIVE_EVERY_SECONDS)
    site.close()

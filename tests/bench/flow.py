"""(b), (d), (e), (g): the pipeline from Kafka to searchable, its latency at half load, and what its processes hold."""

import asyncio
import time
from collections.abc import Callable, Iterator

import psutil

from ingest.publisher import Publisher
from records.posts import Post
from records.settings import Settings
from records.topics import POSTS
from search.client import Search
from tests.bench.mix import posts
from tests.bench.table import Row, percentile
from tests.live.pipeline import Pipeline, wait_for

WARM_POSTS = 5000
LOAD_SECONDS, PROBE_EVERY, TICK_SECONDS = 30, 10, 0.1
FINISH_SECONDS_MAX = 600.0


def rate(
    pipeline: Pipeline, settings: Settings, count: int, source: str, servers: dict[str, int]
) -> tuple[float, dict[str, float]]:
    """Posts a second from Kafka to judged and searchable, once warm; and milliseconds of CPU a post, by process."""
    _publish(settings, list(posts(WARM_POSTS, 3, f"{source}warm")))
    wait_for(lambda: _judged(pipeline, f"{source}warm") == WARM_POSTS, "not warm", FINISH_SECONDS_MAX)
    made = list(posts(count, 4, source))
    pids = servers | {name: pipeline.program(name).process.pid for name in ("judge", "fold")}
    before = {name: _cpu_seconds(pid) for name, pid in pids.items()}
    began = time.perf_counter()
    _publish(settings, made)
    wait_for(lambda: _judged(pipeline, source) == count, "not all are searchable", FINISH_SECONDS_MAX)
    took = time.perf_counter() - began
    return count / took, {name: (_cpu_seconds(pid) - before[name]) * 1000 / count for name, pid in pids.items()}


def cpu_said(cpu: dict[str, float]) -> str:
    """The milliseconds a post in words."""
    shares = ", ".join(f"{name} {ms:.2f}" for name, ms in cpu.items())
    return f"CPU ms a post: {shares}; together {sum(cpu.values()):.2f}"


def latency(pipeline: Pipeline, settings: Settings, per_second: float) -> Iterator[Row]:
    """From seen to judged and searchable, at a steady load."""
    waits = asyncio.run(_under_load(settings, per_second))
    figures = ", ".join(f"{percentile(waits, share):.2f}" for share in (0.50, 0.95, 0.99))
    remark = f"{per_second:,.0f} posts/s for {LOAD_SECONDS} s; of {len(waits)} posts"
    yield Row("e", "seen to judged and searchable: p50, p95, p99", f"{figures} s", "p99 under 3 s", remark)


def memory(pipeline: Pipeline, servers: dict[str, int]) -> Iterator[Row]:
    """What each process holds in memory, its children counted in."""
    pids = servers | {name: pipeline.program(name).process.pid for name in ("webhook", "judge", "fold")}
    figures = ", ".join(f"{name} {_resident(pid):,.0f}" for name, pid in pids.items())
    yield Row("g", "resident memory", f"{figures} MB", "", "after everything above")


def _publish(settings: Settings, made: list[Post]) -> None:
    publisher = Publisher(settings)
    publisher.publish_all(POSTS, made)
    publisher.close()


def _judged(pipeline: Pipeline, source: str) -> int:
    filters = [{"term": {"source": source}}, {"term": {"judged": True}}]
    found: int = pipeline.ask("POST", "/{posts}/_count", {"query": {"bool": {"filter": filters}}})["count"]
    return found


async def _under_load(settings: Settings, per_second: float) -> list[float]:
    seen: dict[str, float] = {}
    waits: list[float] = []
    source = f"load{int(per_second)}"
    async with Search(settings) as search:
        feeding = asyncio.create_task(asyncio.to_thread(_feed, settings, per_second, source, seen.__setitem__))
        while not feeding.done() or len(waits) < len(seen):
            await asyncio.sleep(TICK_SECONDS / 2)
            for post_id in await searchable(search, [post_id for post_id in list(seen) if seen[post_id]]):
                waits.append(time.time() - seen[post_id])
                seen[post_id] = 0.0  # found
        await feeding
    return waits


def _feed(settings: Settings, per_second: float, source: str, note: Callable[[str, float], None]) -> None:
    publisher = Publisher(settings)
    publisher.connect()
    steady = posts(int(per_second * LOAD_SECONDS), 5, source)
    began = time.perf_counter()
    for number, post in enumerate(steady):
        publisher.send(POSTS, post)
        if number % PROBE_EVERY == 0:
            note(post.post_id, post.seen_at.timestamp())
        ahead = (number + 1) / per_second - (time.perf_counter() - began)
        if ahead > 0:
            time.sleep(ahead)
    publisher.close()


async def searchable(search: Search, post_ids: list[str]) -> list[str]:
    """Which of these posts are judged and can be found."""
    if not post_ids:
        return []
    filters = [{"ids": {"values": post_ids[:1000]}}, {"term": {"judged": True}}]
    body = {"size": 1000, "_source": False, "query": {"bool": {"filter": filters}}}
    hits = (await search.ask("POST", f"/{search.posts}/_search", body))["hits"]["hits"]
    return [hit["_id"] for hit in hits]


def _cpu_seconds(pid: int) -> float:
    process = psutil.Process(pid)
    return sum(one.cpu_times().user + one.cpu_times().system for one in [process, *process.children(recursive=True)])


def _resident(pid: int) -> float:
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(one.memory_info().rss for one in family) / 1e6
    except psutil.NoSuchProcess:
        return 0.0

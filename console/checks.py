"""How everything is: servers, processes, how far each of them is behind, and what there is; asked all at once.

Whoever does not answer within PART_SECONDS_MAX is told so, and holds up nobody else.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from console import coverage, ledger_state
from console.asking import ANSWER_SECONDS_MAX, asked, document
from records.errors import Problem, Unavailable
from records.settings import Settings
from records.topics import COVERAGE, DECISIONS, ORDERS, OUTCOMES, POSTS, TOPICS, VERDICTS

WELL = 200
PART_SECONDS_MAX = 8.0
NOT_IN_TIME = f"does not answer within {PART_SECONDS_MAX:.0f} s"
WATCHED_LATELY = timedelta(days=7)
"""So far back `status` looks at what was watched, unless it is asked for more."""
GROUPS = {
    "judge": (POSTS,),
    "fold": (POSTS, VERDICTS, DECISIONS, ORDERS, OUTCOMES, COVERAGE),
    "enforce": (ORDERS,),
    "keep": TOPICS,
}

Part = dict[str, Any]
_THREADS = ThreadPoolExecutor(16, "checks")
"""Of their own: those who wait for a server that hangs hold up no other work of a process."""


async def look(settings: Settings, now: datetime) -> Part:
    """Everything as values; `ok` is false if a server or a process is down or not well, or a source is silent."""
    broker, node, ledger, *processes = await asyncio.gather(
        _or_sentence(_in_thread(_kafka, settings)),
        _or_sentence(_elasticsearch(settings, now)),
        _ledger(settings),
        *(_health_of(name, host, port) for name, host, port in processes_of(settings)),
    )
    servers = [
        {
            "name": "broker",
            "address": settings.kafka_bootstrap,
            "ok": "said" not in broker,
            "said": broker.get("said", ""),
        },
        {"name": "node", "address": settings.elasticsearch_url, "ok": "said" not in node, "said": node.get("said", "")},
    ]
    return {
        "ok": all(one["ok"] for one in (*servers, *processes, ledger)) and not silent(node.get("coverage") or ()),
        "servers": servers,
        "processes": processes,
        "ledger": ledger,
        "lag": broker.get("lag"),
        "dead_letters": broker.get("dead_letters"),
        "posts": node.get("posts"),
        "facts": node.get("facts"),
        "states": node.get("states"),
        "unscored": node.get("unscored"),
        "coverage": node.get("coverage"),
        "languages": node.get("languages"),
    }


def silent(coverage: Iterable[Part]) -> list[str]:
    """The sources that nobody watches although they were never given up."""
    return [part["source"] for part in coverage if part["standing"] == "silent"]


def processes_of(settings: Settings) -> list[tuple[str, str, int]]:
    """Every process that says how it is: its name, and where."""
    metrics = settings.metrics_host
    return [
        ("judge", metrics, settings.judge_metrics_port),
        ("fold", metrics, settings.fold_metrics_port),
        ("webhook", settings.webhook_host, settings.webhook_port),
        ("enforce", metrics, settings.enforce_port),
        ("retain", metrics, settings.retain_port),
        ("console", settings.console_host, settings.console_port),
        ("verify", metrics, settings.verify_port),
        *([("poll", metrics, settings.poll_metrics_port)] if settings.sources_file else []),
    ]


async def _or_sentence(asked: Awaitable[Part]) -> Part:
    try:
        async with asyncio.timeout(PART_SECONDS_MAX):
            return await asked
    except Problem as problem:
        return {"said": str(problem)}
    except TimeoutError:
        return {"said": NOT_IN_TIME}


def _in_thread(act: Callable[..., Part], *arguments: object) -> Awaitable[Part]:
    return asyncio.get_running_loop().run_in_executor(_THREADS, act, *arguments)


async def _health_of(name: str, host: str, port: int) -> Part:
    found = await _or_sentence(_in_thread(_process, name, host, port))
    return {"name": name, "address": f"{host}:{port}", "ok": False} | found


async def _ledger(settings: Settings) -> Part:
    found = await _or_sentence(_in_thread(ledger_state.look, settings))
    return found if "keeper" in found else ledger_state.unanswered(settings.ledger_url, found["said"])


def _kafka(settings: Settings) -> Part:
    _listens(settings.kafka_bootstrap)
    from ingest.lag import ends, lag

    dead_letters = ends(settings)["dead-letters"]
    behind = {group: lag(settings, group, topics) for group, topics in GROUPS.items()}
    return {
        "dead_letters": dead_letters,
        "lag": {
            group: {topic: sum(end - committed for committed, end in parts.values()) for topic, parts in topics.items()}
            for group, topics in behind.items()
        },
    }


def _listens(brokers: str) -> None:
    """Raises Unavailable at once where nothing listens; a client of Kafka would try for longer."""
    for broker in brokers.split(","):
        host, _, port = broker.strip().rpartition(":")
        with suppress(OSError), socket.create_connection((host.strip("[]"), port), timeout=ANSWER_SECONDS_MAX):
            return
    raise Unavailable(f"nothing answers on {brokers}")


async def _elasticsearch(settings: Settings, now: datetime) -> Part:
    from search.client import Search
    from search.totals import totals

    async with Search(settings) as search:
        found = await totals(search)
        watched = await coverage.look(search, coverage.Asked(from_at=now - WATCHED_LATELY), now)
    return {
        "posts": found.posts,
        "facts": found.facts,
        "states": found.by_state,
        "unscored": found.unscored,
        "coverage": watched,
        "languages": found.by_language,
    }


def _process(name: str, host: str, port: int) -> Part:
    """What a process says of its own health."""
    where = f"{host}:{port}"
    try:
        status, body = asked(f"http://{where}/healthz")
    except Unavailable as problem:
        return {"name": name, "address": where, "ok": False, "said": str(problem)}
    if status == WELL:
        return {"name": name, "address": where, "ok": True, "said": _said(body)}
    said = _said(body) or f"it answers with HTTP {status}"
    return {"name": name, "address": where, "ok": False, "answers": True, "said": said}


def _said(body: bytes) -> str:
    health = document(body)
    if isinstance(health.get("detail"), str):
        return str(health["detail"])
    waiting = health.get("waiting_for") or health.get("dispatch_waiting_for")
    unloaded = "the model is not loaded, so posts pass unscored" if health.get("model_loaded") is False else ""
    return "; ".join(part for part in (f"waits: {waiting}" if waiting else "", unloaded) if part)

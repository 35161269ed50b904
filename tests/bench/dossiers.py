"""(k) A dossier with its proofs, as `why` makes it, where index and ledger hold very many posts.

Those that are asked for are made, judged, folded and kept by the product's own code. The others only fill: they are
copies of 2,000 real ones under other ids.
"""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from console.dossier.gathering import gather_around, known_now
from console.dossier.integrity import paths_of, with_integrity
from console.dossier.material import Material
from console.dossier.trust import trust
from ingest.keeper.app import create_app
from ingest.keeper.cosigning import Cosigner
from ingest.keeper.plaintext import Plaintext
from ingest.keeper.served import Served
from ingest.keeper.standing import Standing
from ingest.ledger import Remote
from ingest.publisher import Publisher
from ingest.serving import address, configuration, listen
from ingest.topics import create_topics
from moderation.cases import fold_post
from moderation.scorer import ConstantScorer
from records.codec import encode
from records.ledger.entries import LogId
from records.ledger.growing import Kept
from records.ledger.store import Ledger
from records.received import Received
from records.settings import Settings
from records.topics import TOPICS
from search.client import Search
from search.finder import facts_of, get_post
from search.history import history_document
from search.indices import setup
from tests.bench.filling import facts_about, ms
from tests.bench.mix import posts
from tests.bench.table import Row

POSTS = int(os.environ.get("BENCH_DOSSIER_POSTS", "1000000"))
ASKED, WARM, DIFFERENT, BATCH, KEPT_AT_ONCE = 300, 20, 2_000, 1_000, 20_000
COPIES_FROM = 1_000_000
PARTITIONS = 6
TOKEN = "a-token-of-the-bench"
_IDS = {"posts": "p" * 22, "verdicts": "v" * 22}


@dataclass(frozen=True)
class One:
    """One post with its facts, as index and ledger take them."""

    facts: Sequence[Received]
    document: bytes


@dataclass(frozen=True)
class Copied:
    """The same in bytes, to be copied under other ids."""

    name: bytes
    page: bytes
    values: Sequence[bytes]
    facts: Sequence[dict[str, Any]]
    document: bytes


def dossiers(settings: Settings, folder: Path) -> Iterator[Row]:
    """Fills, serves the ledger as the keeper does, and asks."""
    create_topics(settings)
    filled, took, cpu = asyncio.run(_fill_and_ask(settings, folder))
    remark = (
        f"{2 * POSTS:,} entries in the ledger over HTTP, every proof and content checked; CPU of it and the keeper "
        f"{cpu * 1000:.0f} ms each; filled in {filled:.0f} s"
    )
    yield Row("k", f"dossier with its proofs, {POSTS:,} posts: p50, p95", ms(took), "p95 under 500 ms", remark)


async def _fill_and_ask(settings: Settings, folder: Path) -> tuple[float, list[float], float]:
    asked = list(_made(ASKED + WARM, 6))
    copied = [_copied(one) for one in _made(DIFFERENT, 7)]
    began = time.perf_counter()
    async with Search(settings) as search:
        await setup(search)
        with closing(Ledger(folder, "lifeguard.bench")) as ledger:
            async with _unrefreshed(search):
                await _fill(search, ledger, _spread(asked, copied))
            _sign(ledger)
            filled = time.perf_counter() - began
            with _served(settings, folder, ledger) as reached:
                return filled, *await _ask(search, reached, [one.facts[0].record.post_id for one in asked])


async def _ask(search: Search, settings: Settings, post_ids: Sequence[str]) -> tuple[list[float], float]:
    known, believed, took = known_now(settings), trust(settings), []
    used = time.process_time()
    for number, post_id in enumerate(post_ids):
        began = time.perf_counter()
        document, facts = await asyncio.gather(get_post(search, post_id), facts_of(search, post_id))
        found = await gather_around(search, Material(post_id, document, facts), known)
        with Remote(settings, "bench", "dossier", paths=paths_of(found.facts)) as reader:
            dossier = await asyncio.to_thread(with_integrity, found, reader, believed)
        if number >= WARM:
            took.append(time.perf_counter() - began)
        assert dossier.integrity
        assert dossier.integrity.result == "proved", dossier.integrity
        assert dossier.what.context
    return took, (time.process_time() - used) / len(post_ids)


def _made(count: int, seed: int) -> Iterator[One]:
    """Seen and judged, with the document that the fold makes."""
    waiting: dict[str, list[Received]] = {}
    for received in facts_about(posts(count, seed, "many"), ConstantScorer()):
        waiting.setdefault(received.record.post_id, []).append(received)
    for facts in waiting.values():
        yield One(facts, orjson.dumps(fold_post(None, facts)))


def _copied(one: One) -> Copied:
    name = one.facts[0].record.native_id
    facts = [history_document(fact) | {"record": None} for fact in one.facts]
    values = [encode(fact.record) for fact in one.facts]
    return Copied(name.encode(), name.replace("-", "/").encode(), values, facts, one.document)


def _spread(asked: Sequence[One], copied: Sequence[Copied]) -> Iterator[tuple[One | Copied, int]]:
    """The ones that are asked for among the copies."""
    every = POSTS // len(asked)
    waiting = iter(asked)
    for number in range(POSTS):
        one = next(waiting, None) if number % every == every // 2 else None
        yield one or copied[number % len(copied)], number


async def _fill(search: Search, ledger: Ledger, ones: Iterable[tuple[One | Copied, int]]) -> None:
    lines: list[bytes] = []
    kept: dict[tuple[str, int], list[Kept]] = {}
    for one, number in ones:
        facts, document, values, key = _at(one, number)
        lines += [_action(search.posts, key.decode()), document]
        for fact, value in zip(facts, values, strict=True):
            lines += [_action(search.history, fact["record_id"]), orjson.dumps(fact)]
            at = round(datetime.fromisoformat(fact["recorded_at"]).timestamp() * 1000)
            kept.setdefault((fact["topic"], fact["partition"]), []).append(Kept(fact["offset"], at, key, value))
        if number % BATCH == BATCH - 1:
            await search.bulk(lines)
            lines = []
        if number % KEPT_AT_ONCE == KEPT_AT_ONCE - 1:
            _keep(ledger, kept)
            kept = {}
    if lines:
        await search.bulk(lines)
    _keep(ledger, kept)


def _at(one: One | Copied, number: int) -> tuple[list[dict[str, Any]], bytes, Sequence[bytes], bytes]:
    """Facts, document, records and key, at their place."""
    partition, offset = number % PARTITIONS, number // PARTITIONS
    if isinstance(one, One):
        placed = [
            replace(fact, topic_id=_IDS[fact.topic], partition=partition, offset=offset, recorded_at=_tick(fact))
            for fact in one.facts
        ]
        document = orjson.dumps(fold_post(None, placed))
        key = placed[0].record.key().encode()
        return [history_document(fact) for fact in placed], document, [encode(fact.record) for fact in placed], key
    name, page = f"many-{COPIES_FROM + number}".encode(), f"many/{COPIES_FROM + number}".encode()
    values = [value.replace(one.name, name).replace(one.page, page) for value in one.values]
    said = {"post_id": f"many:{name.decode()}", "partition": partition, "offset": offset}
    facts = [
        {
            **fact,
            **said,
            "topic_id": _IDS[fact["topic"]],
            "place": f"{fact['topic']}-{partition}-{offset}",
            "record_id": f"{fact['topic']}-{number}",
            "record": orjson.Fragment(value),
        }
        for fact, value in zip(one.facts, values, strict=True)
    ]
    return facts, one.document.replace(one.name, name).replace(one.page, page), values, b"many:" + name


def _tick(fact: Received) -> datetime:
    """The broker's clock has milliseconds."""
    return datetime.fromtimestamp(int(fact.recorded_at.timestamp() * 1000) / 1000, UTC)


def _action(index: str, identity: str) -> bytes:
    return orjson.dumps({"create": {"_index": index, "_id": identity, "require_alias": True}})


def _keep(ledger: Ledger, kept: dict[tuple[str, int], list[Kept]]) -> None:
    for (topic, partition), some in kept.items():
        log = ledger.log(LogId("c" * 22, topic, _IDS[topic], partition))
        log.keep(some)
        log.flush()


def _sign(ledger: Ledger) -> None:
    """As many logs as a keeper has; those of other topics with one entry each."""
    for topic in TOPICS:
        for partition in range(PARTITIONS):
            log = ledger.log(LogId("c" * 22, topic.name, _IDS.get(topic.name, "o" * 22), partition))
            if topic.name not in _IDS:
                log.keep([Kept(0, 0, b"key", b"value")])
                log.flush()
            log.sign()


@contextlib.asynccontextmanager
async def _unrefreshed(search: Search) -> AsyncIterator[None]:
    path = f"/{search.posts},{search.history}/_settings"
    await search.ask("PUT", path, {"index": {"refresh_interval": "-1"}})
    yield
    await search.ask("PUT", path, {"index": {"refresh_interval": None}})
    await search.ask("POST", f"/{search.posts},{search.history}/_refresh")


@contextmanager
def _served(settings: Settings, folder: Path, ledger: Ledger) -> Iterator[Settings]:
    """The keeper's HTTP in a thread of this process, which makes it slower than in one of its own."""
    token = folder.parent / "bench-token"
    token.write_text(TOKEN, encoding="utf-8")
    token.chmod(0o600)
    served, publisher = Served(folder), Publisher(settings)
    app = create_app(served, Standing(ledger, Cosigner(())), Plaintext(served, publisher), token)
    with closing(publisher), closing(listen("keeper", "127.0.0.1", 0, "LIFEGUARD_KEEPER")) as listening:
        server = uvicorn.Server(configuration(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield settings.model_copy(
            update={"ledger_url": address(listening), "ledger_token_file": token, "ledger_dir": folder}
        )
        server.should_exit = True
        thread.join()

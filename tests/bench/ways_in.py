"""(a) From a signed webhook to the broker's acknowledgement, beside a bare producer in the same run."""

import asyncio
import base64
import hashlib
import hmac
import http
import json
import time
import urllib.request
import uuid
from collections.abc import Iterator, Sequence

import aiohttp

from ingest.publisher import Publisher
from records.settings import Settings
from records.topics import POSTS
from tests.bench.mix import posts, texts
from tests.bench.table import Row
from tests.live.pipeline import SECRET, Pipeline, wait_for

DELIVERIES, CONNECTIONS = 10_000, 32


def webhook(pipeline: Pipeline, settings: Settings, meanwhile: str) -> Iterator[Row]:
    """Posts a second that the receiver acknowledges, and that a producer alone gets acknowledged."""
    bodies = [
        json.dumps({"id": f"w-{number}", "surface": "blog/1", "text": text}).encode()
        for number, text in enumerate(texts(DELIVERIES, 1))
    ]
    address = pipeline.program("webhook").address
    wait_for(lambda: _takes_posts(address), "the receiver has no connection to the broker")
    took = asyncio.run(_deliver(address, bodies))
    bare = _bare(settings)
    rate = DELIVERIES / took
    remark = f"a bare producer in the same run: {bare:,.0f}/s, ratio {rate / bare:.2f}; {CONNECTIONS} connections"
    yield Row("a", f"webhook to acknowledgement, {meanwhile}", f"{rate:,.0f} posts/s", "1,000", remark)


def _takes_posts(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz") as answer:
            return bool(answer.status == http.HTTPStatus.OK)
    except OSError:
        return False


def _bare(settings: Settings) -> float:
    records = list(posts(DELIVERIES, 2, "bare"))
    publisher = Publisher(settings)
    publisher.connect()
    began = time.perf_counter()
    publisher.publish_all(POSTS, records)
    took = time.perf_counter() - began
    publisher.close()
    return DELIVERIES / took


async def _deliver(address: str, bodies: Sequence[bytes]) -> float:
    waiting = iter(bodies)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as session:
        began = time.perf_counter()
        await asyncio.gather(*(_one_connection(session, f"{address}/v1/posts", waiting) for _ in range(CONNECTIONS)))
        return time.perf_counter() - began


async def _one_connection(session: aiohttp.ClientSession, url: str, waiting: Iterator[bytes]) -> None:
    for body in waiting:
        async with session.post(url, data=body, headers=_headers(body)) as answer:
            await answer.read()
            assert answer.status == 202, await answer.text()


def _headers(body: bytes) -> dict[str, str]:
    delivery, at = f"msg_{uuid.uuid4().hex}", str(int(time.time()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = hmac.new(key, f"{delivery}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": delivery,
        "webhook-timestamp": at,
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }

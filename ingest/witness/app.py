"""The witness as a web application: one way in (C2SP tlog-witness), and what others may read."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from ingest.serving import application
from ingest.witness.metrics import Metrics
from ingest.witness.witness import TEXT, Answer, Witness
from records.errors import Misconfigured
from records.ledger.witnessing import REQUEST_BYTES_MAX

BODY_SECONDS_MAX = 10.0
IN_FLIGHT_MAX = 32
JSON = "application/json"


def create_app(witness: Witness) -> FastAPI:
    """The application around one witness."""
    app = application("Lifeguard's witness", openapi_url=None)
    metrics = Metrics(witness)

    async def checkpoints(_: Request) -> Response:
        try:
            return _json(await asyncio.to_thread(witness.checkpoints))
        except Misconfigured as problem:
            return Response(f"{problem}\n", 503, media_type=TEXT)

    async def about(_: Request) -> Response:
        return _json(await asyncio.to_thread(witness.about))

    async def health(_: Request) -> Response:
        said = await asyncio.to_thread(_health, witness)
        return _json(said, 200 if said["ok"] else 503)

    async def show_metrics(_: Request) -> Response:
        return Response(await asyncio.to_thread(metrics.text), media_type="text/plain; version=0.0.4")

    app.add_route("/add-checkpoint", _adding(witness, metrics), methods=["POST"])
    for path, shown in (("checkpoints", checkpoints), ("about", about), ("healthz", health), ("metrics", show_metrics)):
        app.add_route(f"/{path}", shown, methods=["GET"])
    return app


def _adding(witness: Witness, metrics: Metrics) -> Callable[[Request], Awaitable[Response]]:
    room = asyncio.Semaphore(IN_FLIGHT_MAX)

    async def add_checkpoint(request: Request) -> Response:
        began_at = time.perf_counter()
        answer = Answer(503, "there is no room at the moment\n") if room.locked() else None
        if answer is None:
            async with room:
                answer = await _answer(witness, request)
        metrics.answered(answer.status, time.perf_counter() - began_at)
        headers = {"content-type": answer.media_type}  # as media_type= it would get a charset, which C2SP has not
        if answer.status in (408, 413):
            headers["connection"] = "close"  # what is still to come of the body is not waited for
        return Response(answer.body.encode(), answer.status, headers)

    return add_checkpoint


async def _answer(witness: Witness, request: Request) -> Answer:
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            body = await _body(request)
    except TimeoutError:
        return Answer(408, "the request took too long to arrive\n")
    except ClientDisconnect:
        return Answer(408, "the sender went away\n")
    if body is None:
        return Answer(413, f"a request may have {REQUEST_BYTES_MAX} bytes\n")
    return await asyncio.to_thread(witness.add_checkpoint, body)


async def _body(request: Request) -> bytes | None:
    """The body; None as soon as it is too long."""
    parts, size = [], 0
    async for chunk in request.stream():
        parts.append(chunk)
        size += len(chunk)
        if size > REQUEST_BYTES_MAX:
            return None
    return b"".join(parts)


def _health(witness: Witness) -> dict[str, Any]:
    waiting, alarm = witness.trouble(), witness.contradicted()
    detail = alarm or (f"waits: {waiting}" if waiting else None)
    return {
        "ok": detail is None,
        "detail": detail,
        "waiting_for": waiting,
        "logs": len(witness.folder),
        "refused": len(witness.evidence),
    }


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False).encode(), status, media_type=JSON)

"""The receiver as a web application: what it serves, and what it does around each request."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import structlog
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ingest.receiver import openapi
from ingest.receiver.coverage import EVERY_SECONDS
from ingest.receiver.limits import RETRY_AFTER_SECONDS
from ingest.receiver.problems import Refusal, problem_response
from ingest.receiver.receiving import Receiver
from ingest.serving import application
from records.errors import Unavailable

CONNECT_EVERY_SECONDS = 0.5
SAY_SECONDS_MAX = 5.0
_BY_STATUS = {404: "path", 405: "method"}


def create_app(receiver: Receiver) -> FastAPI:
    """The application around one receiver."""
    app = application(
        "Lifeguard's webhook receiver",
        version=receiver.reading.collector.version,
        description=openapi.DESCRIPTION,
        lifespan=_lifespan(receiver),
        docs_url=None,
        redoc_url=None,
    )

    async def post(request: Request) -> Response:
        return await _answered(receiver, request)

    app.add_route("/v1/posts", post, methods=["POST"])  # not app.post: a request needs nothing of what that adds

    @app.get("/healthz", **openapi.HEALTH)
    async def health() -> Response:
        if receiver.publisher.connected:
            return Response(b'{"status":"ok"}', media_type="application/json")
        return _refused(Refusal("broker"))

    @app.get("/metrics", **openapi.METRICS)
    async def metrics() -> Response:
        return Response(receiver.metrics.text(), media_type="text/plain; version=0.0.4")

    @app.exception_handler(HTTPException)
    async def other(_: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        return problem_response(_BY_STATUS.get(error.status_code, "path"), headers=headers)

    app.openapi()["paths"]["/v1/posts"] = {"post": openapi.posts(receiver.reading.mapping)}
    return app


async def _answered(receiver: Receiver, request: Request) -> Response:
    began_at = time.perf_counter()
    try:
        answer = await receiver.receive(request)
        response = Response(answer.body, answer.status, media_type=answer.media_type)
    except Refusal as refusal:
        receiver.watch.refused(f"{refusal.status} {refusal.kind}")
        response = _refused(refusal)
    receiver.metrics.answered(response.status_code, time.perf_counter() - began_at)
    return response


def _refused(refusal: Refusal) -> Response:
    headers = {"retry-after": str(RETRY_AFTER_SECONDS)} if refusal.status == 503 else {}  # noqa: PLR2004
    if not refusal.body_was_read:
        headers["connection"] = "close"  # what is still to come of the body is not waited for
    return problem_response(refusal.kind, refusal.detail, headers)


def _lifespan(receiver: Receiver) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def run(_: FastAPI) -> AsyncIterator[None]:
        stopping = asyncio.Event()
        connecting = asyncio.create_task(_keep_connected(receiver))
        saying = asyncio.create_task(_keep_saying(receiver, stopping))
        try:
            yield
        finally:
            connecting.cancel()
            stopping.set()  # not cancelled: what it is publishing would go on in its thread beside the last word
            await asyncio.gather(connecting, return_exceptions=True)
            with suppress(TimeoutError):
                await asyncio.wait_for(saying, SAY_SECONDS_MAX)

    return run


async def _keep_connected(receiver: Receiver) -> None:
    waiting, log = False, structlog.get_logger()
    while True:
        if not receiver.publisher.connected:
            try:
                await asyncio.to_thread(receiver.publisher.connect)
            except Unavailable as problem:
                if not waiting:
                    log.warning("waiting", problem=str(problem))
                waiting = True
        if waiting and receiver.publisher.connected:
            log.info("going on")
            waiting = False
        await asyncio.sleep(CONNECT_EVERY_SECONDS)


async def _keep_saying(receiver: Receiver, stopping: asyncio.Event) -> None:
    """At once, so that a gap is told when it ends; then once a minute; and once more at the end."""
    stopped = False
    await receiver.watch.say()
    while not stopped:
        with suppress(TimeoutError):
            stopped = await asyncio.wait_for(stopping.wait(), EVERY_SECONDS)
        await receiver.watch.say()

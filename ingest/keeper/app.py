"""The keeper as a web application: what everybody may read, and contents for those who have the token."""

import asyncio
import hmac
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from ingest.keeper.plaintext import Asked, Plaintext, TooMuch
from ingest.keeper.room import Room, Streamed
from ingest.keeper.served import NAMES, SLOTS_MAX, NotThere, Served
from ingest.keeper.standing import Standing
from ingest.serving import application
from records.codec import explain
from records.errors import Malformed, Misconfigured, Problem, Unavailable
from records.ledger.tiles import parse_tile_path

BODY_BYTES_MAX = 256_000
BODY_SECONDS_MAX = 10.0
STREAMS_MAX = 4
TOKEN_CHARS_MIN = 16
TOKEN_BYTES_MAX = 1_000
FOR_ALL = 0o007
"""A group may read it: systemd shows its credentials as 0440."""
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(served: Served, standing: Standing, plaintext: Plaintext, token_file: Path | None) -> FastAPI:
    """The application around one ledger."""
    app = application("Lifeguard's keeper", openapi_url=None)
    room = Room(STREAMS_MAX)

    async def health(_: Request) -> Response:
        said = await asyncio.to_thread(standing.health)
        return _json(said, 200 if said["ok"] else 503)

    async def metrics(_: Request) -> Response:
        return Response(await asyncio.to_thread(standing.metrics), media_type=CONTENT_TYPE_LATEST)

    async def logs(_: Request) -> Response:
        return _json(await asyncio.to_thread(served.logs))

    async def opened(request: Request) -> Response:
        _refuse_strangers(request, token_file)
        asked = _asked(await _body(request))
        room.enter()
        try:
            await asyncio.to_thread(plaintext.refuse, asked)
            await asyncio.to_thread(plaintext.record, asked)
        except BaseException:
            room.leave()
            raise
        return Streamed(room, plaintext.stream(asked), BYTES)

    for path, shown in (("/healthz", health), ("/metrics", metrics), ("/logs", logs)):
        app.add_route(path, shown, methods=["GET"])
    app.add_route("/plaintext", _answering(opened), methods=["POST"])
    app.add_route("/{log}/slots", _answering(_slots(served)), methods=["GET"])
    app.add_route("/{log}/tile/{tile:path}", _answering(_tile(served)), methods=["GET"])
    app.add_route("/{log}/{name}", _answering(_file(served)), methods=["GET"])
    app.add_exception_handler(HTTPException, _told)
    return app


def refuse_weak_token(token_file: Path | None) -> None:
    """Raises Misconfigured where the file cannot be read, can be read by everybody, or is too short to be a secret."""
    if token_file is not None:
        _token(token_file)


def _file(served: Served) -> Endpoint:
    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in NAMES:
            raise NotThere(f"a log has {', '.join(sorted(NAMES))}, tiles and slots")
        return Response(await asyncio.to_thread(served.file, request.path_params["log"], name), media_type=TEXT)

    return file


def _tile(served: Served) -> Endpoint:
    async def tile(request: Request) -> Response:
        wanted = parse_tile_path("tile/" + request.path_params["tile"])
        data = await asyncio.to_thread(served.tile, request.path_params["log"], wanted)
        return Response(data, headers=FOR_EVER, media_type=BYTES)

    return tile


def _slots(served: Served) -> Endpoint:
    async def slots(request: Request) -> Response:
        start, count = (_number(request.query_params.get(name, "")) for name in ("from", "count"))
        if count > SLOTS_MAX:
            raise TooMuch(f"one request may ask for {SLOTS_MAX:,} slots")
        return Response(
            await asyncio.to_thread(served.slots, request.path_params["log"], start, count), media_type=BYTES
        )

    return slots


def _answering(endpoint: Endpoint) -> Endpoint:
    """What we say in one sentence becomes an answer with that sentence."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except NotThere as reason:
            raise HTTPException(404, str(reason)) from None
        except TooMuch as reason:
            raise HTTPException(413, str(reason)) from None
        except Malformed as reason:
            raise HTTPException(400, f"the request {reason}") from None
        except Unavailable as reason:
            raise HTTPException(503, str(reason)) from None
        except Problem as reason:
            raise HTTPException(500, str(reason)) from None

    return answered


async def _told(_: Request, error: Exception) -> Response:
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    headers = {"connection": "close"} if status in (408, 413) else {}
    if status == 401:  # noqa: PLR2004
        headers["www-authenticate"] = "Bearer"
    return _json({"problem": detail}, status, headers)


def _refuse_strangers(request: Request, token_file: Path | None) -> None:
    if token_file is None:
        raise HTTPException(403, "contents are given to nobody: the keeper has no LIFEGUARD_LEDGER_TOKEN_FILE")
    given = request.headers.get("authorization", "").encode()
    if not hmac.compare_digest(given, b"Bearer " + _token(token_file)):
        raise HTTPException(401, "contents need the token of LIFEGUARD_LEDGER_TOKEN_FILE")


def _token(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            open_to_all = os.fstat(opened.fileno()).st_mode & FOR_ALL
            token = opened.read(TOKEN_BYTES_MAX).strip()
    except OSError as error:
        raise Misconfigured(f"LIFEGUARD_LEDGER_TOKEN_FILE, {file}, cannot be read: {error.strerror}") from None
    if open_to_all:
        raise Misconfigured(
            f"LIFEGUARD_LEDGER_TOKEN_FILE, {file}, is open to everybody: chmod o= it, or make a new one"
        )
    if len(token) < TOKEN_CHARS_MIN:
        raise Misconfigured(f"LIFEGUARD_LEDGER_TOKEN_FILE, {file}, needs {TOKEN_CHARS_MIN} characters or more")
    return token


def _asked(body: bytes) -> Asked:
    try:
        return Asked.model_validate_json(body)
    except ValidationError as error:
        raise Malformed(f"is not one for contents: {explain(error)}") from None


async def _body(request: Request) -> bytes:
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            async for chunk in request.stream():
                parts.append(chunk)
                size += len(chunk)
                if size > BODY_BYTES_MAX:
                    raise TooMuch(f"a request may have {BODY_BYTES_MAX:,} bytes")
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(408, "the request took too long to arrive") from None
    return b"".join(parts)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:  # noqa: PLR2004  below 2**63
        raise Malformed("needs `from` and `count`, two numbers")
    return int(text)


def _json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(value).encode(), status, headers, media_type=JSON)

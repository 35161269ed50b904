"""The body of a request, read as a stream and never further than a limit, and the facts kept about the request."""

import asyncio
from collections.abc import Mapping

from starlette.requests import ClientDisconnect, Request

from ingest.receiver.limits import BODY_BYTES_MAX, BODY_SECONDS_MAX
from ingest.receiver.problems import Refusal
from records.posts import Http

HEADER_CHARS_MAX = 2048
KEPT_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature", "user-agent", "content-type")
_LENGTH_DIGITS_MAX = 15


def headers_of(request: Request) -> dict[str, str]:
    """The headers by their name in lower case; of two with one name the first counts."""
    return dict(reversed(request.headers.items()))


def refuse_other_types(headers: Mapping[str, str]) -> None:
    """Only plain JSON in UTF-8 is read, and nothing compressed: a small body could unpack to a large one."""
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if media_type.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
        raise Refusal("type")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal("type", "the body is compressed")


def room_of(headers: Mapping[str, str]) -> int:
    """How many bytes to keep free for the body: what it says it has, or the most that we take."""
    said = headers.get("content-length")
    if said is None:
        return BODY_BYTES_MAX
    if not (said.isascii() and said.isdigit()) or len(said) > _LENGTH_DIGITS_MAX or int(said) > BODY_BYTES_MAX:
        raise Refusal("size", f"a body may have {BODY_BYTES_MAX} bytes")
    return int(said)


async def whole_body(request: Request) -> bytes:
    """The body; refused as soon as it is longer than `BODY_BYTES_MAX`, or slower than `BODY_SECONDS_MAX`."""
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            return await _read(request)
    except TimeoutError:
        raise Refusal("slow") from None
    except ClientDisconnect:
        raise Refusal("slow", "the sender went away") from None


async def _read(request: Request) -> bytes:
    parts, size = [], 0
    async for chunk in request.stream():
        parts.append(chunk)
        size += len(chunk)
        if size > BODY_BYTES_MAX:
            raise Refusal("size", f"a body may have {BODY_BYTES_MAX} bytes")
    return b"".join(parts)


def facts_of(request: Request, headers: Mapping[str, str]) -> Http:
    """Who sent it and how, with the headers that prove it."""
    kept = {name: headers[name][:HEADER_CHARS_MAX] for name in KEPT_HEADERS if name in headers}
    remote = f"{request.client.host}:{request.client.port}" if request.client else None
    return Http(method=request.method, url=request.scope["path"], headers=kept, remote=remote)

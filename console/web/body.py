"""The form in the body of a request, read as a stream and never further than a limit."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.requests import ClientDisconnect

from records.errors import Malformed

BODY_BYTES_MAX, BODY_BYTES_OF_NOBODY_MAX = 512_000, 32_000
"""So much from whoever is signed in, so much from anybody else: requests of strangers must not fill the memory."""
BODY_SECONDS_MAX = 15.0
FIELDS_MAX = 2_500
_TYPE = "application/x-www-form-urlencoded"


class TooLarge(Malformed):
    """More than a form of ours can have."""


async def form_of(request: Request, bytes_max: int = BODY_BYTES_MAX) -> Mapping[str, tuple[str, ...]]:
    """The fields, each with all its values in order; raises Malformed."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await body_of(request, bytes_max, "form")
    if not body:
        return {}
    if kind != _TYPE:
        raise Malformed(f"a form is sent as {_TYPE}")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX)
    except ValueError:
        raise Malformed(f"the form is not UTF-8, or has more than {FIELDS_MAX} fields") from None
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[name] = (*found.get(name, ()), value)
    return found


async def body_of(request: Request, bytes_max: int, what: str) -> bytes:
    """The body, whole; raises TooLarge and Malformed."""
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or len(said) > len(str(bytes_max)) or int(said) > bytes_max:
        raise TooLarge(f"a {what} may have {bytes_max} bytes")
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            return await _read(request, bytes_max, what)
    except TimeoutError:
        raise Malformed(f"the {what} did not arrive within {BODY_SECONDS_MAX:.0f} seconds") from None
    except ClientDisconnect:
        raise Malformed(f"the connection ended before the {what} was whole") from None


async def _read(request: Request, bytes_max: int, what: str) -> bytes:
    parts, size = [], 0
    async for chunk in request.stream():
        parts.append(chunk)
        size += len(chunk)
        if size > bytes_max:
            raise TooLarge(f"a {what} may have {bytes_max} bytes")
    return b"".join(parts)

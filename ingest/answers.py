"""What keeper and witnesses answer: within limits on bytes and on time, from an address that is one."""

import ipaddress
import re
import time
from collections.abc import Iterator

import httpx

from records.errors import Malformed

PORT_MAX = 65_535
_NAME = re.compile(rb"(?:[A-Za-z0-9_-]{1,63}\.){0,20}[A-Za-z0-9_-]{1,63}\.?")


class TooSlow(httpx.TimeoutException):
    """An answer that goes on and on; httpx itself only limits how long nothing comes."""


def is_address(text: str) -> bool:
    """Whether a path can be put behind this, and the whole be asked."""
    try:
        url = httpx.URL(text)
        if ":" in url.host:
            ipaddress.IPv6Address(url.host)
        elif not _NAME.fullmatch(url.raw_host):
            return False
    except (httpx.InvalidURL, ValueError):
        return False
    return url.scheme in ("http", "https") and (url.port or 0) <= PORT_MAX and not set(text) & {"?", "#"}


def whole(answer: httpx.Response, bytes_max: int, seconds_max: float) -> bytes:
    """The body; raises Malformed where it is longer, and TooSlow."""
    parts, size = [], 0
    for part in hurried(answer, seconds_max):
        parts.append(part)
        size += len(part)
        if size > bytes_max:
            raise Malformed(f"sent more than {bytes_max:,} bytes")
    return b"".join(parts)


def hurried(answer: httpx.Response, seconds_max: float) -> Iterator[bytes]:
    """The body as it comes; raises TooSlow once we have waited so long for it, whatever its reader does meanwhile."""
    parts, waited = answer.iter_bytes(), 0.0
    while True:
        began = time.monotonic()
        part = next(parts, None)
        waited += time.monotonic() - began
        if part is None:
            return
        if waited > seconds_max:
            raise TooSlow(f"no end after {seconds_max:g} s")
        yield part

"""How one of our own processes is asked over HTTP: soon, never through a proxy, and of its answer only so much."""

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from records.errors import Unavailable

ANSWER_SECONDS_MAX = 3
ANSWER_BYTES_MAX = 100_000

_OPENER = build_opener(ProxyHandler({}))  # our own processes are never behind a proxy


def asked(url: str) -> tuple[int, bytes]:
    """Status and body of an answer; raises Unavailable where there is none."""
    try:
        with _OPENER.open(url, timeout=ANSWER_SECONDS_MAX) as answer:
            return answer.status, answer.read(ANSWER_BYTES_MAX)
    except HTTPError as error:
        with error:
            return error.code, error.read(ANSWER_BYTES_MAX)
    except (OSError, HTTPException, ValueError):
        raise Unavailable(f"nothing answers on {url.partition('://')[2].partition('/')[0]}") from None


def document(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; empty if there is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

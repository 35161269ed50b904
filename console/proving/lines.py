"""How an export writes JSON: one way only, in ASCII, so that a changed byte is a changed meaning."""

import base64
import json
from typing import Any


def canonical(value: Any) -> bytes:  # noqa: ANN401  JSON
    """As `verify.py` writes the same value again."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def encoded(data: bytes) -> str:
    """Bytes as an export shows them."""
    return base64.b64encode(data).decode("ascii")

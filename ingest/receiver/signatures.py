"""Signatures as in the Standard Webhooks specification (standardwebhooks.com, version 1.0.0): who may send us posts.

Signed is `webhook-id.webhook-timestamp.body` with HMAC-SHA256; `webhook-signature` lists `v1,BASE64` values with spaces
between them. A secret is `whsec_` and the base64 of 24 to 64 random bytes.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.receiver.problems import Refusal
from records.errors import Misconfigured

PREFIX = "whsec_"
SECRET_BYTES_MIN = 24
SECRET_BYTES_MAX = 64
NEW_SECRET_BYTES = 32
SECRETS_FILE_BYTES_MAX = 100_000
SIGNATURES_MAX = 16
ID_CHARS_MAX = 256
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_ID = re.compile(r"[!-~]+")
_HOW = "`python -m ingest secret` prints one; put it on a line of its own in that file"


@dataclass(frozen=True, slots=True)
class Signed:
    """What the headers of a request claim."""

    webhook_id: str
    timestamp: str
    signatures: tuple[str, ...]


def new_secret() -> str:
    """A secret that nobody else has."""
    return PREFIX + base64.b64encode(secrets.token_bytes(NEW_SECRET_BYTES)).decode("ascii")


def load_secrets(path: Path | None) -> tuple[bytes, ...]:
    """The keys in a file, one `whsec_...` a line (# begins a remark); raises Misconfigured if there is none."""
    if path is None:
        raise Misconfigured(f"LIFEGUARD_WEBHOOK_SECRETS_FILE does not name a file with signing secrets: {_HOW}")
    try:
        content = path.read_bytes()[:SECRETS_FILE_BYTES_MAX].decode("utf-8", "replace")
    except OSError as error:
        raise Misconfigured(f"the signing secrets in {path} cannot be read ({error.strerror}): {_HOW}") from None
    said = [line.strip() for line in content.splitlines() if line.strip() and not line.strip().startswith("#")]
    if not said:
        raise Misconfigured(f"there is no signing secret in {path}: {_HOW}")
    return tuple(_key(line, f"{path}, secret {number}") for number, line in enumerate(said, 1))


def claims(headers: Mapping[str, str]) -> Signed:
    """What the headers claim; refused where they are not complete or not as the specification says."""
    webhook_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    said = headers.get("webhook-signature", "")
    if len(webhook_id) > ID_CHARS_MAX or not _ID.fullmatch(webhook_id):
        raise Refusal("headers", f"webhook-id must be 1 to {ID_CHARS_MAX} visible ASCII characters")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise Refusal("headers", "webhook-timestamp must be whole seconds since 1970")
    listed = [part[3:] for part in said.split(" ") if part.startswith("v1,")]
    if not listed or len(listed) > SIGNATURES_MAX:
        raise Refusal("headers", f"webhook-signature must list 1 to {SIGNATURES_MAX} signatures as v1,BASE64")
    return Signed(webhook_id, timestamp, tuple(listed))


def verify(signed: Signed, body: bytes, keys: Iterable[bytes], now: float, tolerance_seconds: int) -> None:
    """Refuses what none of the keys signed, or what was signed too long ago (or too far ahead)."""
    if abs(now - int(signed.timestamp)) > tolerance_seconds:
        raise Refusal("signature", f"webhook-timestamp is more than {tolerance_seconds} s away from our clock")
    listed = [signature.encode("latin-1", "replace") for signature in signed.signatures]
    matches = False
    for key in keys:
        expected = base64.b64encode(_digest(key, signed, body))
        for signature in listed:  # all of them, always: the time taken says nothing
            matches |= hmac.compare_digest(expected, signature)
    if not matches:
        raise Refusal("signature", "no signature in webhook-signature matches the body")


def sign(key: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    """The value of `webhook-signature`, for whoever sends."""
    return "v1," + base64.b64encode(_digest(key, Signed(webhook_id, timestamp, ()), body)).decode("ascii")


def _digest(key: bytes, signed: Signed, body: bytes) -> bytes:
    code = hmac.new(key, f"{signed.webhook_id}.{signed.timestamp}.".encode("ascii"), hashlib.sha256)
    code.update(body)
    return code.digest()


def key_of(secret: str) -> bytes:
    """The key inside a `whsec_...` secret; raises ValueError."""
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    if not secret.startswith(PREFIX) or not SECRET_BYTES_MIN <= len(key) <= SECRET_BYTES_MAX:
        raise ValueError(secret[: len(PREFIX)])
    return key


def _key(secret: str, where: str) -> bytes:
    try:
        return key_of(secret)
    except (binascii.Error, ValueError):
        raise Misconfigured(
            f"{where} is not {PREFIX} and the base64 of {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes: {_HOW}",
        ) from None

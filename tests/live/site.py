"""A site that tells us of its posts by webhook, and tries again like any site until we say that we have them."""

import base64
import hashlib
import hmac
import http.client
import json
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

RETRY_SECONDS = 0.3
TRIES_MAX = 300


class Site:
    """Signs as the Standard Webhooks specification says; keeps one connection, and a delivery id for every delivery."""

    def __init__(self, address: str, secret: str) -> None:
        self._host = urlsplit(address).netloc
        self._key = base64.b64decode(secret.removeprefix("whsec_"))
        self._connection: http.client.HTTPConnection | None = None

    def tell(self, event: dict[str, Any], delivery_id: str | None = None) -> tuple[int, dict[str, Any]]:
        """One delivery: status and answer. Raises OSError where nobody answers."""
        return self.send(json.dumps(event).encode(), delivery_id or f"msg_{uuid.uuid4().hex}")

    def send(self, body: bytes, delivery_id: str) -> tuple[int, dict[str, Any]]:
        """One delivery of any bytes."""
        at = str(int(time.time()))
        signed = hmac.new(self._key, f"{delivery_id}.{at}.".encode() + body, hashlib.sha256).digest()
        headers = {
            "content-type": "application/json",
            "webhook-id": delivery_id,
            "webhook-timestamp": at,
            "webhook-signature": "v1," + base64.b64encode(signed).decode(),
        }
        try:
            self._connection = self._connection or http.client.HTTPConnection(self._host, timeout=30)
            self._connection.request("POST", "/v1/posts", body, headers)
            answer = self._connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def insist(self, event: dict[str, Any]) -> dict[str, Any]:
        """Delivers until the answer is that it is kept."""
        delivery_id = f"msg_{uuid.uuid4().hex}"
        for _ in range(TRIES_MAX):
            try:
                status, answer = self.tell(event, delivery_id)
            except (OSError, http.client.HTTPException):
                time.sleep(RETRY_SECONDS)
                continue
            if status in (http.HTTPStatus.OK, http.HTTPStatus.ACCEPTED):
                return answer
            assert status == http.HTTPStatus.SERVICE_UNAVAILABLE, answer
            time.sleep(RETRY_SECONDS)
        raise AssertionError("the receiver never took a delivery")

    def close(self) -> None:
        """Gives the connection back."""
        if self._connection:
            self._connection.close()
        self._connection = None

"""Providers of OpenID Connect for tests: a real one in a process of its own, and one that lies as it is told."""

import base64
import hashlib
import hmac
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

START_SECONDS_MAX = 30.0


@contextmanager
def real_provider() -> Iterator[str]:
    """`oidc-provider-mock`, which speaks the protocol as it is written; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    environment = os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"}
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address, until = f"http://127.0.0.1:{port}", time.monotonic() + START_SECONDS_MAX
        while not _answers(address):
            assert process.poll() is None, "the provider did not start"
            assert time.monotonic() < until, "the provider did not start in time"
            time.sleep(0.1)
        yield address
        process.terminate()


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/.well-known/openid-configuration").status_code == 200
    except httpx.HTTPError:
        return False


class Liar:
    """A provider of forty lines: says the truth of ann@example.com, unless `claims`, `said` and `signing` say else."""

    def __init__(self) -> None:
        self.key, self.kid = RSAKey.generate_key(2048, {"kid": "one"}), "one"
        self.claims: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {"sub": "7", "email": "ann@example.com", "email_verified": True}
        self.signing, self.answers = "RS256", {"/token": 200}
        self.asked: list[tuple[str, dict[str, str], str]] = []
        self.nonce = self.challenge = ""
        liar = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """Metadata, keys, and what else is known of a person."""
                self._answer(liar.get(self.path, str(self.headers.get("authorization", ""))))

            def do_POST(self) -> None:
                """A code for a token."""
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                said = {name: values[0] for name, values in form.items()}
                liar.asked.append((self.path, said, str(self.headers.get("authorization"))))
                self._answer(liar.token(said), liar.answers["/token"])

            def _answer(self, said: Any, status: int = 200) -> None:
                content = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status if said is not None else 404)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Nothing to say."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """It is away from then on."""
        self._server.shutdown()
        self._server.server_close()

    def authorize(self, location: str) -> str:
        """Somebody went there and said yes: the query with which they come back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        self.nonce, self.challenge = asked["nonce"], asked["code_challenge"]
        return f"code=c-1&state={asked['state']}"

    def get(self, path: str, authorization: str) -> Any:
        """What it publishes."""
        if path.endswith("/openid-configuration"):
            said = {"issuer": self.address, "authorization_endpoint": f"{self.address}/authorize"}
            said |= {"token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/jwks"}
            said["userinfo_endpoint"] = f"{self.address}/userinfo"
            return said | self.metadata
        if path == "/jwks":
            return {"keys": [self.key.as_dict(private=False)]}
        return self.userinfo if authorization == "Bearer access" else None

    def token(self, form: dict[str, str]) -> Any:
        """An ID token, for the verifier that belongs to the challenge."""
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if _base64(digest) != self.challenge or self.answers["/token"] != 200:
            return {"error": "invalid_grant" if self.answers["/token"] != 401 else "invalid_client"}
        now = int(time.time())
        claims = {"iss": self.address, "sub": "7", "aud": "lifeguard", "iat": now, "exp": now + 60, "nonce": self.nonce}
        claims |= {"email": "ann@example.com", "email_verified": True}
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        return {"access_token": "access", "token_type": "Bearer", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        head = {"alg": self.signing, "kid": self.kid}
        if self.signing == "RS256":
            return jwt.encode(head, claims, self.key)
        said = ".".join(_base64(json.dumps(part).encode()) for part in (head, claims))
        # With HS256 the public key is the secret: an old trick against whoever lets the token choose.
        public = self.key.as_pem(private=False)
        return f"{said}.{_base64(hmac.digest(public, said.encode(), 'sha256')) if self.signing == 'HS256' else ''}"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

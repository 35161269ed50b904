"""Health and metrics of a worker, on a port of its own."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from records.errors import Misconfigured
from stream import metrics


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """`/healthz` as JSON (503 while something is wrong), `/metrics` for Prometheus."""
        if self.path == "/healthz":
            document = metrics.health()
            self._answer(200 if document["ok"] else 503, "application/json", json.dumps(document).encode())
        elif self.path == "/metrics":
            self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
        else:
            self._answer(404, "text/plain", b"there are /healthz and /metrics\n")

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401
        """A look at the health is not worth a log line."""


def serve(port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """Serves in a thread; raises Misconfigured where the port is taken."""
    try:
        server = ThreadingHTTPServer((host, port), _Pages)
    except OSError as error:
        raise Misconfigured(
            f"port {port} of {host} for health and metrics is not free: set another, or stop what uses it"
        ) from error
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server

"""Pages about a process, such as its health, on a port of its own."""

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from records.errors import Misconfigured

Page = Callable[[], tuple[int, str, bytes]]
"""Status, content type and body of a page, as they are now."""


class _Pages(BaseHTTPRequestHandler):
    pages: Mapping[str, Page] = {}

    def do_GET(self) -> None:
        """The page of this path; another path is told which there are."""
        page = self.pages.get(self.path)
        self._answer(*(page() if page else (404, "text/plain", f"there are {' and '.join(self.pages)}\n".encode())))

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401
        """A look at the health is not worth a log line."""


def serve(port: int, pages: Mapping[str, Page], host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """Serves in a thread; raises Misconfigured where the port is taken."""
    try:
        server = ThreadingHTTPServer((host, port), type("Pages", (_Pages,), {"pages": pages}))
    except OSError as error:
        raise Misconfigured(
            f"port {port} of {host} for health and metrics is not free: set another, or stop what uses it"
        ) from error
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server

"""A server whose answers never end: a byte now and then, until whoever asked has gone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BYTES_MAX = 400
EVERY_SECONDS = 0.02
LENGTH = b"\0\0\1\0"
"""Also the beginning of contents: 256 bytes are to come."""


class Dripping(BaseHTTPRequestHandler):
    """Stops by itself after a while, so that a test without limits fails and does not hang."""

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        """Any answer."""
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.end_headers()
        tick = threading.Event()
        for number in range(BYTES_MAX):
            try:
                self.wfile.write(LENGTH[number % 4 :][:1])
            except OSError:
                return
            tick.wait(EVERY_SECONDS)

    do_POST = do_GET  # noqa: N815


@contextmanager
def site(handler: type[BaseHTTPRequestHandler] = Dripping) -> Iterator[str]:
    """The address of such a server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""The HTTP protocol of our server, with the limits that it lacks: on the head of a request, in bytes and in seconds.

Without them a sender could begin a header and never end it: the parser would keep every byte, on any number of
connections, for ever.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ingest.receiver.limits import CONNECTIONS_MAX, HEAD_BYTES_MAX, HEAD_SECONDS_MAX, REQUEST_BYTES_MAX
from ingest.receiver.problems import MEDIA_TYPE, problem_bytes


class BoundedProtocol(HttpToolsProtocol):
    """One connection, whose requests must begin soon and be of bounded size."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  what uvicorn gives
        super().__init__(*args, **kwargs)
        self._in_head = True
        self._bytes = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes the connection, if there are not too many."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX:
            transport.close()
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the deadline with the connection."""
        self._head_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parses, and ends what has become too large."""
        super().data_received(data)
        self._bytes += len(data)
        if self.parser is None or self.transport.is_closing():
            return
        if self._bytes > (HEAD_BYTES_MAX if self._in_head else REQUEST_BYTES_MAX):
            self._refuse()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """Its head is whole."""
        self._head_is_there()
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._head_is_there()
        self._in_head, self._bytes = True, 0
        self._deadline = self.loop.call_later(HEAD_SECONDS_MAX, self.transport.close)

    def _head_is_there(self) -> None:
        self._in_head = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self) -> None:
        body = problem_bytes("head")
        head = f"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: {MEDIA_TYPE}\r\n"
        self.transport.write(f"{head}content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode("ascii") + body)
        self.transport.close()

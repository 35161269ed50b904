"""Everything that the receiver limits, and the gate that keeps what it holds in memory bounded."""

from collections.abc import Iterator
from contextlib import contextmanager

from ingest.receiver.problems import Refusal

BODY_BYTES_MAX = 2_000_000
BODY_SECONDS_MAX = 15.0
HEAD_BYTES_MAX = 64 * 1024
HEAD_SECONDS_MAX = 10.0
REQUEST_BYTES_MAX = 8 * BODY_BYTES_MAX
CONNECTIONS_MAX = 1_000
IDLE_SECONDS_MAX = 30
IN_FLIGHT_POSTS_MAX = 1_000
IN_FLIGHT_BYTES_MAX = 64_000_000
RETRY_AFTER_SECONDS = 5
STOP_SECONDS_MAX = 20


class Gate:
    """Lets requests in while there is room for them; what is let in is counted until it is answered."""

    def __init__(self, posts_max: int = IN_FLIGHT_POSTS_MAX, bytes_max: int = IN_FLIGHT_BYTES_MAX) -> None:
        self.posts = 0
        self.bytes = 0
        self._posts_max = posts_max
        self._bytes_max = bytes_max

    @contextmanager
    def room_for(self, size_bytes: int) -> Iterator[None]:
        """Room for one request of at most so many bytes, or a 503 that says when to come back."""
        if self.posts >= self._posts_max or self.bytes + size_bytes > self._bytes_max:
            raise Refusal("busy")
        self.posts += 1
        self.bytes += size_bytes
        try:
            yield
        finally:
            self.posts -= 1
            self.bytes -= size_bytes

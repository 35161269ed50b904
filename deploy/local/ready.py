"""Is a server ready? Asked of the server itself, in its own protocol, until it says yes or the limit has passed."""

import http.client
import random
import socket
import struct
import time
from collections.abc import Callable

from deploy.local.trouble import Trouble

READY_SECONDS_MAX = 180.0
POLL_SECONDS = 0.05
ANSWER_SECONDS_MAX = 2.0
FREE_PORTS = (15_000, 32_000)
METADATA_KEY, METADATA_VERSION = 3, 4
ANSWER = struct.Struct(">iiii")  # the answer begins with size, request, throttle, count of brokers


def broker_ready(port: int) -> bool:
    """Does the broker list itself? One Metadata request, as clients begin with; a starting broker lists nobody."""
    client = b"lifeguard"
    header = struct.pack(">hhih", METADATA_KEY, METADATA_VERSION, 1, len(client)) + client
    request = header + struct.pack(">i?", 0, False)  # noqa: FBT003 - no topics, and create none
    try:
        with socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS_MAX) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.makefile("rb").read(ANSWER.size)
    except OSError:
        return False
    return len(answer) == ANSWER.size and ANSWER.unpack(answer)[3] > 0


def node_ready(port: int) -> bool:
    """Has the node elected itself, and recovered its indices so far that they can be read?"""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS_MAX)
    try:
        connection.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def port_open(port: int) -> bool:
    """Does anything on this machine listen there?"""
    with socket.socket() as probe:
        probe.settimeout(ANSWER_SECONDS_MAX)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def port_free(port: int) -> bool:
    """Could a server listen there? An outgoing connection of somebody else can hold a port, too."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return not port_open(port)


def free_port() -> int:
    """A port that is free now, from below the range out of which systems take the ports of outgoing connections."""
    while not port_free(port := random.randrange(*FREE_PORTS)):  # noqa: S311 - it only has to differ from others
        pass
    return port


def wait_until(ready: Callable[[], bool], alive: Callable[[], bool], seconds_max: float = READY_SECONDS_MAX) -> bool:
    """Poll; true when ready, false when whatever should become ready has died or the limit has passed."""
    until = time.monotonic() + seconds_max
    while time.monotonic() < until and alive():
        if ready():
            return True
        time.sleep(POLL_SECONDS)
    return False


def refuse_taken(port: int, whose: str, setting: str) -> None:
    """One sentence if something else already uses a port that we need."""
    if not port_free(port):
        raise Trouble(
            f"Port {port} of 127.0.0.1, which {whose} needs, is already in use by another program; "
            f"stop that program, or choose another port with {setting}."
        )

"""The receiver's process: one socket, one event loop, one publisher."""

import gc
import signal
import socket

import structlog
import uvicorn

from ingest.cursors import Cursors
from ingest.mapping import FieldMap
from ingest.posts import Reading
from ingest.publisher import Publisher
from ingest.receiver.app import create_app
from ingest.receiver.coverage import Counts
from ingest.receiver.keys import KeysInFile
from ingest.receiver.limits import CONNECTIONS_MAX, IDLE_SECONDS_MAX, STOP_SECONDS_MAX
from ingest.receiver.protocol import BoundedProtocol
from ingest.receiver.receiving import Receiver
from ingest.telling import source_name
from records.errors import Misconfigured
from records.settings import Settings

BACKLOG = 512


def serve(settings: Settings, mapping: FieldMap) -> None:
    """Receives until SIGTERM or SIGINT; what is in flight then is still answered."""
    keys = KeysInFile(settings.webhook_secrets_file)
    source = source_name(settings.webhook_source)
    publisher = Publisher(settings)
    receiver = Receiver(
        reading=Reading(source, mapping),
        keys=keys,
        tolerance_seconds=settings.webhook_tolerance_seconds,
        publisher=publisher,
        watch=Counts(source, publisher, Cursors(settings)),
    )
    listening = listen(settings.webhook_host, settings.webhook_port)
    host, port = listening.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    structlog.get_logger().info("receiving", address=f"{address}/v1/posts", source=source, secrets=len(keys))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # the server repeats the signal after it has stopped in order
    gc.freeze()  # what is loaded now stays; a search for garbage through all of it would hold up every sender
    try:
        uvicorn.Server(configuration(receiver)).run(sockets=[listening])
    finally:
        publisher.close()


def configuration(receiver: Receiver) -> uvicorn.Config:
    """How the server runs the application."""
    return uvicorn.Config(
        create_app(receiver),
        http=BoundedProtocol,
        ws="none",
        loop="uvloop",
        lifespan="on",
        access_log=False,
        server_header=False,
        log_config=None,
        limit_concurrency=CONNECTIONS_MAX + 1,
        timeout_keep_alive=IDLE_SECONDS_MAX,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
    )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises Misconfigured with a sentence where that is not possible."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Misconfigured(
            f"the receiver cannot listen on {host}:{port} ({error.strerror}): set LIFEGUARD_WEBHOOK_HOST or _PORT",
        ) from None

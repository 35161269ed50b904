"""The receiver's process: one socket, one event loop, one publisher."""

import gc
import signal

import structlog
import uvicorn

from ingest.cursors import Cursors
from ingest.erasures import PostPublisher
from ingest.mapping import FieldMap
from ingest.posts import Reading
from ingest.receiver.app import create_app
from ingest.receiver.coverage import Counts
from ingest.receiver.keys import KeysInFile
from ingest.receiver.limits import CONNECTIONS_MAX
from ingest.receiver.receiving import Receiver
from ingest.serving import address, configuration, listen
from ingest.telling import source_name
from records.settings import Settings


def serve(settings: Settings, mapping: FieldMap) -> None:
    """Receives until SIGTERM or SIGINT; what is in flight then is still answered."""
    keys = KeysInFile(settings.webhook_secrets_file)
    source = source_name(settings.webhook_source)
    publisher = PostPublisher(settings)
    receiver = Receiver(
        reading=Reading(source, mapping),
        keys=keys,
        tolerance_seconds=settings.webhook_tolerance_seconds,
        publisher=publisher,
        watch=Counts(source, publisher, Cursors(settings)),
    )
    listening = listen("receiver", settings.webhook_host, settings.webhook_port, "LIFEGUARD_WEBHOOK")
    told = f"{address(listening)}/v1/posts"
    structlog.get_logger().info("receiving", address=told, source=source, secrets=len(keys))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # the server repeats the signal after it has stopped in order
    gc.freeze()  # what is loaded now stays; a search for garbage through all of it would hold up every sender
    try:
        uvicorn.Server(served(receiver)).run(sockets=[listening])
    finally:
        publisher.close()


def served(receiver: Receiver) -> uvicorn.Config:
    """How the server runs the application."""
    return configuration(create_app(receiver), CONNECTIONS_MAX + 1, lifespan=True)

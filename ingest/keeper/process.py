"""The keeper's process: the loop in the main thread, HTTP and cosigning each in a thread of its own."""

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI

from ingest.keeper.app import create_app, refuse_weak_token
from ingest.keeper.broker import Broker
from ingest.keeper.cosigning import Cosigner
from ingest.keeper.erasing import Erasing
from ingest.keeper.gaps import Acceptances
from ingest.keeper.keeper import Keeper
from ingest.keeper.plaintext import Plaintext
from ingest.keeper.served import Served
from ingest.keeper.standing import Standing
from ingest.publisher import Publisher
from ingest.receiver.limits import STOP_SECONDS_MAX
from ingest.registry import Registry
from ingest.serving import address, configuration, listen
from ingest.witnesses import witness_lines
from records.ledger.store import Ledger
from records.settings import Settings


def keep(settings: Settings, stop: threading.Event, *, new_cluster: bool = False) -> None:
    """Keeps until told to stop; raises Misconfigured with a sentence."""
    threading.excepthook = _end
    folder = ledger_folder(settings)
    refuse_weak_token(settings.ledger_token_file)
    cosigner = Cosigner(witness_lines(settings))
    with closing(_listen(settings)) as listening:
        ledger = Ledger(folder, settings.ledger_name, settings.ledger_key_file)
        publisher, standing = Publisher(settings), Standing(ledger, cosigner)
        served = Served(folder)
        app = create_app(served, standing, Plaintext(served, publisher), settings.ledger_token_file)
        try:
            with _serving(app, listening):
                structlog.get_logger().info("keeping", address=address(listening), ledger=str(folder))
                cosigner.start(list(ledger))
                erasing = Erasing(ledger, publisher, Registry(settings), standing)
                keeper = Keeper(Broker(settings), ledger, Acceptances(settings), erasing, cosigner, standing)
                keeper.run(settings.checkpoint_seconds, stop, new_cluster=new_cluster)
        finally:
            cosigner.close()
            publisher.close()
            ledger.close()


def ledger_folder(settings: Settings) -> Path:
    """Where the ledger lies."""
    return settings.ledger_dir or settings.data_dir / "ledger"


def _end(failed: threading.ExceptHookArgs) -> None:
    """What nobody foresaw ends the process, in whichever thread; its supervisor starts it again."""
    threading.__excepthook__(failed)
    sys.stderr.flush()
    os._exit(1)


@contextmanager
def _serving(app: FastAPI, listening: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(configuration(app))

    def serve() -> None:
        server.run(sockets=[listening])
        if not server.should_exit:
            raise AssertionError("the server ended, and a keeper that nobody can read is no keeper")

    thread = threading.Thread(target=serve, name="http", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS_MAX + 1)


def _listen(settings: Settings) -> socket.socket:
    return listen("keeper", settings.keeper_host, settings.keeper_port, "LIFEGUARD_KEEPER")

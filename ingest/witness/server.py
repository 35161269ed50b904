"""The witness' process: one folder with its lock, one socket, one event loop; and the line that names it to others."""

import ipaddress
import signal

import structlog
import uvicorn

from ingest.serving import address, configuration, listen, url_of
from ingest.witness.app import create_app
from ingest.witness.folder import Folder
from ingest.witness.trust import Trusted
from ingest.witness.witness import Witness
from records.errors import Misconfigured
from records.settings import Settings


def serve(settings: Settings) -> None:
    """Cosigns until SIGTERM or SIGINT; what is in flight then is still answered."""
    folder = folder_of(settings)
    folder.lock()
    try:
        trusted = Trusted(settings.witness_ledger_file, folder)
        for _ in folder.notes():
            pass  # what cannot be believed is said now, and not when its log comes again
        witness = Witness(folder, trusted, settings.witness_operator)
        witness.waits_for_ledger()
        listening = listen("witness", settings.witness_host, settings.witness_port, "LIFEGUARD_WITNESS")
        structlog.get_logger().info("witnessing", address=address(listening), logs=len(folder), key=witness.vkey)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)  # the server repeats the signal after it has stopped in order
        uvicorn.Server(configuration(create_app(witness))).run(sockets=[listening])
    finally:
        folder.close()


def folder_of(settings: Settings) -> Folder:
    """The folder of this witness."""
    return Folder(settings.witness_dir or settings.data_dir / "witness", settings.witness_name)


def witness_line(settings: Settings, url: str | None) -> str:
    """The line for LIFEGUARD_WITNESSES_FILE; makes the key if there is none yet."""
    folder = folder_of(settings)
    if not (folder.path / "key").exists():
        folder.lock()
    try:
        return f"{folder.verifier.vkey} {url or _own_address(settings)}"
    finally:
        folder.close()


def _own_address(settings: Settings) -> str:
    host = settings.witness_host
    try:
        anywhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        anywhere = False
    if anywhere or not settings.witness_port:
        raise Misconfigured("say under which address others reach this witness: --url http://HOST:PORT")
    return url_of(host, settings.witness_port)

"""The console's process: one socket, one event loop, one thread that reads what people set up."""

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from types import FrameType

import structlog
import uvicorn
import uvloop

from console.staff.accounts import Accounts
from console.web.address import is_overheard, public_url
from console.web.alert_memory import AlertMemory
from console.web.alerting import Alerting
from console.web.app import create_app
from console.web.desk import Desk
from console.web.exports import sweep
from console.web.oidc import PATH_BACK
from console.web.provider import Provider
from console.web.sessions import Sessions
from console.web.set_up import SetUp
from console.web.telling import Telling
from ingest.letters import LetterBox
from ingest.publisher import Publisher
from ingest.serving import address, configuration, listen
from ingest.sources.configured import abilities
from moderation.policy import load_policy
from records.logs import log_to_stderr
from records.settings import Settings
from search.client import Search

CONNECTIONS_MAX = 512
STOP_SECONDS_MAX = 5


def main(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT; what is in flight then is still answered."""
    log_to_stderr(settings, "console")
    threading.excepthook = _end
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # the server repeats the signal after it has stopped in order
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    listening = listen("console", settings.console_host, settings.console_port, "LIFEGUARD_CONSOLE")
    if not settings.console_port:
        settings = settings.model_copy(update={"console_port": listening.getsockname()[1]})
    url = public_url(settings)
    sweep(settings)
    set_up, publisher = SetUp(settings), Publisher(settings)
    async with Search(settings) as search:
        policy = load_policy(settings.policy_file)
        provider = Provider(settings, f"{url}{PATH_BACK}") if settings.oidc_issuer else None
        accounts, sessions = Accounts(settings), Sessions(settings)
        desk = Desk(settings, search, publisher, set_up, policy, accounts, sessions, provider)
        desk.abilities, desk.letters = abilities(settings), LetterBox(settings, publisher)
        alerts = desk.alerts = AlertMemory(settings)
        structlog.get_logger().info("serving", address=address(listening), public=url)
        if is_overheard(settings):
            structlog.get_logger().warning("passphrases go over the network as they are: put TLS before the console")
        set_up.start()
        server = _Server(configuration(create_app(desk), CONNECTIONS_MAX, proxies=settings.console_proxies), desk)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(Alerting(desk, alerts).run())
                tasks.create_task(Telling(desk, alerts).run())
                await server.serve(sockets=[listening])
                desk.stopping.set()
        finally:
            desk.close()
            set_up.close()
            publisher.close()


def _load(desk: Desk) -> None:
    """So that nobody's first search waits for it."""
    begun = time.monotonic()
    digest = desk.model().model_digest
    structlog.get_logger().info("model loaded", digest=digest, seconds=round(time.monotonic() - begun, 1))


def _end(failed: threading.ExceptHookArgs) -> None:
    """A console that does not learn of roles any more ends; its supervisor starts it again."""
    threading.__excepthook__(failed)
    sys.stderr.flush()
    os._exit(1)


class _Server(uvicorn.Server):
    """Loads our model once it serves; tells those who stream without an end that it is time to end."""

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        config.timeout_graceful_shutdown = STOP_SECONDS_MAX
        super().__init__(config)
        self._desk, self._loop = desk, asyncio.get_running_loop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As the server does. A model of others may need more memory than we have: who asks for it first loads it."""
        await super().startup(sockets)
        if self._desk.settings.scorer == "onnx":
            threading.Thread(target=_load, args=(self._desk,), name="model").start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """As the server does."""
        super().handle_exit(sig, frame)
        self._loop.call_soon_threadsafe(self._desk.stopping.set)

"""`make run`: jars, servers, topics, indices, processes, sample, and then the watch, in this order."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from deploy.local import disk, programs, screen, startup_cache
from deploy.local.ledger_files import ledger_environment
from deploy.local.lock import only_run
from deploy.local.process import Process
from deploy.local.servers import Servers
from deploy.local.supervisor import WATCH_SECONDS, Supervisor
from deploy.local.trouble import Trouble
from deploy.local.webhook_secret import secrets_file
from records.logs import log_to_stderr
from records.settings import Settings

STEP_SECONDS_MAX = 120.0

log = structlog.get_logger()


def everything(settings: Settings, data: Path) -> None:
    """Set up and start everything, feed the sample, and stay until Ctrl-C or SIGTERM."""
    began = time.monotonic()
    with supervised(settings, data) as (supervisor, servers, stop):
        settings = programs.with_ports(settings)
        secret = settings.webhook_secrets_file or secrets_file(data)
        environment = environment_of(servers, data, secret) | ledger_environment(settings, data)
        workers = programs.workers(settings, data, environment)
        supervisor.start(servers.programs())
        set_up(data, environment, stop)
        if not stop.is_set():
            supervisor.start([worker for worker in workers if worker.name != programs.VERIFY[0]])
            feed(supervisor, environment, stop)
        if not stop.is_set():
            supervisor.start([worker for worker in workers if worker.name == programs.VERIFY[0]])
        if not stop.is_set():
            screen.console.print(screen.what_runs(supervisor.programs))
            screen.console.print(screen.what_to_try(secret, settings.console_port), highlight=False)
            log.info("up", seconds=round(time.monotonic() - began, 1))
        with startup_cache_in_background(data):
            supervisor.watch()


def servers_only(settings: Settings, data: Path) -> None:
    """Start the broker and the node, and stay until SIGTERM."""
    with supervised(settings, data) as (supervisor, servers, _):
        supervisor.start(servers.programs())
        supervisor.watch()


@contextmanager
def supervised(settings: Settings, data: Path) -> Iterator[tuple[Supervisor, Servers, threading.Event]]:
    """A supervisor with prepared servers, alone on its data folder; whatever happens inside, everything is stopped."""
    log_to_stderr(settings, "supervisor")
    disk.refuse_full(data)
    with only_run(data):
        servers = Servers(data, broker_port=broker_port(settings), node_port=node_port(settings))
        with screen.DownloadBar() as bar:
            servers.prepare(bar)
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        supervisor = Supervisor(data, stop)
        try:
            yield supervisor, servers, stop
        finally:
            supervisor.stop_all()
            log.info("stopped")


@contextmanager
def startup_cache_in_background(data: Path) -> Iterator[None]:
    """The first time on a machine: record Java's start-up cache, so that the next start takes half the time."""
    if not startup_cache.missing():
        yield
        return
    recording = Process(programs.module("startup-cache", ["deploy.local.startup_cache"], {}), data)
    recording.start()
    try:
        yield
    finally:
        recording.kill()


def broker_port(settings: Settings) -> int:
    """The port of the local broker, out of the setting that clients read."""
    return _local_port(settings.kafka_bootstrap, "LIFEGUARD_KAFKA_BOOTSTRAP", "127.0.0.1:9092")


def node_port(settings: Settings) -> int:
    """The port of the local node, out of the setting that clients read."""
    return _local_port(
        settings.elasticsearch_url.removeprefix("http://"), "LIFEGUARD_ELASTICSEARCH_URL", "http://127.0.0.1:9200"
    )


def _local_port(address: str, setting: str, example: str) -> int:
    host, _, port = address.rstrip("/").partition(":")
    if host not in ("127.0.0.1", "localhost") or not port.isdecimal():
        raise Trouble(
            f"{setting} names {address}, but this command starts servers of its own on this machine; "
            f"unset it, or set it to something like {example}."
        )
    return int(port)


def environment_of(servers: Servers, data: Path, secret: Path) -> dict[str, str]:
    """What the children are told beyond our own environment."""
    return {
        "LIFEGUARD_KAFKA_BOOTSTRAP": servers.kafka_bootstrap,
        "LIFEGUARD_ELASTICSEARCH_URL": servers.elasticsearch_url,
        "LIFEGUARD_DATA_DIR": str(data),
        "LIFEGUARD_WEBHOOK_SECRETS_FILE": str(secret),
        "PYTHONUNBUFFERED": "1",
    }


def set_up(data: Path, environment: dict[str, str], stop: threading.Event) -> None:
    """Make what topics and indices are missing; both steps at once, each with its own log."""
    steps = [Process(programs.module(name, words, environment), data) for name, words in programs.SETUP]
    for step in steps:
        step.start()
    until = time.monotonic() + STEP_SECONDS_MAX
    while any(step.alive for step in steps) and time.monotonic() < until and not stop.wait(WATCH_SECONDS / 4):
        pass
    for step in steps:
        step.stop()
        if step.exit_code and not stop.is_set():
            raise Trouble(f"The step {step.command.name} failed; read {step.log_file}, which ends: {step.last_words()}")


def feed(supervisor: Supervisor, environment: dict[str, str], stop: threading.Event) -> None:
    """Feed the bundled sample through the real way in; a second time its cursor makes it a matter of a moment."""
    command = programs.module("sample", programs.FEED, environment)
    with subprocess.Popen(command.words, env=os.environ | command.environment, cwd=command.folder) as child:
        while child.poll() is None and not stop.wait(WATCH_SECONDS / 4):
            supervisor.look()
        if child.poll() is None:
            child.terminate()
    if child.returncode and not stop.is_set():
        log.warning("the sample was not fed completely", exit_code=child.returncode)

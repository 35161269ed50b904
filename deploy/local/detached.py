"""`make up` and `make down`: the two servers in the background, under a supervisor of their own."""

import subprocess
import sys
import time
from pathlib import Path

import psutil

from deploy.local import ready
from deploy.local.lock import owner
from deploy.local.logs import rotate
from deploy.local.programs import ROOT
from deploy.local.run import broker_port, node_port
from deploy.local.screen import console
from deploy.local.trouble import Trouble
from records.settings import Settings

UP_SECONDS_MAX = 300.0  # the first time, the jars are downloaded
DOWN_SECONDS_MAX = 60.0


def up(settings: Settings, data: Path) -> None:
    """Start the supervisor of the servers, and come back when both answer."""
    if running := owner(data):
        raise Trouble(f"Lifeguard already runs with the data in {data} (process {running}); `make down` stops it.")
    log_file = data / "logs" / "up.log"
    log_file.parent.mkdir(parents=True, exist_ok=True)
    rotate(log_file)
    words = [sys.executable, "-m", "deploy.local", "serve", "--data", str(data)]
    began = log_file.stat().st_size if log_file.exists() else 0
    with log_file.open("ab") as log:
        child = subprocess.Popen(  # it outlives us on purpose
            words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT, start_new_session=True
        )
    broker, node = broker_port(settings), node_port(settings)
    both = ready.wait_until(
        lambda: ready.broker_ready(broker) and ready.node_ready(node), lambda: child.poll() is None, UP_SECONDS_MAX
    )
    if not both:
        said = log_file.read_text(encoding="utf-8", errors="replace")[began:].strip().splitlines()
        raise Trouble(said[-1] if said else f"The servers did not start; read {log_file}.")
    console.print(
        f"broker  127.0.0.1:{broker}\nnode    http://127.0.0.1:{node}\nlogs    {log_file.parent}", highlight=False
    )


def down(_settings: Settings, data: Path) -> None:
    """Stop whatever run uses this data folder, and come back when it is gone."""
    running = owner(data)
    if running is None:
        console.print(f"Nothing runs with the data in {data}.")
        return
    began = time.monotonic()
    process = psutil.Process(running)
    process.terminate()
    try:
        process.wait(DOWN_SECONDS_MAX)
    except psutil.TimeoutExpired:
        raise Trouble(f"Process {running} has not stopped within {DOWN_SECONDS_MAX:.0f} s; kill it by hand.") from None
    console.print(f"Stopped after {time.monotonic() - began:.1f} s.")

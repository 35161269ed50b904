"""Everything of `make run` with the bundled sample, in a folder that goes away, and a browser before its console."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from deploy.local import programs
from deploy.local.ledger_files import ledger_environment
from deploy.local.servers import Servers
from ingest.publisher import Publisher
from records.settings import Settings
from tests.live.browser import chromium
from tests.live.consoles import Console
from tests.live.pipeline import Pipeline
from tests.live.staffed import staff

PEOPLE = (
    ("alex", "reviewer"),
    ("kim", "reviewer"),
    ("sam", "supervisor"),
    ("cora", "compliance"),
    ("exa", "examiner"),
    ("root", "administrator"),
)
UNREAD = ("pat", "reviewer")
"""Who has not read the policy yet."""
NAMES = ("webhook", "judge", "fold", "enforce", "keep", "witness", "retain", "console")
VERIFY = programs.VERIFY[0]
UNDO_SECONDS = "1"
"""What was decided is with its site, or with people to be done by hand, when the pictures are taken."""


@contextmanager
def world() -> Iterator[Console]:
    """With the real model, one person of each role and one more, and the sample judged and searchable."""
    with (
        tempfile.TemporaryDirectory(prefix="lifeguard-pictures-") as folder,
        Servers(Path(folder, "servers")) as servers,
    ):
        settings = _settings(servers, Path(folder, "data"))
        settings.data_dir.mkdir()
        environment = _environment(settings)
        with chromium() as browser, Pipeline(settings, environment, scorer="onnx", names=NAMES) as pipeline:
            staff(settings, *PEOPLE)
            staff(settings, UNREAD, attested=False)
            subprocess.run([sys.executable, "-m", *programs.FEED], env=pipeline.environment, check=True)
            verify = programs.workers(settings, settings.data_dir, pipeline.environment, (VERIFY,))
            pipeline.supervisor.start(verify)
            pipeline.settle()
            with closing(Publisher(settings)) as publisher:
                yield Console(settings, pipeline, browser, publisher)


def _settings(servers: Servers, data: Path) -> Settings:
    ports = {setting: 0 for _, _, setting in (*programs.WORKERS, programs.WITNESS, programs.POLLER, programs.VERIFY)}
    addresses = {"kafka_bootstrap": servers.kafka_bootstrap, "elasticsearch_url": servers.elasticsearch_url}
    return programs.with_ports(Settings.model_validate({"data_dir": data, **addresses, **ports}))


def _environment(settings: Settings) -> dict[str, str]:
    """Of every process; nothing of the machine's own settings is among it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LIFEGUARD_")}
    chosen = settings.model_dump(mode="json", exclude_defaults=True)
    told = {f"LIFEGUARD_{name.upper()}": str(value) for name, value in chosen.items()}
    return own | told | ledger_environment(settings, settings.data_dir) | {"LIFEGUARD_UNDO_SECONDS": UNDO_SECONDS}

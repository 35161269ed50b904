"""A whole Lifeguard with a ledger and two witnesses, for live tests of what can be proved."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.verifying.outcome import Outcome
from console.verifying.pace import Unhurried
from console.verifying.where import Where, statements
from console.verifying.whole import Asked, Verification
from deploy.local.ready import free_port
from ingest.witness.server import witness_line
from records.settings import Settings
from tests.live.kept import KeeperProcess, keeping
from tests.live.pipeline import Pipeline, wait_for


@dataclass
class Proved:
    """Everything runs; `settings` are those of whoever verifies."""

    pipeline: Pipeline
    keeper: KeeperProcess
    settings: Settings

    @property
    def folder(self) -> Path:
        """The ledger's."""
        return self.keeper.folder

    def settle(self) -> None:
        """Waits until everything is folded, kept, and cosigned by both witnesses."""
        self.pipeline.settle()
        self.keeper.settle()
        wait_for(self._cosigned, f"not everything is cosigned: {self.keeper.log()[-3000:]}")

    def _cosigned(self) -> bool:
        sizes = {log["origin"]: log["size"] for log in self.keeper.ask("/logs") or [] if log["size"]}
        return bool(sizes) and all(
            {origin: size for origin, size in _sizes(statement.notes).items() if size} == sizes
            for statement in statements(self.settings)
        )

    def verify(self, folder: Path | None = None, *, index: bool = True, parallel: bool = False) -> Outcome:
        """Over the keeper's HTTP, or of a folder."""
        where = Where(self.settings, folder, "ann", "a-test")
        verification = Verification(where, Asked(index=index, parallel=parallel), Unhurried())
        return asyncio.run(verification.run(statements(self.settings)))

    def environment(self) -> dict[str, str]:
        """The settings for a child process."""
        told = self.settings.model_dump(mode="json", exclude_defaults=True)
        return os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in told.items()}


def _sizes(notes: Sequence[bytes]) -> dict[str, int]:
    return {lines[0].decode(): int(lines[1]) for lines in (note.split(b"\n", 2) for note in notes)}


@contextmanager
def proved(
    settings: Settings,
    environment: dict[str, str],
    names: tuple[str, ...] = ("judge", "fold"),
    scorer: str = "constant",
) -> Iterator[Proved]:
    """All of it, inside the block; `names` are the workers of its pipeline."""
    data = settings.data_dir
    data.mkdir(parents=True, exist_ok=True)
    own = [_witness_settings(settings, name) for name in ("one", "other")]
    lines = [witness_line(one, f"http://127.0.0.1:{one.witness_port}") for one in own]
    (data / "witnesses").write_text("".join(f"{line}\n" for line in lines))
    with ExitStack() as stack:
        for one in own:
            stack.enter_context(process(one, "ingest", "witness"))
        pipeline = stack.enter_context(Pipeline(settings, environment, names=names, scorer=scorer))
        keeper = stack.enter_context(keeping(settings, witnesses_file=data / "witnesses"))
        known = keeper.settings.model_dump(exclude_defaults=True)
        known |= {"witness_ledger_file": keeper.folder / "ledger.pub", "verify_port": free_port()}
        yield Proved(pipeline, keeper, Settings(**known))


def _witness_settings(settings: Settings, name: str) -> Settings:
    own: dict[str, Any] = {
        "witness_name": f"{name}.test",
        "witness_dir": settings.data_dir / name,
        "witness_port": free_port(),
        "witness_ledger_file": settings.data_dir / "ledger" / "ledger.pub",
    }
    return Settings(**settings.model_dump(exclude_defaults=True) | own)


@contextmanager
def process(settings: Settings, *words: str) -> Iterator[None]:
    """`python -m WORDS` inside the block, with a log file of its own in the data folder."""
    told = settings.model_dump(mode="json", exclude_defaults=True)
    environment = os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in told.items()}
    with (settings.data_dir / f"{words[-1]}-{settings.witness_name}.log").open("ab") as log:
        child = subprocess.Popen([sys.executable, "-m", *words], env=environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            child.terminate()
            child.wait(30)

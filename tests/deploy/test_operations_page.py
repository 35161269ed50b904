"""The page of operations names nothing that is not there."""

import re
from pathlib import Path

from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

import console.retaining.standing
import console.verifying.standing
import ingest.enforcing.standing
import stream.metrics
from ingest.keeper.cosigning import Cosigner
from ingest.keeper.standing import Standing
from ingest.witness.folder import Folder
from ingest.witness.metrics import Metrics
from ingest.witness.trust import Trusted
from ingest.witness.witness import Witness
from records.ledger.store import Ledger
from records.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
PAGE = (DEPLOY / "README.md").read_text(encoding="utf-8")


def test_every_variable_is_a_setting() -> None:
    """Which SETTINGS.md explains."""
    assert {name.lower() for name in re.findall(r"LIFEGUARD_([A-Z_]+[A-Z])", PAGE)} <= set(Settings.model_fields)


def test_every_alarm_stands_on_a_metric_that_a_process_shows(tmp_path: Path) -> None:
    """By the name under which Prometheus finds it."""
    assert stream.metrics
    assert console.verifying.standing
    assert console.retaining.standing
    assert ingest.enforcing.standing
    folder, ledger = Folder(tmp_path / "witness", "w"), Ledger(tmp_path / "ledger", "ledger.example")
    witness = Witness(folder, Trusted(ledger.folder / "ledger.pub", folder), "")
    keeper = Standing(ledger, Cosigner(())).metrics().decode()
    families = [*REGISTRY.collect(), *Metrics(witness).registry.collect(), *text_string_to_metric_families(keeper)]
    shown = {name for family in families for name in (family.name, f"{family.name}_total")}
    ledger.close()
    named = set(re.findall(r"`(lifeguard_[a-z_]+)`", PAGE))
    assert named
    assert named <= shown


def test_every_file_that_it_names_is_there() -> None:
    """Relative to the root, or to the page itself."""
    for name in [*re.findall(r"\]\(([\w./]+)\)", PAGE), *re.findall(r"deploy/([\w./-]+\w)", PAGE)]:
        assert (DEPLOY / name).exists() or name in (".env", "systemd/"), name

"""The page of operations names nothing that is not there."""

import re
from pathlib import Path

from prometheus_client import REGISTRY

import stream.metrics
from records.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
PAGE = (DEPLOY / "README.md").read_text(encoding="utf-8")


def test_every_variable_is_a_setting() -> None:
    """Which SETTINGS.md explains."""
    assert {name.lower() for name in re.findall(r"LIFEGUARD_([A-Z_]+[A-Z])", PAGE)} <= set(Settings.model_fields)


def test_every_alarm_stands_on_a_metric_that_a_worker_shows() -> None:
    """By the name under which Prometheus finds it."""
    assert stream.metrics
    shown = {name for family in REGISTRY.collect() for name in (family.name, f"{family.name}_total")}
    named = set(re.findall(r"`(lifeguard_[a-z_]+)`", PAGE))
    assert named
    assert named <= shown


def test_every_file_that_it_names_is_there() -> None:
    """Relative to the root, or to the page itself."""
    for name in [*re.findall(r"\]\(([\w./]+)\)", PAGE), *re.findall(r"deploy/([\w./-]+\w)", PAGE)]:
        assert (DEPLOY / name).exists() or name in (".env", "systemd/"), name

"""`lifeguard settings` and the page of settings."""

from pathlib import Path

from typer.testing import CliRunner

from console.commands import lifeguard
from console.commands.settings import markdown
from records.settings import Settings

PAGE = Path(__file__).parents[2] / "deploy" / "SETTINGS.md"


def test_the_page_of_settings_is_the_settings() -> None:
    """What an operator reads is what the processes read."""
    assert PAGE.read_text(encoding="utf-8") == markdown()


def test_every_setting_is_shown_with_its_meaning() -> None:
    """No setting without a sentence."""
    shown = CliRunner().invoke(lifeguard(), ["settings"], terminal_width=200).output
    for name, field in Settings.model_fields.items():
        assert f"LIFEGUARD_{name.upper()}" in shown
        assert field.description

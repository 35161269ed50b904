"""What sources declare is what the README says of them."""

from pathlib import Path

from typer.testing import CliRunner

from ingest.commands import app
from ingest.sources import table

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_says_what_each_source_can_do() -> None:
    """The table is the declarations, word for word."""
    assert table() in README.read_text(encoding="utf-8")


def test_the_table_can_be_printed() -> None:
    """Whoever adds a source pastes what `python -m ingest sources` prints."""
    assert CliRunner().invoke(app, ["sources"]).output.strip() == table()

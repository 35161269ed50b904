"""What sources declare is what the README says of them."""

from pathlib import Path

from ingest.sources import SOURCES

README = Path(__file__).parents[2] / "README.md"
ABILITIES = ("history", "edits", "removals", "reactions", "orders")


def table() -> str:
    """The table of sources, from their declarations."""
    rows = [
        f"| `{kind.name}` | {kind.purpose} | "
        + " | ".join("yes" if getattr(kind, ability) else "no" for ability in ABILITIES)
        + " |"
        for kind in SOURCES
    ]
    return "\n".join([f"| source | what it is | {' | '.join(ABILITIES)} |", f"|{'---|' * 7}", *rows])


def test_the_readme_says_what_each_source_can_do() -> None:
    """The table is the declarations, word for word."""
    assert table() in README.read_text(encoding="utf-8")

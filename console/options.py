"""Options that several commands have, with the same name and the same words; `console/filters.py` has the filters."""

from pathlib import Path
from typing import Annotated

import typer

REASON_CHARS_MIN = 10
"""Of what a person says for whoever looks later."""

Several = list[str] | None
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")]
ToZip = Annotated[Path, typer.Option("--to", metavar="FILE", help="The ZIP file to make; it must not be there yet.")]

"""The published JSON Schema of a dossier, of which a copy lies in `schema.json` beside this file."""

import json
from pathlib import Path

from console.dossier.values import Dossier

FILE = Path(__file__).with_name("schema.json")


def schema() -> str:
    """As `why --json` prints a dossier that was found, in JSON Schema 2020-12."""
    made = Dossier.model_json_schema(mode="serialization")
    told = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Lifeguard dossier v1"}
    return json.dumps({**made, **told}, indent=1, sort_keys=True) + "\n"

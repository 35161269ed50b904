"""The filters of a search as a record keeps them: JSON by the names of `Wanted`, and back."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from records.codec import explain
from records.errors import Malformed
from search.queries import Wanted

_WANTED: TypeAdapter[Wanted] = TypeAdapter(Wanted)


def said(wanted: Wanted, names: Collection[str]) -> dict[str, Any]:
    """Those of these filters that are set."""
    found = {name: value for name in names if (value := getattr(wanted, name)) not in ("", (), None)}
    found = {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found.items()}


def read(query: Mapping[str, Any], names: Collection[str], whose: str) -> Wanted:
    """What they ask for; raises Malformed for one that is none of these, or that cannot be read; `whose` says whose."""
    unknown = sorted(query.keys() - set(names))
    if unknown:
        raise Malformed(f"the query of {whose} has {', '.join(unknown)}, which this release does not know: upgrade")
    try:
        return _WANTED.validate_json(json.dumps(dict(query)), strict=True)
    except ValidationError as error:
        raise Malformed(f"the query of {whose} cannot be read: {explain(error)}") from None

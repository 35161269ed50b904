"""What the API describes is what it does: generated requests get only answers that its OpenAPI promises."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis

from records.settings import Settings
from tests.console.api.asking import ask_everything
from tests.console.api.world import World

EXAMPLES = 15
KNOWN = {"post_id": "forum:1", "queue": "flagged"}


@pytest.mark.timeout(120)
def test_what_it_describes_is_what_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No 5xx, and no answer of another shape."""
    world = World(Settings(data_dir=tmp_path, console_url="http://testserver"))

    async def improper(_: Any, __: str) -> list[str]:
        return []

    monkeypatch.setattr(type(world.scene.desk), "improper", improper)
    token = world.token("read", "decide", "set_up", role="supervisor")
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", world.scene.app)
    schema = schema.exclude(operation_id="read_dossier")  # it asks the servers themselves
    found = ask_everything(schema, EXAMPLES, token, KNOWN, lambda case: case.call())
    assert {200, 204, 404, 409, 422} <= set().union(*found.values())

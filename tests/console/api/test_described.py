"""What the API describes is what it does: generated requests get only answers that its OpenAPI promises."""

from pathlib import Path
from typing import Any, BinaryIO

import pytest
import schemathesis

from console.api.app import create_api
from console.api.operations import OPERATIONS
from console.staff.integrations import SCOPES
from console.verifying.one_post import Verified
from console.web import exports, verifying
from console.web.latest import Latest
from records.settings import Settings
from tests.console.api.asking import ask_everything
from tests.console.api.world import World
from tests.console.web.test_lettering import Box, letter
from tests.console.web.test_pipeline import seen

EXAMPLES = 10
KNOWN = {"post_id": "forum:1", "queue": "flagged", "at": "2-17"}
WRITES = {one.name for one in OPERATIONS if one.writes}


@pytest.mark.timeout(120)
def test_what_it_describes_is_what_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No 5xx, and no answer of another shape; what was done is not done again under the same key."""
    world = World(Settings(data_dir=tmp_path, console_url="http://testserver"))
    box = world.scene.desk.letters = Box(letter())
    _stand_in(world, monkeypatch)
    token = world.token(*SCOPES, role="supervisor")

    def call(case: Any) -> Any:
        answer, published = case.call(), (world.published, len(box.published))
        if case.operation.definition.raw["operationId"] in WRITES and answer.status_code < 300:
            assert case.call().status_code < 300
            assert (world.published, len(box.published)) == published
        return answer

    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", world.scene.app)
    schema = schema.exclude(operation_id="read_dossier")  # it asks the servers themselves
    found = ask_everything(schema, EXAMPLES, token, KNOWN, call)
    assert {200, 204, 404, 409, 422} <= set().union(*found.values())


def test_what_is_no_json_is_described_as_a_file(world: World) -> None:
    """And only what changes something asks for a key."""
    paths = create_api(world.scene.desk).openapi()["paths"]
    export, content = paths["/exports"]["post"], paths["/dead-letters/{at}/bytes"]["get"]
    for one, media_type in ((export, "application/zip"), (content, "application/octet-stream")):
        assert one["responses"]["200"]["content"] == {media_type: {"schema": {"type": "string", "format": "binary"}}}
    assert {"403", "413", "415", "422", "503"} <= export["responses"].keys()
    keyed = {
        one["operationId"]
        for methods in paths.values()
        for one in methods.values()
        if "Idempotency-Key" in [parameter["name"] for parameter in one.get("parameters", ())]
    }
    assert keyed == WRITES


def test_each_shape_has_a_name_of_its_own(world: World) -> None:
    """And none that says where it stands in our code."""
    assert [name for name in create_api(world.scene.desk).openapi()["components"]["schemas"] if "__" in name] == []


def _stand_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the judge of replies, the ledger, and what `status` asks."""

    async def improper(_: Any, __: str) -> list[str]:
        return []

    async def verified(*_: Any) -> Verified:
        return Verified()

    async def look(*_: Any) -> dict[str, Any]:
        return seen()

    def made(*_: Any) -> BinaryIO:
        return Path(__file__).open("rb")

    monkeypatch.setattr(type(world.scene.desk), "improper", improper)
    monkeypatch.setattr(verifying, "_verified", verified)
    monkeypatch.setattr(exports, "_made", made)
    world.scene.desk.pipeline = Latest(look)

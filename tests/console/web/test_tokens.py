"""The page of integrations: an administrator makes a token, sees it once, and takes it away."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from records.registry import Integration
from records.settings import Settings
from tests.console.api.world import Client, World
from tests.console.web.desks import Browser

TOKEN = re.compile(r"<code>(lgt_[A-Za-z0-9_-]{43})</code>")
MADE = {"name": "desk-tool", "authority": "ann", "scope": "read", "days": "30"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """With Ann, a moderator."""
    found = World(Settings(data_dir=tmp_path))
    found.scene.grant("ann", "reviewer")
    yield found
    found.scene.desk.close()


@pytest.fixture
def root(world: World) -> Browser:
    """An administrator."""
    return world.scene.signed_in("root", "administrator")


async def test_a_token_is_shown_once_and_opens_what_was_said(world: World, root: Browser) -> None:
    """The record says what it may do, and not the token."""
    assert "There is none." in (await root.get("/tokens")).text
    answer = await root.submit("/tokens/add", **MADE)
    assert answer.status_code == 200, answer.text
    [token] = TOKEN.findall(answer.text)
    page = (await root.get("/tokens")).text
    assert "desk-tool" in page
    assert token not in page
    told = (await Client(world, token).get("/me")).json()
    assert (told["integration"], told["authority"], told["scopes"]) == ("desk-tool", "ann", ["read"])
    entry = world.scene.broker.set_up[-1].said
    assert isinstance(entry, Integration)
    assert (entry.staff_id, entry.authority, entry.scopes, entry.version) == ("root", "ann", ("read",), 1)
    assert token not in entry.model_dump_json()
    assert "never" not in (await root.get("/tokens")).text


async def test_an_integration_that_was_removed_may_do_nothing(world: World, root: Browser) -> None:
    """At its next request; the name is free again."""
    [token] = TOKEN.findall((await root.submit("/tokens/add", **MADE)).text)
    again = await root.submit("/tokens/add", **MADE)
    assert again.status_code == 403
    assert "there is an integration desk-tool already" in again.text
    answer = await root.submit("/tokens/remove", name="desk-tool")
    assert (answer.status_code, answer.headers["location"]) == (303, "/tokens")
    assert (await Client(world, token).get("/me")).status_code == 401
    assert (await root.submit("/tokens/remove", name="desk-tool")).status_code == 404
    assert TOKEN.findall((await root.submit("/tokens/add", **MADE)).text) != [token]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": "Desk Tool"}, 400),
        ({"authority": ""}, 400),
        ({"authority": "nobody"}, 403),
        ({"scope": "everything"}, 400),
        ({"days": "366"}, 400),
        ({"days": "-1"}, 400),
        ({"days": "9" * 99}, 400),
    ],
)
async def test_what_cannot_be_is_told(world: World, root: Browser, change: dict[str, str], status: int) -> None:
    """And nothing is on record."""
    count = len(world.scene.broker.set_up)
    assert (await root.submit("/tokens/add", **MADE | change)).status_code == status
    assert len(world.scene.broker.set_up) == count


async def test_a_person_without_a_role_lends_nothing(world: World, root: Browser) -> None:
    """The page says so, of one that was made before."""
    await root.submit("/tokens/add", **MADE)
    world.scene.grant("ann", "reviewer", granted=False)
    page = html.unescape((await root.get("/tokens")).text)
    assert "has no role any more, so this may do nothing" in page

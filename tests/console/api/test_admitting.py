"""What is asked of every request to the API before its operation."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.staff.file import StaffFile
from console.staff.tokens import TOKEN, Tokens
from console.web.body import BODY_BYTES_MAX
from records.registry import Integration
from tests.console.api.world import Client, World
from tests.console.web.desks import URL

BODY = {"act": "claim", "post_id": "forum:1"}
KEY = {"idempotency-key": "the-first-key"}


async def test_a_token_says_what_it_may_do(world: World) -> None:
    """And on whose authority."""
    told = (await world.client("read", "decide").get("/me")).json()
    assert (told["integration"], told["authority"], told["role"]) == ("tool", "ann", "reviewer")
    assert (told["scopes"], told["has_read_policy"]) == (["decide", "read"], True)


def test_no_token_is_kept(world: World) -> None:
    """Its digest is, which opens nothing; 256 bits are behind the prefix."""
    token = world.token("read")
    assert TOKEN.fullmatch(token)
    content = StaffFile(world.scene.settings, ()).path.read_bytes()
    assert token.encode() not in content
    assert hashlib.sha256(token.encode()).hexdigest().encode() in content
    assert token not in str(world.scene.broker.set_up)


def test_a_token_is_remembered_when_it_was_used(world: World) -> None:
    """About to the minute."""
    token, now = world.token("read"), [1_790_000_000.0]
    tokens = Tokens(world.scene.settings, lambda: now[0])
    for seconds, used_at in ((0, 1_790_000_000.0), (30, 1_790_000_000.0), (61, 1_790_000_061.0)):
        now[0] = 1_790_000_000.0 + seconds
        tokens.find(token)
        assert [one.used_at for one in tokens.all()] == [used_at]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer lgt_", f"Bearer lgt_{'A' * 43}", "Basic YTpi", "Bearer \xfc", f"Bearer lgt_{'A' * 5000}"],
)
async def test_what_is_no_token_opens_nothing(world: World, header: str) -> None:
    """The refusal is on record as of nobody."""
    world.token("read")
    program = Client(world, "")
    answer = await program.get("/me", headers={"authorization": header.encode("latin-1")} if header else {})
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:lifeguard:problem:token")
    assert [who for who, _ in world.scene.broker.refusals] == ["(nobody)"]


async def test_a_token_ends_with_its_time_its_person_and_its_integration(world: World) -> None:
    """At the next request."""
    ended = world.client("read", name="ended", days=-1)
    assert (await ended.get("/me")).status_code == 401
    program = world.client("read")
    assert (await program.get("/me")).status_code == 200
    world.scene.grant("ann", "reviewer", granted=False)
    assert (await program.get("/me")).status_code == 401
    world.scene.grant("ann", "supervisor")
    assert (await program.get("/me")).json()["role"] == "supervisor"
    now = datetime.now(UTC)
    said = {"registry_id": "tool", "staff_id": "root", "set_at": now, "version": 2, "authority": "ann"}
    entry = Integration.model_validate(said | {"scopes": ("read",), "until": now + timedelta(days=1), "removed": True})
    world.scene.broker.register(entry)
    world.scene.desk.set_up.look()
    assert (await program.get("/me")).status_code == 401


async def test_a_token_of_an_earlier_record_opens_nothing(world: World) -> None:
    """Also where an old copy of the file comes back."""
    before = world.client("read")
    path = StaffFile(world.scene.settings, ()).path
    copy = path.read_bytes()
    world.token("read", "decide")
    path.write_bytes(copy)
    assert (await before.get("/me")).status_code == 401


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"x" * (BODY_BYTES_MAX + 1), {"content-type": "application/json"}, 413),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{}", {}, 415),
        (b"a=1", {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {"content-type": "application/json; charset=utf-16"}, 415),
        (b"{}", {"content-type": "application/json", "content-encoding": "gzip"}, 415),
        (b"{", {"content-type": "application/json"}, 422),
        (b"\xff", {"content-type": "application/json"}, 422),
        (b'{"act": "claim", "act": "claim"}', {"content-type": "application/json"}, 422),
        (b'{"act": NaN}', {"content-type": "application/json"}, 422),
        (b"[" * 100_000, {"content-type": "application/json"}, 422),
        (b"9" * 10_000, {"content-type": "application/json"}, 422),
        (b"", {"content-type": "application/json"}, 422),
        (b"null", {"content-type": "application/json"}, 422),
    ],
)
async def test_only_plain_json_is_read(world: World, content: bytes, headers: dict[str, str], status: int) -> None:
    """And so much of it at most."""
    answer = await world.client("decide").post("/acts", content=content, headers=headers | KEY)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert world.index.decisions == []


async def test_a_body_that_is_not_let_in_is_not_read(world: World) -> None:
    """Nobody without a token makes us parse anything."""
    answer = await Client(world, "").post("/acts", content=b"[" * 100_000)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/me/", 404),
        ("GET", "/batches/%0A%0D%C2%85/nothing", 404),
        ("POST", "/me", 405),
        ("TRACE", "/me", 405),
        ("HEAD", "/me", 405),
    ],
)
async def test_other_addresses_are_problems_too(world: World, method: str, path: str, status: int) -> None:
    """Also for another method."""
    answer = await world.client("read").request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert ("allow" in answer.headers) == (status == 405)


async def test_it_is_behind_the_edge_of_the_console(world: World) -> None:
    """Other hosts are not served, and every answer has the headers of all of them."""
    program = world.client("read")
    assert (await program.get("/me", headers={"host": "evil.example"})).status_code == 421
    answer = await program.get("/me")
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


async def test_a_bug_is_told_as_a_problem_without_a_word_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is in the log."""

    async def fails(*_: Any, **__: Any) -> None:
        raise ValueError("text of a post")

    monkeypatch.setattr(world.index, "ask", fails)
    answer = await world.client("read").get("/queues")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "text of a post" not in answer.text


async def test_what_it_is_can_be_read_by_anybody(world: World) -> None:
    """It says nothing of anybody, and needs nothing of another host."""
    program = Client(world, "")
    answer = await program.get("/openapi.json")
    assert answer.status_code == 200
    assert "://" not in answer.text
    assert (await program.get("/docs")).status_code == 401
    assert (await program.get(f"{URL}/docs")).status_code == 404

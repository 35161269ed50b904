"""Evidence through the API: what is verified and exported is what a page does, with the integration on record."""

from typing import Any, BinaryIO

import pytest

from console.exporting.asked import Asked, sentence
from console.verifying.one_post import Verified
from console.web import exports, verifying
from records.settings import Settings
from tests.console.api.world import World

BY_SEARCH = {"by": "search", "search": {"words": "hello"}, "reason": " case 7 "}
BY_ID = {"by": "posts", "post_ids": ["forum:1", "forum:2", "forum:1"]}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was exported, by whom; the archive is a few bytes."""
    found: list[str] = []

    def made(settings: Settings, said: Asked, who: str) -> BinaryIO:
        found.append(f"{who}: {sentence(said.said())}")
        target = settings.data_dir / "export.zip"
        target.write_bytes(b"PK.." * 100_000)
        return target.open("rb")

    monkeypatch.setattr(exports, "_made", made)
    return found


async def test_an_export_is_a_stream_that_names_the_integration(world: World, asked: list[str]) -> None:
    """Of a search, or of posts; no key is needed, since nothing changes."""
    program = world.client("export", who="exa", role="examiner")
    for said in (BY_SEARCH, BY_ID):
        answer = await program.post("/exports", json=said)
        assert (answer.status_code, len(answer.content)) == (200, 400_000)
        assert answer.headers["content-type"] == "application/zip"
        assert answer.headers["content-disposition"].startswith('attachment; filename="lifeguard-export-')
    assert asked == [
        "exa: through the integration: tool; words: hello; what they said before counts, too: yes; reason: case 7",
        "exa: through the integration: tool; posts: forum:1, forum:2",
    ]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"by": "posts", "post_ids": []}, 422),
        ({"by": "posts", "post_ids": ["x"] * 101}, 422),
        ({"by": "search"}, 422),
        ({"by": "search", "search": {"from": "never"}}, 422),
        ({"by": "search", "search": {"from": "2026-02-02", "until": "2026-01-01"}}, 422),
        ({"by": "all"}, 422),
    ],
)
async def test_what_cannot_be_exported_is_a_problem(
    world: World, asked: list[str], said: dict[str, Any], status: int
) -> None:
    """And nothing is made."""
    assert (await world.client("export", role="supervisor").post("/exports", json=said)).status_code == status
    assert asked == []


async def test_too_many_posts_and_none_are_told(world: World, asked: list[str]) -> None:
    """With what to do instead."""
    program = world.client("export", role="supervisor")
    one = world.index.documents["forum:1"]
    world.index.documents |= {f"forum:{number}": one for number in range(1_000, 1_100)}
    answer = await program.post("/exports", json=BY_SEARCH)
    assert (answer.status_code, "lifeguard export" in answer.json()["detail"]) == (413, True)
    world.index.documents.clear()
    assert (await program.post("/exports", json=BY_SEARCH)).status_code == 422
    assert asked == []


async def test_where_there_is_no_ledger_an_export_is_refused(world: World) -> None:
    """What is wrong is for whoever runs the machine."""
    answer = await world.client("export", role="supervisor").post("/exports", json=BY_SEARCH)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_a_post_is_verified_on_record(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the outcome, and through which integration."""

    async def verified(*_: Any) -> Verified:
        return Verified(differs=["its surface"], facts=3)

    monkeypatch.setattr(verifying, "_verified", verified)
    program = world.client("read", who="exa", role="examiner")
    told = (await program.get("/post/verification", params={"post_id": "forum:1"})).json()
    assert (told["ok"], told["differs"], told["facts"]) == (False, ["its surface"], 3)
    [(who, subject, detail)] = [one[1:] for one in world.scene.broker.audits if one[0] == "verified"]
    assert (who, subject) == ("exa", "the post forum:1")
    assert detail == f"through the integration tool: {told['said']}; its surface"
    assert (await program.get("/post/verification", params={"post_id": "forum:9"})).status_code == 404

"""Acts on a case through the API: by the gate of the pages, once for each key, with the name of the integration."""

from typing import Any

import pytest

from records.decisions import Act, Decide
from records.posts import revision_of
from tests.console.api.world import HOSTILE, TEXT, World

REVISION = revision_of(TEXT)
DECIDED = {"version": 0, "revision_id": REVISION, "reason": "4.2"}
SAID: dict[str, dict[str, Any]] = {
    "claim": {},
    "leave": DECIDED,
    "hide": DECIDED | {"note": "seen"},
    "remove": DECIDED,
    "reply": DECIDED | {"reply_text": "Thank you for telling us."},
    "escalate": {"version": 0, "to": "compliance", "reason": "not sure"},
    "defer": {"version": 0, "until": "2027-01-01T09:00:00Z"},
    "note": {"version": 0, "note": "called them"},
}


@pytest.fixture(autouse=True)
def _says_nothing_wrong(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No model is loaded."""

    async def improper(_: Any, __: str) -> list[str]:
        return []

    monkeypatch.setattr(type(world.scene.desk), "improper", improper)


@pytest.mark.parametrize("act", SAID)
async def test_each_act_counts_once_however_often_it_is_sent(world: World, act: str) -> None:
    """Its record names the person and the integration; the same request again changes nothing."""
    program = world.client("read", "decide")
    first = await program.act(act, HOSTILE, **SAID[act])
    assert first.status_code == 200, first.text
    count = world.published
    again = await program.act(act, HOSTILE, **SAID[act])
    assert again.status_code == 200
    assert again.json()["record_id"] == first.json()["record_id"]
    assert world.published == count
    [record] = world.index.decisions
    assert (record.staff_id, record.via, record.idempotency_key) == ("ann", "tool", "api:tool:the-first-key")


async def test_what_was_decided_is_taken_back(world: World) -> None:
    """By the record of the decision."""
    program = world.client("decide")
    made = (await program.act("hide", **SAID["hide"])).json()
    assert (made["version"], made["state"], made["action"]) == (1, "decided", "hide")
    undone = await program.act("undo", key="another-key", version=1, undoes=made["record_id"])
    assert (undone.json()["version"], undone.json()["action"]) == (2, None)


async def test_a_case_is_given_back(world: World) -> None:
    """By whom it was taken."""
    program = world.client("decide")
    assert (await program.act("claim")).json()["claimed_by"] == "ann"
    released = await program.act("release", key="another-key", version=0)
    assert (released.status_code, released.json()["claimed_by"]) == (200, None)


async def test_a_stale_version_says_what_happened_meanwhile(world: World) -> None:
    """As the fold says it, with how the case stands."""
    program, other = world.client("decide"), world.client("decide", name="other", who="kim")
    await other.act("leave", **SAID["leave"])
    refused = await program.act("hide", **SAID["hide"])
    assert refused.status_code == 409
    said = refused.json()
    assert "another decision came in between" in said["detail"]
    assert said["case"] == {
        "version": 1,
        "state": "decided",
        "claimed_by": None,
        "claimed_until": None,
        "decided_by": "kim",
        "action": "leave",
    }


async def test_the_gate_is_the_one_of_the_pages(world: World) -> None:
    """A case that somebody holds is theirs; the refusal is on record, with the integration."""
    program, other = world.client("decide"), world.client("decide", name="other", who="kim")
    await other.act("claim")
    refused = await program.act("leave", **SAID["leave"])
    assert refused.status_code == 409
    assert "kim is looking at this until" in refused.json()["detail"]
    assert refused.json()["case"]["claimed_by"] == "kim"
    assert any("through the integration tool: kim is looking" in why for _, why in world.scene.broker.refusals)
    assert [act for act in world.index.decisions if isinstance(act, Decide)] == []


async def test_a_key_is_for_one_request(world: World) -> None:
    """With another body it is refused, and nothing is done; of another integration it is another key."""
    program, other = world.client("decide"), world.client("decide", name="other", who="ann")
    assert (await program.act("note", **SAID["note"])).status_code == 200
    refused = await program.act("note", version=0, note="something else")
    assert (refused.status_code, len(world.index.decisions)) == (422, 1)
    assert "something else" not in refused.text
    assert (await other.act("note", **SAID["note"])).status_code == 200
    assert len({act.record_id for act in world.index.decisions}) == 2


async def test_what_could_not_be_read_takes_no_key(world: World) -> None:
    """Corrected, it may come with the same one."""
    program = world.client("decide")
    assert (await program.act("note", version="0", note="x")).status_code == 422
    assert (await program.act("note", version=0, note="x")).status_code == 200


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space", "ümläut-key"])
async def test_what_changes_something_needs_a_key(world: World, key: str) -> None:
    """And nothing is done without a good one."""
    headers = {"idempotency-key": key.encode()} if key else {}
    said = {"act": "claim", "post_id": "forum:1"}
    answer = await world.client("decide").post("/acts", json=said, headers=headers)
    assert (answer.status_code, world.index.decisions) == (422, [])


async def test_a_broker_that_is_away_is_told_of_and_the_same_request_is_done_later(world: World) -> None:
    """Once."""
    program = world.client("decide")
    world.scene.broker.away = True
    away = await program.act("leave", **SAID["leave"])
    assert (away.status_code, away.headers["retry-after"]) == (503, "5")
    world.scene.broker.away = False
    assert (await program.act("leave", **SAID["leave"])).status_code == 200
    assert len(world.index.decisions) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"act": "leave"}, "body.leave.version"),
        ({"act": "shout"}, "body"),
        ({"act": "leave", **DECIDED, "SECRET": 1}, "body.leave"),
        ({"act": "leave", **DECIDED, "version": "SECRET"}, "body.leave.version"),
        ({"act": "leave", **DECIDED, "version": -1}, "body.leave.version"),
        ({"act": "leave", **DECIDED, "scope": "SECRET"}, "body.leave.scope"),
        ({"act": "defer", "version": 0, "until": "SECRET"}, "body.defer.until"),
        ({"act": "note", "version": 0, "note": "\ud800"}, "body.note.note"),
    ],
)
async def test_what_is_wrong_is_named_and_not_repeated(world: World, said: dict[str, Any], field: str) -> None:
    """Field and rule."""
    body = ascii_json({"post_id": "forum:1", **said})
    headers = {"idempotency-key": "the-first-key", "content-type": "application/json"}
    answer = await world.client("decide").post("/acts", content=body, headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in [one["field"] for one in answer.json()["errors"]]
    assert "SECRET" not in answer.text
    assert world.index.decisions == []


def ascii_json(said: Any) -> str:
    """As a program may write it, also what is no text."""
    import json

    return json.dumps(said)


async def test_what_the_policy_refuses_is_refused(world: World) -> None:
    """A clause that is no reason to take a post away, a post that there is not, nobody to pass it to."""
    program = world.client("decide")
    refused = await program.act("hide", **DECIDED | {"reason": "2.3"}, key="key-number-1")
    assert refused.status_code == 409
    assert "is no reason to hide" in refused.json()["detail"]
    assert (await program.act("leave", "forum:9", key="key-number-2", **DECIDED)).status_code == 404
    to_nobody = await program.act("escalate", key="key-number-3", version=0, to="nobody at all")
    assert (to_nobody.status_code, to_nobody.json()["type"]) == (422, "urn:lifeguard:problem:invalid")
    assert not [act for act in world.index.decisions if isinstance(act, Act)]

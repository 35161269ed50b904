"""How things stand, as the API tells it: the figures of a time, and the health of the pipeline."""

import pytest

from console.web.latest import Latest
from tests.console.api.world import World
from tests.console.web.test_overviewing import COUNTS
from tests.console.web.test_pipeline import seen


async def test_the_overview_has_the_figures_of_the_page(world: World) -> None:
    """And what sources say that they did not see; looking is on record."""
    asked = {"from": "2026-11-20", "until": "2026-11-21"}
    told = (await world.client("read").get("/overview", params=asked)).json()
    assert {name: told[name]["posts"] for name in COUNTS} == COUNTS
    assert (told["from_at"], told["until_at"]) == ("2026-11-20T00:00:00+00:00", "2026-11-22T00:00:00+00:00")
    assert len(told["came"]["bars"]) * told["bar_seconds"] >= 2 * 86_400
    assert told["decided"]["groups"] == [{"value": "hide", "posts": 7}]
    took = {"half_seconds": 700.0, "nine_of_ten_seconds": 10_000.0}
    assert (told["took"], told["took_by_severity"]) == (took, {"3": took})
    [source] = told["sources"]
    assert (source["source"], source["not_seen_seconds"]) == ("blog", 7 * 60)
    assert [(one["state"], one["why"]) for one in source["not_seen"]] == [("gap", "the site did not answer")]
    assert [one for one in world.scene.broker.audits if one[0] == "view"] == [
        ("view", "ann", "the overview", "through the integration tool: 2026-11-20 00:00 to 2026-11-22 00:00 UTC")
    ]


@pytest.mark.parametrize("asked", [{"time": "year"}, {"from": "SECRET"}, {"from": "2026-11-21", "until": "2026-11-19"}])
async def test_a_time_that_cannot_be_is_a_problem(world: World, asked: dict[str, str]) -> None:
    """A word that stands for none, and an end before the beginning."""
    answer = await world.client("read").get("/overview", params=asked)
    assert answer.status_code == 422
    assert "SECRET" not in answer.text


async def test_health_is_told_also_while_the_broker_is_away(world: World) -> None:
    """In the words of the page, and in numbers."""

    async def look(*_: object) -> dict[str, object]:
        return seen(ok=False, lag=None)

    program = world.client("read")
    world.scene.desk.pipeline = Latest(look)
    world.scene.broker.away = True
    told = (await program.get("/health")).json()
    assert (told["well"], told["behind"], told["posts"], told["languages"]) == (False, None, 311, None)
    [servers] = [one for one in told["sections"] if one["title"] == "Servers"]
    assert servers["lines"][0] == {"name": "broker", "state": "well", "word": "up", "said": []}
    assert 0 < told["disk_free_bytes"] <= told["disk_bytes"]

"""Help: every role has its first minutes, every word of a template its meaning, every step a page that there is."""

import re
from importlib.resources import files
from urllib.parse import urlsplit

import pytest

from console.web.first_minutes import MINUTES, WALK
from console.web.route import EVERYBODY
from console.web.routes import ROUTES
from console.web.terms import TERMS, term
from tests.console.web.desks import Scene
from tests.console.web.queues import keeping

STEPS = [(role, step) for role, steps in MINUTES.items() for step in steps] + [("reviewer", step) for step in WALK]


def test_every_role_has_its_first_minutes() -> None:
    """And nobody else."""
    assert MINUTES.keys() == EVERYBODY


@pytest.mark.parametrize(("role", "step"), STEPS, ids=lambda one: getattr(one, "title", one))
def test_a_step_leads_where_its_role_may_go(role: str, step: object) -> None:
    """To a page of ours."""
    path = urlsplit(step.path).path  # type: ignore[attr-defined]
    assert not path or any(route.path == path and role in (route.needs or ()) for route in ROUTES)


def test_words_of_the_templates_have_a_meaning() -> None:
    """Each that is marked is on the page of terms, once; and a word without a meaning is a bug, not an empty link."""
    named = [one.name for one in TERMS]
    assert len(set(named)) == len(named)
    folder = files("console.web") / "templates"
    used = {name for file in folder.iterdir() for name in re.findall(r"term\([\"'](\S+?)[\"']", file.read_text())}
    assert used <= set(named)
    assert set(named) - used == {"hold"}, "nobody finds the meaning of a word that is marked nowhere"
    with pytest.raises(KeyError):
        term("nothing")


@pytest.mark.parametrize("path", ["/help", "/help/first", "/help/first?role=examiner", "/help/walk", "/help/terms"])
async def test_the_pages_of_help(scene: Scene, path: str) -> None:
    """Each is there, for everybody with a role; a walk says so where there is no sample."""
    keeping(scene)
    answer = await scene.signed_in("ann", "reviewer").get(path)
    assert answer.status_code == 200
    assert ("The sample is not here" in answer.text) == (path == "/help/walk")


async def test_a_role_that_there_is_not(scene: Scene) -> None:
    """It is said."""
    answer = await scene.signed_in("ann", "reviewer").get("/help/first?role=king")
    assert answer.status_code == 404
    assert "there is no role king" in answer.text

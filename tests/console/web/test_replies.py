"""Reply templates: supervisors prepare them, everybody who decides is offered them."""

import pytest

from records.registry import ReplyTemplate
from tests.console.web.desks import Scene
from tests.console.web.queues import keeping


@pytest.fixture
def kept(scene: Scene) -> Scene:
    """A console that hears what it publishes."""
    keeping(scene)
    return scene


def published(scene: Scene) -> list[tuple[str, int, str, str, bool]]:
    """The templates that were put on record."""
    return [
        (one.registry_id, one.version, one.title, one.text, one.removed)
        for one in scene.broker.said
        if isinstance(one, ReplyTemplate)
    ]


async def test_a_template_is_made_changed_and_removed(kept: Scene) -> None:
    """Each time as a record, which the console knows at once."""
    sue = kept.signed_in("sue", "supervisor")
    assert "There is none yet" in (await sue.get("/templates")).text
    answer = await sue.submit("/templates/save", title=" Thanks ", text="Dear {name},\r\nthank you.\r\n")
    assert (answer.status_code, answer.headers["location"]) == (303, "/templates")
    [found] = kept.desk.set_up.templates()
    assert (found.template_id, found.title, found.text) == ("thanks", "Thanks", "Dear {name},\nthank you.")
    page = (await sue.get("/templates?template=thanks")).text
    assert "Dear {name},\nthank you.</textarea>" in page
    await sue.submit("/templates/save", template="thanks", title="Many thanks", text="Thank you.")
    await sue.submit("/templates/remove", template="thanks")
    assert kept.desk.set_up.templates() == []
    assert published(kept) == [
        ("thanks", 1, "Thanks", "Dear {name},\nthank you.", False),
        ("thanks", 2, "Many thanks", "Thank you.", False),
        ("thanks", 3, "Many thanks", "Thank you.", True),
    ]


async def test_a_new_one_replaces_no_other(kept: Scene) -> None:
    """Whoever means to change one says so."""
    sue = kept.signed_in("sue", "supervisor")
    await sue.submit("/templates/save", title="Thanks", text="a")
    answer = await sue.submit("/templates/save", title="thanks!", text="b")
    assert answer.status_code == 400
    assert "change that one" in answer.text
    await sue.submit("/templates/remove", template="thanks")
    await sue.submit("/templates/save", title="Thanks", text="c")
    assert [version for _, version, *_ in published(kept)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"title": "", "text": "a"}, 400),
        ({"title": "a", "text": " \r\n "}, 400),
        ({"title": "a", "text": "x" * 10_001}, 400),
        ({"title": "a", "text": "a", "template": "none"}, 404),
    ],
)
async def test_what_is_no_template_is_refused(kept: Scene, fields: dict[str, str], status: int) -> None:
    """With what is wrong."""
    sue = kept.signed_in("sue", "supervisor")
    assert (await sue.submit("/templates/save", **fields)).status_code == status
    assert published(kept) == []


@pytest.mark.parametrize("role", ["reviewer", "examiner", "administrator"])
async def test_only_supervisors_prepare_replies(kept: Scene, role: str) -> None:
    """Nobody else changes what is said in the company's name."""
    bob = kept.signed_in("bob", role)
    assert (await bob.get("/templates")).status_code == 403
    assert (await bob.submit("/templates/save", title="a", text="a")).status_code == 403
    assert (await bob.submit("/templates/remove", template="a")).status_code == 403
    assert published(kept) == []

"""Which way is marked on which page: the page itself, or the one that it lies behind."""

from types import SimpleNamespace
from typing import Any

import pytest

from console.web.nav import NAV, WAYS, Shown, items_for
from console.web.routes import ROUTES


def shown(path: str, role: str, items: Any = NAV) -> list[Shown]:
    """The ways on this page, for somebody of this role."""
    asked: Any = SimpleNamespace(
        visitor=SimpleNamespace(role=role), request=SimpleNamespace(url=SimpleNamespace(path=path))
    )
    return items_for(asked, items)


@pytest.mark.parametrize(
    ("path", "title", "here"),
    [
        ("/", "Queues", "page"),
        ("/queue", "Queues", "true"),
        ("/case", "Queues", "true"),
        ("/overview", "Overview", "page"),
        ("/dead-letters/letter", "Overview", "true"),
        ("/tags/new", "Tags", "true"),
        ("/webhooks", "Integrations", "true"),
        ("/help/terms", "Help", "true"),
    ],
)
def test_one_way_is_marked(path: str, title: str, here: str) -> None:
    """Of all of them, for whoever may see most."""
    assert [(way.title, way.here) for way in shown(path, "administrator") if way.here] == [(title, here)]


def test_what_begins_alike_is_something_else() -> None:
    """A page lies behind another by its path, not by its first letters."""
    assert not [way for way in shown("/searching", "administrator") if way.here]
    assert [way.title for way in shown("/model", "examiner", WAYS) if way.here] == ["Model"]


def test_what_lies_behind_a_way_is_a_page_of_its_own() -> None:
    """So that a page that goes away is not named here any more."""
    paths = {route.path for route in ROUTES}
    assert {path for item in NAV for path in (item.path, *item.behind)} <= paths

"""There is a picture of every page, and README.md shows some that are there, are small, and are told in words."""

import re
from pathlib import Path

import pytest

from console.web.route import EVERYBODY
from tests.pictures.__main__ import README_FOLDER
from tests.pictures.recipes import NOBODY, NOT_PAGES, README, SHOTS, pages, shots
from tests.pictures.world import PEOPLE, UNREAD

ROOT = Path(__file__).parents[2]
KILO, ONE_KB_MAX, ALL_KB_MAX = 1_000, 150, 1_000
_IMAGE = re.compile(r"!\[([^\]]*)\]\(tests/pictures/readme/([a-z-]+)\.png\)")


def test_every_page_has_a_recipe() -> None:
    """And no recipe is of a page that there is not, or that everybody in it may not see."""
    assert shots() == SHOTS
    roles = {NOBODY: None} | dict([*PEOPLE, UNREAD])
    assert {shot.who for shot in SHOTS} <= roles.keys()
    assert {role for _, role in PEOPLE} == EVERYBODY
    assert not NOT_PAGES.keys() & pages()


def test_a_page_without_a_recipe_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its address."""
    monkeypatch.setattr("tests.pictures.recipes.SHOTS", [shot for shot in SHOTS if shot.route != "/model"])
    with pytest.raises(LookupError, match="/model"):
        shots()


def test_no_picture_replaces_another() -> None:
    """Each has a name of its own."""
    names = [shot.name for shot in SHOTS]
    assert len(set(names)) == len(names)
    assert {cut.name for cut in README} <= set(names)


def test_the_pictures_of_the_readme_are_there_and_small() -> None:
    """All that are made are shown, each with words for whoever does not see it."""
    found = _IMAGE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert [name for _, name in found] == [cut.name for cut in README]
    assert all(len(said.split()) > 5 for said, _ in found)
    sizes = {path.stem: path.stat().st_size / KILO for path in README_FOLDER.iterdir()}
    assert sizes.keys() == {cut.name for cut in README}
    assert max(sizes.values()) < ONE_KB_MAX, sizes
    assert sum(sizes.values()) < ALL_KB_MAX, sizes

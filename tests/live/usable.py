"""Whether a page can be used by everybody: in both themes, enlarged, and on a telephone."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SEVERE = {"serious", "critical"}
SHOW = "for (const one of document.querySelectorAll('details.mask')) one.open = true"
"""Whoever looks has asked for every text."""
WIDE, ENLARGED, TELEPHONE = 1280, 640, 390
"""In pixels; a wide window that is enlarged twice is half as wide."""
EVERYTHING: dict[str, list[str]] = {"resultTypes": ["violations"]}
COLOURS = EVERYTHING | {"runOnly": ["color-contrast"]}
"""A theme changes nothing else."""
LOOKS = (
    (WIDE, "light", EVERYTHING),
    (WIDE, "dark", COLOURS),
    (TELEPHONE, "dark", EVERYTHING),
    (TELEPHONE, "light", COLOURS),
)


def check_use(page: Page) -> None:
    """Nothing serious wide or on a telephone, in light or dark, and nothing is cut off; with every text shown."""
    page.evaluate(SHOW)
    for width, scheme, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        check(page, rules)
    for width in (ENLARGED, TELEPHONE):
        page.set_viewport_size({"width": width, "height": 700})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (page.url, width, wide)


def check(page: Page, options: dict[str, list[str]]) -> None:
    """Nothing serious or critical."""
    found = [one for one in Axe().run(page, options=options).response["violations"] if one["impact"] in SEVERE]
    said = [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]
    assert not said, (page.url, options, said)

"""Takes every picture at two widths, by day and by night, and lays them out on one sheet to be looked at."""

import http
from collections.abc import Iterator
from html import escape
from pathlib import Path

from playwright.sync_api import Page

from tests.live.browser import context_of
from tests.live.consoles import Console
from tests.pictures.recipes import NOBODY, README, README_WIDTH, Cut, Shot

WIDTHS = (1280, 390)
HEIGHT = 900
SCHEMES = ("light", "dark")
STILL = {"reduced_motion": "reduce"}
"""Nothing is just changing its colour."""
SHEET = """<!doctype html>
<meta charset="utf-8">
<title>Pictures of the console</title>
<style>
body {{ font: 14px sans-serif; }}
div {{ display: flex; gap: 8px; align-items: start; }}
img {{ height: 420px; }}
</style>
{rows}
"""


class Album:
    """A folder of pictures of one console, and the folder of those in the README."""

    def __init__(self, console: Console, folder: Path, readme: Path, known: dict[str, str]) -> None:
        self._console, self._folder, self._readme, self._known = console, folder, readme, known
        self._cuts = {cut.name: cut for cut in README}
        self._pages: dict[str, Page] = {}

    def take(self, shot: Shot) -> Iterator[str]:
        """Each of its pictures; says which is wider than its window."""
        page = self._page(shot.who)
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        page.emulate_media(color_scheme="light")
        answer = page.goto(self._console.address + shot.path.format(**self._known))
        assert answer is not None
        assert answer.status < http.HTTPStatus.INTERNAL_SERVER_ERROR, f"{shot.name}: {answer.status}"
        if shot.act:
            shot.act(page)
        if cut := self._cuts.get(shot.name):
            self._cut(page, cut)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page.screenshot(path=self._folder / picture(shot, width, scheme), full_page=True, animations="disabled")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                yield f"{shot.name} is wider than {width} pixels"

    def lay_out(self, shots: tuple[Shot, ...]) -> None:
        """The sheet with all of them."""
        (self._folder / "index.html").write_text(SHEET.format(rows="\n".join(map(_row, shots))), encoding="utf-8")

    def _page(self, who: str) -> Page:
        """Each person has one window."""
        if who not in self._pages:
            signed_in = who != NOBODY
            self._pages[who] = (
                self._console.page(who, **STILL) if signed_in else context_of(self._console.browser, **STILL).new_page()
            )
        return self._pages[who]

    def _cut(self, page: Page, cut: Cut) -> None:
        page.set_viewport_size({"width": README_WIDTH, "height": cut.height})
        page.locator(cut.top).first.evaluate("one => one.scrollIntoView()")
        page.screenshot(path=self._readme / f"{cut.name}.png", animations="disabled")
        page.evaluate("window.scrollTo(0, 0)")


def picture(shot: Shot, width: int, scheme: str) -> str:
    """The name of its file."""
    return f"{shot.name}-{width}-{scheme}.png"


def _row(shot: Shot) -> str:
    names = [picture(shot, width, scheme) for width in WIDTHS for scheme in SCHEMES]
    images = "".join(f'<a href="{name}"><img src="{name}" alt="{name}" loading="lazy"></a>' for name in names)
    return f"<h2>{escape(shot.name)}</h2><p>{escape(shot.path)}</p><div>{images}</div>"

"""What strangers write is shown and never runs; every page can be used by everybody, also much enlarged."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

from records.settings import Settings
from tests.live.browser import chromium, context_of, sign_in
from tests.live.pipeline import Pipeline
from tests.live.staffed import insults, publish, staff

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

HOSTILE = (
    "<script>window.ran=1</script>",
    "<img src=x onerror=window.ran=1>",
    "<svg/onload=window.ran=1>",
    '"><script>window.ran=1</script>',
    "' autofocus onfocus=window.ran=1 x='",
    "</textarea><script>window.ran=1</script>",
    "</title><script>window.ran=1</script>",
    "</template><img src=x onerror=window.ran=1>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<a href='javascript:window.ran=1'>x</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.ran=1>",
    "{{ ''.__class__ }} {% raw %} ${window.ran=1} <%= 1 %>",
    "<meta http-equiv=refresh content='0;url=javascript:window.ran=1'>",
    "<base href='https://evil.example/'>",
    "<form action='https://evil.example/'><button>Sign in again",
    "<link rel=stylesheet href=https://evil.example/a.css>",
    "<!--><script>window.ran=1</script>-->",
    "\u202e<script>window.ran=1</script>\u2066",
    "\x00\x1b]8;;https://evil.example\x07x<script>window.ran=1</script>",
    "&lt;script&gt;window.ran=1&lt;/script&gt;",
)
ADDRESSES = (
    "javascript:window.ran=1",
    "data:text/html,<script>window.ran=1</script>",
    'https://www.example.com/"onmouseover="window.ran=1',
    "https://www.example.com/<script>window.ran=1</script>",
    "vbscript:window.ran=1",
)
SEVERE = {"serious", "critical"}


def hostile(number: int) -> dict[str, Any]:
    """A post that is hostile wherever a stranger has a say."""
    said = HOSTILE[number % len(HOSTILE)]
    post = insults(1, number)[0]
    return post | {
        "text": f"{said} my card is 4111 1111 1111 1111 {said}",
        "author": {"id": said, "name": said, "url": ADDRESSES[number % len(ADDRESSES)]},
        "page_title": said,
        "surface": f"blog/{said}"[:200],
        "url": ADDRESSES[number % len(ADDRESSES)],
        "thread_id": "t-1",
    }


@pytest.fixture
def pipeline(live_settings: Settings, live_environment: dict[str, str]) -> Iterator[Pipeline]:
    """Judge, fold and console, and posts of which every field is hostile."""
    with Pipeline(live_settings, live_environment, names=("judge", "fold", "console")) as started:
        staff(live_settings, ("alex", "reviewer"), ("sam", "supervisor"))
        publish(live_settings, [hostile(number) for number in range(len(HOSTILE))])
        edited = [
            hostile(number) | {"kind": "edited", "text": f"edited {HOSTILE[number]} 4111 1111 1111 1111"}
            for number in (0, 1)
        ]
        publish(live_settings, edited)
        started.settle()
        yield started


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as started:
        yield started


def pages(address: str) -> list[str]:
    """Every page that shows what strangers wrote."""
    posts = [f"site:c-{number}" for number in range(len(HOSTILE))]
    return [
        f"{address}/",
        f"{address}/queue?queue=flagged",
        *(f"{address}/case?{urlencode({'post': post, 'queue': 'flagged'})}" for post in posts),
        f"{address}/dossier?post={quote(posts[0])}",
        f"{address}/policy",
        f"{address}/bulk?queue=flagged",
        f"{address}/bulk?alike={quote(posts[0])}",
        f"{address}/policy",
    ]


def test_what_strangers_write_never_runs(pipeline: Pipeline, browser: Browser) -> None:
    """On no page, as text, name, title, surface or address; and nothing is asked of anybody else."""
    address = pipeline.program("console").address
    context = context_of(browser)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(_host(request)))
    page = context.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    sign_in(page, address, "sam")
    for url in pages(address):
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        assert page.evaluate("window.ran") is None, url
        for link in page.locator("a").all():
            href = link.get_attribute("href") or ""
            assert href.startswith(("/", "#", "https://www.example.com/")), (url, href)
    page.goto(f"{address}/queue?queue=flagged")
    page.keyboard.press("j")
    page.wait_for_url(re.compile("/case"))
    for _ in range(5):  # the next ones come as fragments
        before = page.locator("#case").get_attribute("data-post")
        page.keyboard.press("j")
        page.wait_for_function("before => document.getElementById('case')?.dataset.post !== before", arg=before)
        assert page.evaluate("window.ran") is None
    assert not dialogs
    assert set(asked) == {address.removeprefix("http://")}


def test_every_page_can_be_used_by_everybody(pipeline: Pipeline, browser: Browser) -> None:
    """axe-core finds nothing serious in light or dark, and nothing is cut off at twice the size or on a telephone."""
    address = pipeline.program("console").address
    for scheme in ("light", "dark"):
        page = context_of(browser, color_scheme=scheme).new_page()
        page.goto(f"{address}/sign-in")
        check(page, scheme)
        sign_in(page, address, "sam")
        for url in (
            *pages(address)[:4],
            f"{address}/policy",
            f"{address}/bulk?queue=flagged",
            f"{address}/policy",
        ):
            page.goto(url)
            check(page, scheme)
    for width in (640, 390):  # 1280 pixels enlarged twice are 640
        page = context_of(browser, viewport={"width": width, "height": 700}).new_page()
        sign_in(page, address, "sam")
        for url in (*pages(address)[:4], f"{address}/policy", f"{address}/bulk?queue=flagged"):
            page.goto(url)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (url, width, wide)


def check(page: Page, scheme: str) -> None:
    """Nothing serious or critical."""
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in SEVERE]
    said = [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]
    assert not said, (page.url, scheme, said)


def _host(request: Request) -> str:
    return request.url.partition("//")[2].partition("/")[0]

"""A real browser for the tests of the console: the system's Chromium, without a screen."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.live.staffed import PASSPHRASE

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
WAIT_MS_MAX = 20_000
expect.set_options(timeout=WAIT_MS_MAX)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; where this machine has none, the test is skipped with what to install, and fails in CI."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    sentence = "a real browser is needed: apt-get install --no-install-recommends chromium"
    if program is None and os.environ.get("CI") == "true":
        pytest.fail(sentence)
    if program is None:
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def context_of(browser: Browser, **options: object) -> BrowserContext:
    """A browser of one person, who waits for a while."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})  # type: ignore[arg-type]
    context.set_default_timeout(WAIT_MS_MAX)
    return context


def press(page: Page, key: str) -> None:
    """A key, once the scripts of the page are there: what is pressed before goes nowhere."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def sign_in(page: Page, address: str, name: str) -> None:
    """As a person does it."""
    page.goto(f"{address}/sign-in")
    give(page, name)
    page.wait_for_url(f"{address}/")


def give(page: Page, name: str) -> None:
    """Name and passphrase, on the page that asks for them."""
    page.get_by_label(re.compile("name", re.IGNORECASE)).fill(name)
    page.get_by_label(re.compile("passphrase", re.IGNORECASE)).fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()

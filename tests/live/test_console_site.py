"""From a comment on a real WordPress to a decision in a real browser, to the site, and back as a case."""

import os
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from records.settings import Settings
from tests.live.browser import chromium, context_of, sign_in
from tests.live.pipeline import Pipeline, wait_for
from tests.live.poller import Poller
from tests.live.staffed import staff
from tests.live.wordpress_site import MODERATOR, WordPressSite, missing

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

TEXT = "Write to me, my card is 4111 1111 1111 1111 and it is urgent."
WATCHED = """
[[sources]]
kind = "wordpress"
name = "blog"
url = "{url}"
every_seconds = 1
reconcile_seconds = 2
user = "{user}"
password_file = "{password_file}"
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WordPressSite]:
    """A WordPress; where this machine cannot run one, the sentence that says what to install."""
    sentence = missing()
    if sentence and os.environ.get("CI") == "true":
        pytest.fail(sentence)
    if sentence:
        pytest.skip(sentence)
    with WordPressSite(tmp_path / "wordpress") as started:
        yield started


@pytest.fixture
def pipeline(
    site: WordPressSite, live_settings: Settings, live_environment: dict[str, str], tmp_path: Path
) -> Iterator[Pipeline]:
    """Judge, fold, enforce and console beside a poller; a decision leaves for the site after a second."""
    secret = tmp_path / "password"
    secret.write_text(site.password)
    secret.chmod(0o600)
    watched = WATCHED.format(url=site.url, user=MODERATOR, password_file=secret)
    environment = live_environment | {
        "LIFEGUARD_SOURCES_FILE": str(tmp_path / "poller" / "sources.toml"),
        "LIFEGUARD_UNDO_SECONDS": "1",
        "LIFEGUARD_ENFORCE_OBSERVE_SECONDS": "1",
    }
    poller = Poller(tmp_path / "poller", live_environment, watched)
    with Pipeline(live_settings, environment, names=("judge", "fold", "enforce", "console")) as started, poller:
        staff(live_settings, ("alex", "reviewer"))
        yield started


@pytest.fixture
def page(pipeline: Pipeline) -> Iterator[Page]:
    """Alex at the console."""
    with chromium() as browser:
        opened = context_of(browser).new_page()
        sign_in(opened, pipeline.program("console").address, "alex")
        yield opened


def document(pipeline: Pipeline, number: int) -> dict[str, Any]:
    """The document of a comment, or nothing yet."""
    wanted = {"query": {"ids": {"values": [f"blog:{number}"]}}}
    hits = pipeline.ask("POST", "/{posts}/_search", wanted)["hits"]["hits"]
    return hits[0]["_source"] if hits else {}


def outcomes(pipeline: Pipeline, number: int) -> set[str]:
    """What became of the orders about a comment."""
    wanted = {"query": {"bool": {"filter": [{"term": {"post_id": f"blog:{number}"}}, {"term": {"topic": "outcomes"}}]}}}
    hits = pipeline.ask("POST", "/{history}/_search", wanted)["hits"]["hits"]
    return {hit["_source"]["record"]["result"] for hit in hits}


def visible(site: WordPressSite, number: int) -> bool:
    """Whether a visitor finds the comment on the page."""
    with urllib.request.urlopen(f"{site.url}/?p=1") as answer:
        return f'id="comment-{number}"' in answer.read().decode()


def open_case(page: Page, pipeline: Pipeline, number: int, queue: str) -> None:
    """The case of a comment, in a queue."""
    page.goto(f"{pipeline.program('console').address}/case?post=blog%3A{number}&queue={queue}")
    expect(page.locator("#case")).to_have_attribute("data-post", f"blog:{number}")


def decide(page: Page, key: str) -> None:
    """By keyboard."""
    page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/queue"))


def test_a_comment_is_removed_is_seen_to_be_gone_and_comes_back_as_a_case(
    site: WordPressSite, pipeline: Pipeline, page: Page
) -> None:
    """Desired and observed are shown apart; what somebody restores or edits on the site waits for a person again."""
    removed, left = site.comment(TEXT, "Dana M."), site.comment(f"And again: {TEXT}", "Bo")
    for number in (removed, left):
        wait_for(lambda n=number: document(pipeline, n).get("state") == "open", "the comment is no case")
    page.goto(f"{pipeline.program('console').address}/queue?queue=flagged")
    expect(page.locator("tbody tr")).to_have_count(2)
    check_removed(site, pipeline, page, removed)
    open_case(page, pipeline, left, "flagged")
    decide(page, "l")
    wait_for(lambda: document(pipeline, left)["state"] == "decided", "the second is not decided")

    site.approve(removed)  # somebody restores the one, and the author of the other thinks again
    site.edit(left, f"Edited: {TEXT}")
    wait_for(
        lambda: document(pipeline, removed)["reopened_because"] == ["visible"], "the restored one is no case again"
    )
    wait_for(lambda: "edited" in document(pipeline, left)["reopened_because"], "the edited one is no case again")
    open_case(page, pipeline, removed, "reopened")
    expect(page.locator("article.case")).to_contain_text("it is on the site although a decision took it away")
    expect(page.locator(".shown-as")).to_contain_text("Decided: removed. Seen on the site.")
    open_case(page, pipeline, left, "reopened")
    expect(page.locator("article.case")).to_contain_text("its text has changed since it was decided")
    expect(page.locator("ins").first).to_contain_text("Edited")


def check_removed(site: WordPressSite, pipeline: Pipeline, page: Page, number: int) -> None:
    """The decision reaches the site, and what it did comes back to the page."""
    assert visible(site, number)
    open_case(page, pipeline, number, "flagged")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    wait_for(lambda: not visible(site, number), "the comment is still on the site")
    wait_for(lambda: document(pipeline, number).get("order_result") == "done", "the site's answer is not in the case")
    wait_for(lambda: document(pipeline, number)["visible"] is False, "it is not seen to be gone")
    wait_for(lambda: outcomes(pipeline, number) >= {"done", "observed"}, "the site's answer is not in the history")
    found = document(pipeline, number)
    assert (found["state"], found["desired"], found["action"]) == ("decided", "removed", "remove")
    open_case(page, pipeline, number, "flagged")
    expect(page.locator(".shown-as")).to_contain_text("Decided: removed. Seen to be gone from the site.")
    for said in (
        "alex removed it",
        "The site was asked to remove it",
        "The site did it",
        "visitors do not see it any more",
    ):
        expect(page.locator(".deeds")).to_contain_text(said)

"""The console as people use it, in a real browser on real servers: queue, review, decide, by keyboard and together."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ingest.reader import read_all
from records.decisions import Decide, Undo
from records.received import Received
from records.settings import Settings
from records.topics import AUDIT, DECISIONS
from tests.live.browser import chromium, context_of, sign_in
from tests.live.pipeline import Pipeline, wait_for
from tests.live.staffed import insults, publish, staff

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

CASES = 50


@pytest.fixture
def pipeline(live_settings: Settings, live_environment: dict[str, str]) -> Iterator[Pipeline]:
    """Judge, fold and console, with two reviewers, a supervisor and an examiner, and fifty cases."""
    with Pipeline(live_settings, live_environment, names=("judge", "fold", "console")) as started:
        roles = (("alex", "reviewer"), ("kim", "reviewer"), ("sam", "supervisor"), ("exa", "examiner"))
        staff(live_settings, *roles)
        publish(live_settings, insults(CASES))
        started.settle()
        yield started


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as started:
        yield started


def person(browser: Browser, pipeline: Pipeline, name: str, **options: object) -> Page:
    """Somebody who has signed in."""
    page = context_of(browser, **options).new_page()
    sign_in(page, pipeline.program("console").address, name)
    return page


def begin(page: Page, pipeline: Pipeline, queue: str = "flagged") -> None:
    """Opens the first case of a queue."""
    page.goto(f"{pipeline.program('console').address}/queue?queue={queue}")
    page.keyboard.press("j")
    page.wait_for_url(re.compile("/case"))


def shown(page: Page) -> str:
    """The post on the screen."""
    return page.locator("#case").get_attribute("data-post") or ""


def acts(settings: Settings, kind: type) -> list[Any]:
    """The decisions of this kind that Kafka has."""
    return [
        one.record
        for one in read_all(settings, [DECISIONS])
        if isinstance(one, Received) and isinstance(one.record, kind)
    ]


def documents(pipeline: Pipeline) -> list[dict[str, Any]]:
    """Every post."""
    pipeline.settle()
    hits = pipeline.ask("POST", "/{posts}/_search", {"size": 500, "query": {"match_all": {}}})["hits"]["hits"]
    return [hit["_source"] for hit in hits]


def held(pipeline: Pipeline) -> list[str]:
    """The posts that somebody has."""
    return [one["post_id"] for one in documents(pipeline) if one["claimed_by"]]


def test_a_reviewer_clears_a_queue_by_keyboard_alone_and_loses_nothing(
    pipeline: Pipeline, browser: Browser, live_settings: Settings
) -> None:
    """Fifty cases, one undone, the console killed in the middle: each has one decision, and only one is open again."""
    page = person(browser, pipeline, "alex")
    begin(page, pipeline)
    seen = []
    for number in range(CASES):
        post = shown(page)
        seen.append(post)
        if number == CASES // 2:
            pipeline.kill("console")
        page.keyboard.press(("l", "h", "r")[number % 3])
        page.keyboard.press("Enter")
        if number < CASES - 1:
            page.wait_for_function("before => document.getElementById('case')?.dataset.post !== before", arg=post)
        if number == 10:
            expect(page.locator("#flash")).to_contain_text(post)
            page.keyboard.press("u")
            expect(page.locator("#flash")).to_contain_text("Taken back")
    page.wait_for_url(re.compile("/queue"))
    assert len(set(seen)) == CASES
    wait_for(lambda: len({one.post_id for one in acts(live_settings, Decide)}) == CASES, "not every case was decided")
    states = Counter(document["state"] for document in documents(pipeline))
    assert states == {"decided": CASES - 1, "open": 1}
    accepted = [
        entry
        for one in documents(pipeline)
        for entry in one["parts"]["decided"]["decisions"]
        if entry["kind"] == "decide"
    ]
    assert len(accepted) == CASES
    assert all(entry["accepted"] for entry in accepted)
    assert len(acts(live_settings, Undo)) == 1
    looked = [
        one.record
        for one in read_all(live_settings, [AUDIT])
        if isinstance(one, Received) and one.record.kind == "view"
    ]
    assert {record.subject for record in looked} == set(seen)


def test_a_colleague_is_met_by_name_and_what_was_typed_is_kept(pipeline: Pipeline, browser: Browser) -> None:
    """Who comes second sees who is there; a decision on a version that is gone says so, and the note stays."""
    address = pipeline.program("console").address
    first, second = person(browser, pipeline, "alex"), person(browser, pipeline, "kim")
    case = f"{address}/case?post=site%3Ac-3&queue=flagged"
    first.goto(case)
    expect(first.locator("[data-presence]")).to_contain_text("Yours for")
    second.goto(case)
    expect(second.locator("[data-presence]")).to_contain_text("alex is looking at this")
    expect(second.locator("#decide")).to_contain_text("alex is looking at this until")
    assert second.locator("button[value=remove]").is_disabled()
    supervisor = person(browser, pipeline, "sam")
    supervisor.goto(case)
    supervisor.locator("#decide textarea[name=note]").fill("I have looked into this for a long time.")
    first.keyboard.press("l")
    first.keyboard.press("Enter")
    expect(first.locator("#flash")).to_contain_text("Leave")
    supervisor.locator("button[value=hide]").click()
    expect(supervisor.locator("#told")).to_contain_text("another decision came in between")
    supervisor.get_by_role("link", name=re.compile("Go back to it")).click()
    expect(supervisor.locator("#decide textarea[name=note]")).to_have_value("I have looked into this for a long time.")


def test_without_a_script_queue_review_and_decide_work(pipeline: Pipeline, browser: Browser) -> None:
    """Links and forms do it: slower, and nothing is missing but the keys."""
    page = person(browser, pipeline, "alex", java_script_enabled=False)
    page.get_by_role("link", name=re.compile("^Begin with Flagged")).click()
    post = page.locator("input[name=post]").first.get_attribute("value")
    page.locator("textarea[name=note]").fill("By hand.")
    page.locator("button[value=hide]").click()
    expect(page.locator("#flash")).to_contain_text(f"Hide: {post}")
    assert page.locator("#decide input[name=post]").get_attribute("value") != post
    page.get_by_role("button", name="Undo").click()
    found = next(one for one in documents(pipeline) if one["post_id"] == post)
    assert (found["state"], found["version"]) == ("open", 2)


def test_the_next_case_is_there_at_once(pipeline: Pipeline, browser: Browser, live_settings: Settings) -> None:
    """It was fetched before it was asked for; fetching takes no lease and is on no record, showing is both."""
    page = person(browser, pipeline, "alex")
    begin(page, pipeline)
    before = shown(page)
    with page.expect_response(lambda answer: "prefetch" in answer.url):
        page.reload()
    wait_for(lambda: held(pipeline) == [before], "what is shown has no lease, or something else has")
    page.keyboard.press("j")
    page.wait_for_function("before => document.getElementById('case').dataset.post !== before", arg=before)
    after = shown(page)
    wait_for(lambda: after in held(pipeline), "the next case has no lease")
    views = [
        one.record.subject
        for one in read_all(live_settings, [AUDIT])
        if isinstance(one, Received) and one.record.kind == "view"
    ]
    assert set(views) == {before, after}

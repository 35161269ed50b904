"""The console as one person uses it, in a real browser on real servers: queue, review and decide, by keyboard."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from records.decisions import Decide, Defer, Undo
from tests.live.browser import give, sign_in
from tests.live.consoles import Console, shown, wait_for_another
from tests.live.pipeline import wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

CASES = 50
HEARD = """
    window.heard = [];
    const Before = EventSource;
    window.EventSource = class extends Before {
      constructor(address) {
        super(address);
        this.addEventListener("case", (event) => heard.push(JSON.parse(event.data)));
      }
    };
"""
"""Keeps what the server told of the case, beside the page."""


def test_a_reviewer_clears_a_queue_by_keyboard_alone_and_loses_nothing(console: Console) -> None:
    """Fifty cases, one undone, the console killed in the middle: each has one decision, and only one is open again."""
    posts = console.cases(CASES)
    page = console.begin("alex")
    seen = [shown(page)]
    for number in range(CASES):
        if number == CASES // 2:
            console.pipeline.kill("console")
        page.keyboard.press(("l", "h", "r")[number % 3])
        page.keyboard.press("Enter")
        if number < CASES - 1:
            seen.append(wait_for_another(page, seen[-1]))
        if number == 10:
            expect(page.locator("#flash")).to_contain_text(seen[-2])
            page.keyboard.press("u")
            expect(page.locator("#flash")).to_contain_text("Taken back")
    page.wait_for_url(re.compile("/queue"))
    assert sorted(seen) == sorted(posts)
    console.wait(lambda: sum(one["version"] for one in console.documents(posts)) == CASES + 1, "something is lost")
    documents = console.documents(posts)
    assert [one["post_id"] for one in documents if one["state"] == "open"] == [seen[10]]
    decisions = [entry for one in documents for entry in one["parts"]["decided"]["decisions"]]
    decided = [entry for entry in decisions if entry["kind"] == "decide"]
    assert len(decided) == CASES
    assert all(entry["accepted"] for entry in decided)
    assert len(console.acts(posts, Decide)) >= CASES  # one that was under way may have been sent twice
    assert {act.post_id for act in console.acts(posts, Undo)} == {seen[10]}
    assert {one.subject for one in console.audits("view", "alex")} >= set(posts)


def test_the_next_case_is_there_at_once(console: Console) -> None:
    """It was fetched before, and no server is asked. Fetching takes no lease and is on no record, showing is both."""
    posts = console.cases(2)
    page = console.begin("alex")
    with page.expect_response(lambda answer: "prefetch" in answer.url) as fetched:
        page.reload()
    fetched.value.finished()
    first, second = in_turn(page, posts)
    page.context.set_offline(True)
    page.keyboard.press("j")
    assert wait_for_another(page, first) == second
    assert console.document(second)["claimed_by"] is None
    assert second not in {one.subject for one in console.audits("view", "alex")}
    page.context.set_offline(False)
    wait_for(lambda: console.document(second)["claimed_by"] == "alex", "the case on the screen has no lease")
    assert second in {one.subject for one in console.audits("view", "alex")}


def test_the_post_its_author_and_the_report_are_decided_separately(console: Console) -> None:
    """Each by itself, on one page; nothing is taken from the site by what is decided about the author."""
    [post] = console.cases(1)
    reported = {"id": post.partition(":")[2], "kind": "reported", "report": {"reporter": "u-9", "reason": "rude"}}
    console.hear([reported | {"reported_at": "2026-11-20T10:00:00Z"}])
    console.wait(lambda: console.document(post)["reports"] == 1, "the report is not there")
    page = console.begin("alex")
    decide = page.locator("#decide")
    page.keyboard.press("s")
    expect(decide.get_by_label("its author")).to_be_checked()
    page.keyboard.press("h")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("about the author one can leave, escalate or defer")
    assert console.document(post)["version"] == 0
    for scope, version in (("its author", 1), ("the report", 2)):
        decide.get_by_label(scope).check()
        page.keyboard.press("l")
        page.keyboard.press("Enter")
        expect(page.locator(f"article[data-version='{version}']")).to_be_visible()
        expect(page.locator("#flash")).to_contain_text("Leave")
    assert (console.document(post)["state"], shown(page)) == ("open", post)
    page.keyboard.press("r")
    page.locator("input[data-removal=no]").first.press(" ")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("is no reason to remove a post: choose another one")
    page.locator("input[data-removal=yes]").first.press(" ")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/queue.*end=last"))
    expect(page.locator("#flash")).to_contain_text(f"Remove: {post}")
    document = console.document(post)
    assert (document["state"], document["desired"]) == ("decided", "removed")
    scopes = [entry["scope"] for entry in document["parts"]["decided"]["decisions"] if entry["kind"] == "decide"]
    assert scopes == ["author", "report", "post"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_reply_with_a_placeholder_is_not_sent(console: Console, *, scripts: bool) -> None:
    """It stays as it was typed, with what is to be filled in; filled in, it is our answer."""
    [post] = console.cases(1)
    page = console.page("alex", f"/case?post={post}", java_script_enabled=scripts)
    if scripts:
        page.keyboard.press("a")
    else:
        page.get_by_text(re.compile("a Reply")).click()
        page.locator("input[name=reason]").first.check()
    text = page.locator("textarea[name=reply_text]")
    text.fill("Dear {name},\nthank you {name}, see {link}.")
    send = page.locator("details button[value=reply]")
    send.click()
    expect(page.locator("#told")).to_contain_text(re.compile("fill in {name}, {link} first", re.IGNORECASE))
    expect(text).to_have_value("Dear {name},\nthank you {name}, see {link}.")
    assert console.document(post)["version"] == 0
    text.fill("Dear Dana,\nthank you.")
    if scripts:
        text.press("Control+Enter")
    else:
        send.click()
    expect(page.locator("#flash")).to_contain_text("Reply")
    [decision] = console.acts([post], Decide)
    assert decision.reply_text == "Dear Dana,\nthank you."


def listed(page: Page, posts: list[str]) -> list[str]:
    """Those of these posts that are in the list of a queue; other tests have theirs in it."""
    addresses = [unquote(link.get_attribute("href") or "") for link in page.locator("table.list tbody a").all()]
    return [post for post in posts if any(f"post={post}&" in f"{address}&" for address in addresses)]


def test_a_case_is_put_off_or_passed_on(console: Console) -> None:
    """Until a time, or to a role; it waits where it belongs, and the next one comes."""
    posts = console.cases(2)
    page = console.begin("alex")
    first, second = in_turn(page, posts)
    page.keyboard.press("f")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    assert wait_for_another(page, first) == second
    page.keyboard.press("e")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#told")).to_contain_text("Choose to whom it goes")
    page.keyboard.type("sup")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/queue.*end=last"))
    deferred, escalated = console.document(first), console.document(second)
    [act] = console.acts([first], Defer)
    assert (deferred["state"], act.until - act.made_at) == ("deferred", timedelta(hours=4))
    assert (escalated["state"], escalated["escalated_to"]) == ("escalated", "supervisor")
    console.refresh()
    for name, queue, expected in (("alex", "deferred", first), ("sam", "mine", second), ("alex", "escalated", second)):
        opened = console.page(name, f"/queue?queue={queue}")
        assert expected in listed(opened, posts)
    assert listed(console.page("alex", "/queue?queue=mine"), posts) == []


def test_without_a_script_queue_review_and_decide_work(console: Console) -> None:
    """Links and forms do it: slower, and nothing is missing but the keys."""
    posts = console.cases(2)
    page = console.page("alex", java_script_enabled=False)
    page.get_by_role("link", name="Flagged").first.click()
    page.locator("table.list tbody a").first.click()
    first, second = in_turn(page, posts)
    page.get_by_role("link", name=re.compile("Next")).click()
    expect(page.locator("#case")).to_have_attribute("data-post", second)
    page.get_by_role("link", name=re.compile("Previous")).click()
    expect(page.locator("#case")).to_have_attribute("data-post", first)
    page.locator("textarea[name=note]").fill("By hand.")
    page.locator("input[name=reason]").first.press("Enter")  # presses no button of an act
    expect(page.locator("#told")).to_contain_text("choose one of the acts")
    expect(page.locator("textarea[name=note]")).to_have_value("By hand.")
    page.locator("button[value=hide]").click()
    expect(page.locator("#flash")).to_contain_text(f"Hide: {first}")
    assert shown(page) == second
    [decision] = console.acts([first], Decide)
    assert (decision.action, decision.note) == ("hide", "By hand.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#case")).to_have_attribute("data-post", first)
    document = console.document(first)
    assert (document["state"], document["version"]) == ("open", 2)


def test_keys_rest_while_somebody_types_and_can_be_switched_off(console: Console) -> None:
    """WCAG 2.1.4; Escape leaves a field, and what keys do can also be done without them."""
    [post] = console.cases(1)
    page = console.begin("alex")
    chosen, note = page.locator("button[aria-pressed=true]"), page.locator("textarea[name=note]")
    page.keyboard.press("n")
    page.keyboard.type("lhrujx1?")
    expect(note).to_have_value("lhrujx1?")
    expect(chosen).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(chosen).to_have_text(re.compile("Remove"))
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    expect(note).to_have_value("lhrujx1?")
    for key in ("r", "Enter", "j", "?"):
        page.keyboard.press(key)
    page.locator("input[name=reason]").first.press("Enter")
    expect(page.locator("#told")).to_contain_text("Choose first")
    expect(chosen).to_have_count(0)
    expect(page.locator("#sheet")).not_to_be_visible()
    expect(page.locator("kbd").first).not_to_be_visible()
    assert (shown(page), console.document(post)["version"]) == (post, 0)
    page.locator("button[value=leave]").click()
    page.wait_for_url(re.compile("/queue.*end=last"))
    assert console.document(post)["action"] == "leave"


def test_a_case_that_was_given_back_stays_so_while_it_is_on_the_screen(console: Console) -> None:
    """Looking renews a lease, and does not take it anew."""
    [post] = console.cases(1)
    page = console.begin("alex")
    page.add_init_script(HEARD)
    page.reload()
    expect(page.locator("[data-presence]")).to_contain_text("Yours for")
    shows: list[str] = []
    page.on("request", lambda request: shows.append(request.url) if "/case/show" in request.url else None)
    page.keyboard.press("x")
    expect(page.locator("#flash")).to_contain_text("Release")
    page.wait_for_function("() => heard.at(-1)?.holder === null")
    assert shows == []
    assert console.document(post)["claimed_by"] is None


def test_undo_takes_the_last_decision_back_also_one_that_is_on_its_way(console: Console) -> None:
    """Pressed at once, it waits for the answer; it never takes back the one before."""
    console.cases(3)
    page = console.begin("alex")
    first = shown(page)
    page.keyboard.press("l")
    page.keyboard.press("Enter")
    second = wait_for_another(page, first)
    expect(page.locator("#flash")).to_contain_text(first)
    held: list[Route] = []
    page.route("**/case/act", lambda route: route.continue_() if held else held.append(route))
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    third = wait_for_another(page, second)
    page.keyboard.press("u")
    held[0].continue_()
    expect(page.locator("#flash")).to_contain_text(f"Taken back: {second}")
    assert [console.document(post)["version"] for post in (first, second, third)] == [1, 2, 0]
    assert console.document(first)["state"] == "decided"


def test_what_was_decided_is_sent_on_by_the_next_page(console: Console) -> None:
    """The console is away, and whoever decided goes elsewhere meanwhile."""
    posts = console.cases(2)
    page = console.begin("alex")
    first, second = in_turn(page, posts)
    page.route("**/case/act", lambda route: route.abort())
    page.keyboard.press("h")
    page.keyboard.press("Enter")
    assert wait_for_another(page, first) == second
    expect(page.locator("#flash")).to_contain_text("The console does not answer")
    page.unroute_all()
    page.goto(f"{console.address}/policy")
    expect(page.locator("#told")).to_contain_text(f"What you had decided is on record: hide on {first}")
    assert len(console.acts([first], Decide)) == 1
    assert console.document(second)["version"] == 0


def test_a_session_that_ends_loses_no_decision(console: Console) -> None:
    """It is said, and stays said; after signing in again it is sent, and not by somebody else at the same browser."""
    posts = console.cases(2)
    page = console.begin("alex")
    held: list[tuple[Route, APIResponse]] = []
    page.route(re.compile("prefetch=1"), lambda route: held.append((route, route.fetch())))
    page.reload()
    wait_for(lambda: page.evaluate("true") and held, "the next case is not asked for")
    post, other = in_turn(page, posts)
    page.locator("textarea[name=note]").fill("I have thought about this.")
    page.keyboard.press("Escape")
    page.context.clear_cookies()
    page.keyboard.press("h")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("you are signed out. Sign in again, and it is sent again")
    held[0][0].fulfill(response=held[0][1])
    expect(page.locator("#case")).to_have_attribute("data-post", other)
    expect(page.locator("#told")).to_contain_text("you are signed out. Sign in again, and it is sent again")
    page.unroute_all(behavior="ignoreErrors")
    sign_in(page, console.address, "kim")
    expect(page.locator(".who")).to_contain_text("kim")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{console.address}/case?post={post}&queue=flagged")
    give(page, "alex")
    expect(page.locator("#flash")).to_contain_text(f"Hide: {post}")
    [decision] = console.acts([post], Decide)
    assert (decision.staff_id, decision.note) == ("alex", "I have thought about this.")


def in_turn(page: Page, posts: list[str]) -> tuple[str, str]:
    """The one on the screen, and the other one."""
    [other] = set(posts) - {shown(page)}
    return shown(page), other

"""Several people at the console: nobody's decision is lost, doubled, or left without an answer."""

import random
import re
import threading
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from playwright.sync_api import Page, Route, expect

from records.decisions import Act, Decide, Release
from tests.live.consoles import Console, shown, wait_for_another
from tests.live.pipeline import wait_for
from tests.live.reviewer import Reviewer
from tests.live.staffed import insults, staff

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

COUNTING = ("decide", "escalate", "defer", "undo")
AT_ONCE_MAX = 1_000


def test_a_colleague_is_met_by_name_and_what_was_typed_is_kept(console: Console) -> None:
    """Who comes second sees who is there; a decision on a version that is gone says so, and the note stays."""
    [post, other] = console.cases(2)
    case = f"/case?post={post}&queue=flagged"
    first = console.page("alex", case)
    expect(first.locator("[data-presence]")).to_contain_text("Yours for")
    second = console.page("kim", case)
    expect(second.locator("[data-presence]")).to_contain_text("alex is looking at this")
    expect(second.locator("#decide")).to_contain_text("alex is looking at this until")
    expect(second.locator("button[value=remove]")).to_be_disabled()
    supervisor = console.page("sam", case)
    supervisor.locator("textarea[name=note]").fill("I have looked into this for a long time.")
    first.keyboard.press("l")
    first.keyboard.press("Enter")
    expect(first.locator("#flash")).to_contain_text("Leave")
    supervisor.locator("button[value=hide]").click()
    refused = supervisor.locator("#refused, #told").filter(has_text="another decision came in between")
    expect(refused).to_be_visible()
    if shown_is(supervisor, other):
        supervisor.keyboard.press("l")  # what did not count stays said while somebody goes on
        expect(refused).to_be_visible()
        refused.get_by_role("link", name=re.compile("Go back to it")).click()
    expect(supervisor.locator("textarea[name=note]")).to_have_value("I have looked into this for a long time.")
    assert [console.document(one)["version"] for one in (post, other)] == [1, 0]


def shown_is(page: Page, post: str) -> bool:
    """Whether this one is on the screen."""
    return page.locator("#case").get_attribute("data-post") == post


def test_whoever_goes_on_at_once_keeps_a_case_from_nobody(console: Console) -> None:
    """Neither by a key before they hear that it is theirs, nor by another page before anything else was heard."""
    console.cases(3)
    page = console.begin("kim")
    first = shown(page)
    held: list[Route] = []
    page.route("**/case/show", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/case/show"):
        page.keyboard.press("j")
    second = wait_for_another(page, first)
    page.keyboard.press("j")
    third = wait_for_another(page, second)
    held[0].continue_()
    wait_for(lambda: console.acts([second], Release), "it is not given back")
    other = console.page("alex")
    other.route("**/events*", lambda route: route.abort())
    other.goto(f"{console.address}/case?post={second}&queue=flagged")
    other.goto(f"{console.address}/policy")
    wait_for(lambda: "alex" in [one.staff_id for one in console.acts([second], Release)], "it is not given back")
    expect(page.locator("[data-presence]")).to_contain_text("Yours for")
    wait_for(lambda: not console.document(second)["claimed_by"], "somebody has it still")
    assert console.document(third)["claimed_by"] == "kim"


def test_an_examiner_reads_and_cannot_decide(console: Console) -> None:
    """On record as everybody else; neither by the page nor past it."""
    [post] = console.cases(1)
    page = console.page("exa", f"/case?post={post}&queue=flagged")
    expect(page.locator("#decide")).to_contain_text("You read here, and decide on no case")
    for key in ("l", "r", "x", "s", "a", "e", "f", "n", "1", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#told")).to_contain_text("You read here")
    csrf = page.locator("input[name=csrf]").first.get_attribute("value") or ""
    form = {"csrf": csrf, "post": post, "act": "leave", "version": "0", "reason": "4.2"}
    answer = page.request.post(f"{console.address}/case/act", form=form, headers={"accept": "application/json"})
    assert answer.status == 403
    assert "exa is an examiner, and deciding on a case needs" in answer.json()["problem"]
    document = console.document(post)
    assert (document["version"], document["claimed_by"]) == (0, None)
    assert post in {one.subject for one in console.audits("view", "exa")}
    assert console.audits("refusal", "exa")


def opens(page: Page, address: str) -> bool:
    """Whether somebody is let in."""
    answer = page.goto(address)
    return answer is not None and answer.ok


def test_whoever_loses_their_role_is_told_while_they_review(console: Console) -> None:
    """At once, without a decision getting through; what they had typed is still there."""
    [post] = console.cases(1)
    console.enroll("rob", "reviewer")
    page = console.page("rob", "/policy")
    wait_for(lambda: opens(page, f"{console.address}/case?post={post}&queue=flagged"), "the role is not known yet")
    page.locator("textarea[name=note]").fill("Half of a thought.")
    expect(page.locator("[data-presence]")).to_contain_text("Yours for")
    console.enroll("rob", "reviewer", granted=False)
    expect(page.locator("#told")).to_contain_text("what you may do here has changed", timeout=10_000)
    page.locator("button[value=remove]").click()
    expect(page.locator("#told")).to_contain_text("rob is a person without a role")
    expect(page.locator("textarea[name=note]")).to_have_value("Half of a thought.")
    assert console.document(post)["version"] == 0
    answer = page.goto(f"{console.address}/case?post={post}")
    assert answer
    assert answer.status == 403


def decide_on_all(page: Page, act: str = "Leave all") -> None:
    """By the first clause, as the preview is open."""
    page.locator("input[name=reason]").first.check()
    page.get_by_role("button", name=act).click()
    page.wait_for_url(re.compile("/bulk/batch"))


def test_what_says_the_same_is_decided_at_once_and_what_changed_meanwhile_is_refused(console: Console) -> None:
    """From the page of one of them: frozen, counted, with a sample; one undo takes back what still stands."""
    posts = console.cases(6, text=f"Call me, my card is 4111 1111 1111 1111, {datetime.now(UTC)}.")
    [other] = console.cases(1)
    page = console.page("alex", f"/case?post={posts[0]}&queue=flagged")
    page.get_by_role("link", name="Decide on all of these at once").click()
    expect(page.locator("#main")).to_contain_text(f"all that say the same as {posts[0]}: 6 posts, frozen")
    expect(page.locator(".others li")).to_have_count(6)
    console.publish(console.decision(posts[1], "kim"), console.claim(posts[2], "kim"))
    page.get_by_role("button", name="Pass on all").click()
    decide_on_all(page, "Hide all")
    status = page.get_by_role("status")
    expect(status).to_contain_text("4 decided, 1 refused because changed, 1 not decided at all")
    expect(status).to_contain_text("another decision came in between")
    expect(status).to_contain_text("kim is looking at this until")
    wanted = {post: "kim" if post == posts[1] else None if post == posts[2] else "alex" for post in posts}
    assert {post: console.document(post)["decided_by"] for post in posts} == wanted
    acts = [act for act in console.acts(posts, Decide) if act.staff_id == "alex"]
    assert len({act.batch_id for act in acts}) == 1
    assert len(acts) == 5
    console.publish(console.decision(posts[0], "sam", action="remove"))
    page.get_by_role("button", name="Take all 4 back").click()
    expect(page.get_by_role("status")).to_contain_text("3 taken back, 1 stay, since somebody has decided on them since")
    states = {post: (one["state"], one["decided_by"]) for post in posts for one in [console.document(post)]}
    assert states == {
        posts[0]: ("decided", "sam"),
        posts[1]: ("decided", "kim"),
        **dict.fromkeys(posts[2:], ("open", None)),
    }
    assert console.document(other)["version"] == 0


def test_an_authors_posts_are_decided_at_once_and_nobody_elses(console: Console) -> None:
    """Somebody who has taken their name, or has their id at another source, is somebody else."""
    theirs = console.cases(3, author={"id": "dana-7", "name": "Dana"})
    [named] = console.cases(1, author={"id": "eve-1", "name": "dana-7"})
    page = console.page("alex", f"/case?post={theirs[0]}")
    page.get_by_role("link", name="Decide on all of theirs that wait").click()
    expect(page.locator("#main")).to_contain_text("all that wait by dana-7 at site: 3 posts, frozen")
    page.locator("input[name=reason]").first.check()
    page.get_by_role("button", name="Pass on all").click()
    expect(page.get_by_role("alert")).to_contain_text("choose to whom it goes")
    page.go_back()
    page.locator("select[name=to]").select_option("compliance")
    decide_on_all(page, "Pass on all")
    expect(page.get_by_role("status")).to_contain_text("3 decided, 0 refused")
    expect(page.get_by_role("button", name=re.compile("Take all"))).to_have_count(0)
    assert [console.document(post)["escalated_to"] for post in theirs] == ["compliance"] * 3
    assert console.document(named)["state"] == "open"


def test_a_queue_is_decided_at_once_a_thousand_at_most(console: Console) -> None:
    """The rest waits."""
    posts = console.cases(AT_ONCE_MAX + 5)
    page = console.page("alex", "/queue?queue=flagged")
    page.get_by_role("link", name="Decide many at once").click()
    expect(page.locator("#main")).to_contain_text(
        f"{AT_ONCE_MAX} posts, frozen as they are now. There are 1005 or more"
    )
    expect(page.locator(".others li")).to_have_count(10)
    decide_on_all(page)
    status = page.get_by_role("status")
    expect(status).to_contain_text(f"{AT_ONCE_MAX} decided, 0 refused because changed.", timeout=60_000)
    console.wait(lambda: states(console, posts) == {"decided": AT_ONCE_MAX, "open": 5}, "not all are decided")


def states(console: Console, posts: list[str]) -> Counter[str]:
    """How many of them stand how."""
    return Counter(one["state"] for one in console.documents(posts))


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("reviewers", "seconds", "posts"),
    [(4, 6.0, 60), pytest.param(20, 120.0, 2_000, marks=pytest.mark.chaos)],
)
def test_every_decision_ends_accepted_or_refused_with_a_reason(
    console: Console, reviewers: int, seconds: float, posts: int
) -> None:
    """And no two accepted ones name the same version of a case, while posts are imported."""
    names = [f"reviewer-{number}-of-{reviewers}" for number in range(reviewers)]
    staff(console.settings, *((name, "supervisor") for name in names))
    known = console.cases(posts)
    first = int(known[-1].rpartition("-")[2]) + 1
    with ExitStack() as signed_in:
        people = [signed_in.enter_context(Reviewer(console.address, name)) for name in names]
        ends_at = time.monotonic() + seconds
        importing = threading.Thread(target=keep_importing, args=(console, first, ends_at))
        importing.start()
        answers = together(people, ends_at)
        importing.join()
    tell(answers)
    assert answers
    assert all(answer["accepted"] or answer["refusal"] for _, answer in answers)
    check_versions(console, answers)


def keep_importing(console: Console, first: int, ends_at: float) -> None:
    """Posts come while people decide."""
    while time.monotonic() < ends_at:
        console.hear(insults(20, first))
        first += 20
        time.sleep(1)


def together(people: list[Reviewer], ends_at: float) -> list[tuple[float, dict[str, Any]]]:
    """All of them at once; what each was answered."""
    broken: list[BaseException] = []

    def work(one: Reviewer) -> None:
        rng = random.Random(one.name)
        try:
            while time.monotonic() < ends_at:
                one.review("flagged", rng)
        except BaseException as error:  # noqa: BLE001  told by the test's own thread
            broken.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return [answer for one in people for answer in one.answers]


def tell(answers: list[tuple[float, dict[str, Any]]]) -> None:
    """For whoever runs it with -s."""
    seconds = sorted(seconds for seconds, _ in answers)
    p50, p95 = (round(seconds[int(len(seconds) * share)], 3) for share in (0.5, 0.95))
    refused = Counter(re.sub(r"[0-9]+", "N", str(one["refusal"])) for _, one in answers if not one["accepted"])
    accepted = len(answers) - refused.total()
    structlog.get_logger().info(
        "together", acts=len(answers), accepted=accepted, refused=dict(refused), p50=p50, p95=p95
    )


def check_versions(console: Console, answers: list[tuple[float, dict[str, Any]]]) -> None:
    """Each published act is in its document with its result, and each version was made by one of them."""
    console.pipeline.settle()
    post_ids = {answer["post"] for _, answer in answers}
    published = {act.record_id for act in console.acts(post_ids, Act) if act.kind not in ("claim", "release")}
    entries: dict[str, dict[str, Any]] = {}
    for post_id in post_ids:
        known = console.document(post_id)["parts"]["decided"]["decisions"]
        counting = [entry for entry in known if entry["kind"] in COUNTING and entry["accepted"]]
        seen = Counter(entry["case_version_seen"] for entry in counting)
        assert max(seen.values(), default=1) == 1, counting
        entries |= {entry["record_id"]: entry for entry in known}
    assert published <= set(entries)
    accepted = sum(entries[record_id]["accepted"] for record_id in published)
    assert accepted == sum(answer["accepted"] for _, answer in answers)
    assert all(entries[record_id]["accepted"] or entries[record_id]["refusal"] for record_id in published)

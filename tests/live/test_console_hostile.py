"""What strangers write never runs, loads nothing and is asked for first; every page can be used by everybody."""

import re
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from kafka import KafkaProducer
from playwright.sync_api import Page, Request, expect

from console.web.exposure import Exposure
from console.web.route import Route
from console.web.routes import ROUTES
from ingest.reader import Unreadable, read_all
from records.dead_letters import DeadLetter, contents_of
from records.topics import DEAD_LETTERS
from records.topics import POSTS as POSTS_TOPIC
from tests.live.browser import context_of
from tests.live.consoles import Console, wait_for_another
from tests.live.pipeline import wait_for
from tests.live.strangers import HOSTILE, POSTS, flagged, heard
from tests.live.usable import SHOW, WIDE, check_use

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

DARK = "rgb(20, 23, 26)"
MINUTE_MS = 60_000


@pytest.fixture(scope="module")
def console(console_of_module: Console) -> Console:
    """With posts of which every field is hostile, which nobody changes; staff have said the same about one of them."""
    console_of_module.enroll("ada", "administrator")
    heard(console_of_module)
    return console_of_module


ASKED = {
    "/queue": {"queue": "flagged"},
    "/queue/next": {"queue": "flagged"},
    "/case": {"post": POSTS[0], "queue": "flagged"},
    "/dossier": {"post": POSTS[0]},
    "/bulk": {"alike": POSTS[0]},
    "/search": {"words": "card"},
}
NO_PAGES = ("/events", "/healthz")


def looks(route: Route) -> str:
    """Who may look at a page: a supervisor, else an administrator."""
    return "sam" if route.needs is None or route.needs & {"supervisor"} else "ada"


PAGES = [
    (looks(route), f"{route.path}?{urlencode(ASKED.get(route.path, {}))}")
    for route in ROUTES
    if route.method == "GET" and "{" not in route.path and route.path not in NO_PAGES
]
"""Every page of the console, so that a new one is among them, each with somebody who may look at it."""
ALSO = [("ada", "/webhooks")]
CASES = [f"/case?{urlencode({'post': post, 'queue': 'flagged'})}" for post in POSTS]
BY_WORD = [f"/case?{urlencode(dict.fromkeys(('post', 'queue', 'at', 'last', 'record'), said))}" for said in HOSTILE]


def test_what_strangers_write_never_runs(console: Console) -> None:
    """On no page, as text, name, title, surface or address; and nothing is asked of anybody else."""
    asked: set[str] = set()
    dialogs: list[str] = []
    people = {name: console.page(name) for name in ("sam", "ada")}
    for page in people.values():
        page.context.on("request", lambda request: asked.add(_host(request)))
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    for name, path in [*PAGES, *ALSO, *(("sam", path) for path in CASES)]:
        page = people[name]
        answer = page.goto(console.address + path)
        assert answer is not None
        assert answer.status < 500, path
        assert answer.status != 403, path
        page.evaluate(SHOW)
        assert page.evaluate("window.ran") is None, path
        links = page.locator("a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        assert all(href.startswith(("/", "#", "https://www.example.com/")) for href in links), (path, links)
    page = people["sam"]
    page.goto(f"{console.address}/queue/next?queue=flagged")
    for _ in range(5):  # the next ones come as fragments
        before = page.locator("#case").get_attribute("data-post") or ""
        page.keyboard.press("j")
        wait_for_another(page, before)
        page.keyboard.press("v")
        expect(page.locator(".post .said")).to_be_visible()
        assert page.evaluate("window.ran") is None
    assert not dialogs
    assert asked == {console.address.removeprefix("http://")}


def test_an_address_that_somebody_else_has_made_shows_nothing_of_its_own(console: Console) -> None:
    """Whatever stands in it: there is no such post, and no bug."""
    page = console.page("sam")
    for path in BY_WORD:
        answer = page.request.get(console.address + path)
        assert answer.status == 404, path
        assert "<script>window" not in answer.text()
    place = "/case?" + urlencode({"post": POSTS[1], "last": HOSTILE[0], "record": HOSTILE[1], "at": HOSTILE[2]})
    page.goto(console.address + place)
    assert page.evaluate("window.ran") is None
    expect(page.locator("#flash")).to_be_empty()


def test_what_was_typed_comes_back_and_does_not_run(console: Console) -> None:
    """Staff are strangers, too, where they paste what they have found."""
    page = console.page("sam", f"/case?{urlencode({'post': POSTS[2]})}", java_script_enabled=False)
    said = "\n".join(one for one in HOSTILE if one.isprintable()) + "\n\ttab 👩\u200d👧"
    page.locator("textarea[name=note]").fill(said)
    page.get_by_text("Pass it on").first.click()
    page.locator("button[value=escalate]").click()
    expect(page.locator("#told")).to_contain_text("choose to whom it goes")
    expect(page.locator("textarea[name=note]")).to_have_value(said)


def test_every_page_can_be_used_by_everybody(console: Console) -> None:
    """axe-core finds nothing serious in light or dark, and nothing is cut off at twice the size or on a telephone."""
    still = {"reduced_motion": "reduce"}  # a colour that is just changing has no contrast yet
    people = {name: console.page(name, **still) for name in ("sam", "ada")}
    people[""] = context_of(console.browser, **still).new_page()
    for name, path in [*PAGES, *ALSO, ("", "/sign-in")]:
        page = people[name]
        page.set_viewport_size({"width": WIDE, "height": 900})
        page.goto(console.address + path)
        check_use(page)


def test_a_grave_text_is_there_once_it_is_asked_for(console: Console) -> None:
    """By one key, or without a script, for as long as its page is there; so long it counts, for whoever looked."""
    page = console.page("kim")
    page.clock.install()
    page.goto(console.address + CASES[0])
    text = page.locator(".post .said")
    expect(page.locator(".post summary")).to_contain_text("Text hidden: Exposes what identifies a private person")
    expect(text).not_to_be_visible()
    page.clock.run_for(20_000)
    page.keyboard.press("v")
    expect(text).to_be_visible()
    expect(page.locator("button[value=release]")).to_be_visible()
    with page.expect_response(lambda answer: "prefetch" in answer.url) as fetched:
        page.keyboard.press("x")
    fetched.value.finished()
    expect(page.locator("button[value=release]")).not_to_be_visible()
    expect(text).to_be_visible()
    page.clock.run_for(20_000)
    known = Exposure(console.settings)
    wait_for(lambda: known.days("kim")[0].seconds, "nothing is counted")
    assert 10 <= known.days("kim")[0].seconds <= 25
    page.goto(console.address + CASES[1])
    expect(page.locator("#case")).to_have_attribute("data-post", POSTS[1])
    expect(text).not_to_be_visible()
    plain = console.page("kim", CASES[0], java_script_enabled=False)
    plain.locator(".post summary").press("Enter")
    expect(plain.locator(".post .said")).to_be_visible()
    plain.get_by_role("link", name="kim").click()
    expect(plain.get_by_text("Today: less than a minute")).to_be_visible()
    expect(console.page("alex", "/you?name=kim").get_by_text("Today: none")).to_be_visible()


def test_a_break_is_called_to_mind_and_the_night_is_dark(console: Console) -> None:
    """It takes no focus, goes by a key, comes again, and not once somebody says so; a theme holds on every page."""
    page = console.page("kim")
    page.clock.install()
    page.goto(f"{console.address}/queue?queue=flagged")
    reminder = page.locator("#break")
    for way in (lambda: page.keyboard.press("b"), reminder.get_by_role("button", name="Not again").click):
        for _ in range(12):
            expect(reminder).to_be_empty()
            page.clock.fast_forward(4 * MINUTE_MS)
            page.keyboard.press("Shift")
        page.clock.run_for(6_000)
        expect(reminder).to_contain_text("You have been here for 45 minutes without a break")
        assert page.evaluate("document.activeElement === document.body")
        way()
    expect(reminder).to_contain_text("There will be no reminder any more")
    page.emulate_media(color_scheme="light")
    page.goto(f"{console.address}/you")
    expect(page.get_by_label("Remind me")).not_to_be_checked()
    page.get_by_label("dark").check()
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_text("This is kept")).to_be_visible()
    for path in ("/you", "/queue?queue=flagged", CASES[0], "/case?post=none"):
        page.goto(console.address + path)
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == DARK, path


def raw(console: Console, said: bytes, key: bytes) -> str:
    """Bytes on the topic of posts, past every source; where they stand."""
    with closing(KafkaProducer(bootstrap_servers=console.settings.kafka_bootstrap)) as producer:
        facts = producer.send(console.settings.named("posts"), said, key=key).get(30)
    return f"posts-{facts.partition}-{facts.offset}"


def reached(page: Page, path: str, said: str) -> None:
    """A page that says so, sooner or later."""
    wait_for(lambda: page.goto(path) is not None and said in page.inner_text("main"), f"nothing says {said}")


def test_what_nobody_can_read_is_looked_at_and_published_again(console: Console) -> None:
    """Without a script: the very bytes, once more, by a person, and what became of them by the next letter."""
    said = HOSTILE[0].encode() + b"\xff\x00"
    place = raw(console, said, b"site:c-9999")
    page = console.page("sam", java_script_enabled=False)
    reached(page, f"{console.address}/dead-letters", place)
    page.get_by_role("link", name=place).click()
    page.get_by_text("The bytes, which may hold").click()
    expect(page.locator("pre.bytes")).to_contain_text("3c 73 63 72 69 70 74 3e")
    letter = page.url
    taken = page.request.get(letter.replace("/letter?", "/bytes?"))
    assert (taken.body(), taken.headers["content-type"]) == (said, "application/octet-stream")
    assert taken.headers["content-disposition"].startswith("attachment")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Publish it again").click()
    expect(page.get_by_role("status")).to_contain_text("It was published again, and stands at posts-")
    reached(page, letter, "put aside again")
    page.get_by_role("link", name="put aside again").click()
    expect(page.locator("h1")).to_contain_text("What stood at posts-")
    same = [
        one for one in read_all(console.settings, [POSTS_TOPIC]) if isinstance(one, Unreadable) and one.value == said
    ]
    assert [one.key for one in same] == [b"site:c-9999"] * 2
    assert [one.subject for one in console.audits("replay", "sam")] == [place]
    reached(page, f"{console.address}/dead-letters", "1 time, last by sam")
    check_made_up(console, page)


def check_made_up(console: Console, page: Page) -> None:
    """A letter that somebody has written brings nothing onto a topic."""
    made_up: dict[str, Any] = {"origin": "decisions", "partition": 0, "offset": 0, "message_key": b"site:c-1"}
    made_up |= {"reason": "made up", "found_by": "nobody", "found_at": datetime.now(UTC), **contents_of(b"{}")}
    place = console.publisher.publish(DEAD_LETTERS, DeadLetter.model_validate(made_up))
    page.goto(f"{console.address}/dead-letters/letter?at={place.partition}-{place.offset}")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Publish it again").click()
    expect(page.get_by_role("alert")).to_contain_text("decisions-0-0")


def test_the_overview_counts_what_there_is(console: Console) -> None:
    """The same as the documents, one by one; without a script, too."""
    acts = {POSTS[10]: "hide", POSTS[11]: "remove", POSTS[12]: "leave"}
    console.publish(*(console.decision(post, "kim", action=action) for post, action in acts.items()))
    console.wait(lambda: len(flagged(console)) == len(POSTS) - len(acts), "the decisions are not found")
    page = console.page("exa", "/overview?from=2026-11-20", java_script_enabled=False)
    documents = console.documents(POSTS)
    late = [one for one in documents if (one.get("due_at") or "9") < datetime.now(UTC).isoformat()]
    figures = {"came": len(POSTS), "flagged": len(POSTS), "decided": 3, "waits": len(POSTS) - 3, "late": len(late)}
    for name, posts in figures.items():
        assert page.locator(f"[data-figure={name}]").inner_text() == str(posts), name
    decided = page.locator("section[aria-labelledby=figure-decided] tbody").first
    for said in ("left as it is\t1", "hidden\t1", "removed\t1", "replied to\t0"):
        expect(decided).to_contain_text(re.compile(r"\s*".join(map(re.escape, said.split("\t")))))
    expect(page.locator("section[aria-labelledby=figure-decided] .took").first).to_contain_text("nine of ten within")
    page.locator("section[aria-labelledby=figure-flagged] p a").click()
    expect(page.locator("#found")).to_contain_text(f"{len(POSTS)} posts")
    page.goto(f"{console.address}/health")
    expect(page.locator("main")).to_contain_text("✗ not well")  # this pipeline has neither keeper nor receiver


def _host(request: Request) -> str:
    return request.url.partition("//")[2].partition("/")[0]

"""What strangers write never runs, loads nothing and is asked for first; every page can be used by everybody."""

import re
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from kafka import KafkaProducer
from playwright.sync_api import Page, Request, expect

from console.web.exposure import Exposure
from console.web.routes import ROUTES
from ingest.reader import Unreadable, read_all
from records.dead_letters import DeadLetter, contents_of
from records.decisions import Note
from records.topics import DEAD_LETTERS
from records.topics import POSTS as POSTS_TOPIC
from tests.live.browser import context_of
from tests.live.consoles import Console, wait_for_another
from tests.live.pipeline import wait_for
from tests.live.staffed import insults

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
    "<img src=https://evil.example/a.png srcset=//evil.example/b.png><video src=https://evil.example/c.mp4 autoplay>",
    "https://evil.example/d.png ![d](https://evil.example/d.png) <a href=//evil.example/e ping=//evil.example/f>e</a>",
    "<style>@import url(//evil.example/g.css); body { background: url(https://evil.example/h.png) }</style>",
    "<link rel=preconnect href=https://evil.example><link rel=dns-prefetch href=//evil.example>",
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
SHOW = "for (const one of document.querySelectorAll('details.mask')) one.open = true"
"""Whoever looks has asked for every text."""
DARK = "rgb(20, 23, 26)"
MINUTE_MS = 60_000


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


@pytest.fixture(scope="module")
def console(console_of_module: Console) -> Console:
    """With posts of which every field is hostile, which nobody changes; staff have said the same about one of them."""
    numbers = range(len(HOSTILE))
    console_of_module.hear([hostile(number) for number in numbers])
    edited = [
        hostile(number) | {"kind": "edited", "text": f"edited {HOSTILE[number]} 4111 1111 1111 1111"}
        for number in (0, 1)
    ]
    console_of_module.hear(edited)
    wanted = {f"site:c-{number}" for number in numbers}
    console_of_module.wait(lambda: wanted == flagged(console_of_module), "not all posts wait")
    said = HOSTILE[0]
    note = Note.model_validate(console_of_module.common("site:c-0", said, 0) | {"note": said})
    reply = {"action": "reply", "reply_text": said, "note": said, "reason": said, "scope": "author"}
    console_of_module.publish(note, console_of_module.decision("site:c-0", said, **reply))
    return console_of_module


def flagged(console: Console) -> set[str]:
    """The posts that wait."""
    query = {"query": {"term": {"state": "open"}}, "size": 100, "_source": ["post_id"]}
    hits = console.pipeline.ask("POST", "/{posts}/_search", query)["hits"]["hits"]
    return {hit["_source"]["post_id"] for hit in hits}


POSTS = [f"site:c-{number}" for number in range(len(HOSTILE))]
ASKED = {
    "/queue": {"queue": "flagged"},
    "/queue/next": {"queue": "flagged"},
    "/case": {"post": POSTS[0], "queue": "flagged"},
    "/dossier": {"post": POSTS[0]},
    "/bulk": {"alike": POSTS[0]},
    "/search": {"words": "card"},
}
NO_PAGES = ("/events", "/healthz")
PAGES = [
    f"{route.path}?{urlencode(ASKED.get(route.path, {}))}"
    for route in ROUTES
    if route.method == "GET" and "{" not in route.path and route.path not in NO_PAGES
]
"""Every page of the console, so that a new one is among them."""
CASES = [f"/case?{urlencode({'post': post, 'queue': 'flagged'})}" for post in POSTS]
BY_WORD = [f"/case?{urlencode(dict.fromkeys(('post', 'queue', 'at', 'last', 'record'), said))}" for said in HOSTILE]


def test_what_strangers_write_never_runs(console: Console) -> None:
    """On no page, as text, name, title, surface or address; and nothing is asked of anybody else."""
    page = console.page("sam")
    asked: set[str] = set()
    page.context.on("request", lambda request: asked.add(_host(request)))
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    for path in [*PAGES, *CASES]:
        answer = page.goto(console.address + path)
        assert answer is not None
        assert answer.status < 500, path
        page.evaluate(SHOW)
        assert page.evaluate("window.ran") is None, path
        links = page.locator("a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        assert all(href.startswith(("/", "#", "https://www.example.com/")) for href in links), (path, links)
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
    page, stranger = console.page("sam", **still), context_of(console.browser, **still).new_page()
    for one, path in [*((page, path) for path in PAGES), (stranger, "/sign-in")]:
        one.emulate_media(color_scheme="light")
        one.set_viewport_size({"width": 1280, "height": 900})
        one.goto(console.address + path)
        one.evaluate(SHOW)
        check(one, {"resultTypes": ["violations"]})
        one.emulate_media(color_scheme="dark")
        check(one, {"resultTypes": ["violations"], "runOnly": ["color-contrast"]})  # nothing else is another one
        for width in (640, 390):  # 1280 pixels enlarged twice are 640
            one.set_viewport_size({"width": width, "height": 700})
            wide = one.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (path, width, wide)


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
    expect(console.page("exa", "/you?name=kim").get_by_text("Today: none")).to_be_visible()


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


def check(page: Page, options: dict[str, list[str]]) -> None:
    """Nothing serious or critical."""
    found = [one for one in Axe().run(page, options=options).response["violations"] if one["impact"] in SEVERE]
    said = [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]
    assert not said, (page.url, options, said)


def _host(request: Request) -> str:
    return request.url.partition("//")[2].partition("/")[0]

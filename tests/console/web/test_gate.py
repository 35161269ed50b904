"""What is asked of every request, and what every answer has."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import structlog
from starlette.responses import PlainTextResponse, Response

from console.web.app import create_app
from console.web.body import BODY_BYTES_MAX, BODY_BYTES_OF_NOBODY_MAX, FIELDS_MAX
from console.web.desk import Desk
from console.web.rendering import go, own_path
from console.web.route import DECIDERS, EVERYBODY, Asked, Missing, Route
from console.web.set_up import STALE_SECONDS_MAX
from records.errors import Malformed, Misconfigured, NotAllowed, Problem, Unavailable
from records.settings import Settings
from tests.console.web.desks import URL, Browser, Scene


async def _echo(_: Desk, asked: Asked) -> Response:
    return PlainTextResponse(f"{asked.said('text')} {asked.form.get('text')}")


async def _says(_: Desk, asked: Asked) -> Response:
    return go(asked, "/read", "Done: <b>hidden</b> \u202e.")


PROBLEMS: dict[str, Problem | ValueError] = {
    "malformed": Malformed("no such reason"),
    "not-allowed": NotAllowed("a colleague has it"),
    "missing": Missing("no such post"),
    "unavailable": Unavailable("the broker does not answer"),
    "misconfigured": Misconfigured("/secret/file is open to others"),
    "bug": ValueError("text of a post"),
}


async def _fails(_: Desk, asked: Asked) -> Response:
    raise PROBLEMS[asked.request.path_params["how"]]


ROUTES = (
    Route("GET", "/read", _echo, EVERYBODY, "reading"),
    Route("POST", "/change", _echo, DECIDERS, "changing something"),
    Route("POST", "/says", _says, DECIDERS, "saying something"),
    Route("GET", "/fails/{how}", _fails, EVERYBODY, "failing"),
    Route("POST", "/fails/{how}", _fails, EVERYBODY, "failing"),
    Route("GET", "/open/{how}", _fails, None, "failing for everybody"),
)


@pytest.fixture
def ann(scene: Scene) -> Browser:
    """A moderator, before a console of six routes."""
    return scene.signed_in(app=create_app(scene.desk, ROUTES))


async def test_a_form_of_ours_arrives(ann: Browser) -> None:
    """With all its values, in order."""
    answer = await ann.post("/change", data={"csrf": ann.csrf, "text": ["one", "zwei ✓"]})
    assert (answer.status_code, answer.text) == (200, "zwei ✓ ('one', 'zwei ✓')")


@pytest.mark.parametrize("token", ["", "wrong", "ü", "x" * 10_000])
async def test_nothing_changes_without_the_token_of_the_session(scene: Scene, ann: Browser, token: str) -> None:
    """The refusal is on record, with who it was."""
    answer = await ann.post("/change", data={"csrf": token})
    assert answer.status_code == 403
    assert "too old, or is not ours" in answer.text
    [(who, why)] = scene.broker.refusals
    assert who == "ann"
    assert "too old, or is not ours" in why


async def test_the_token_of_another_session_is_no_good(scene: Scene, ann: Browser) -> None:
    """Not even one of the same person."""
    other = scene.signed_in("ann")
    assert (await ann.post("/change", data={"csrf": other.csrf})).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "https://127.0.0.1:8480"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "http://127.0.0.1:8480.evil.example"},
    ],
)
async def test_nothing_changes_from_another_site(scene: Scene, ann: Browser, headers: dict[str, str]) -> None:
    """Even with the right token."""
    answer = await ann.post("/change", data={"csrf": ann.csrf}, headers=headers)
    assert answer.status_code == 403
    assert scene.broker.refusals == [("ann", "this was not sent from a page of the console")]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": URL, "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {},
    ],
)
async def test_our_own_pages_are_known(ann: Browser, headers: dict[str, str]) -> None:
    """Their origin is `null`, since they send no referrer."""
    assert (await ann.post("/change", data={"csrf": ann.csrf}, headers=headers)).status_code == 200


async def test_another_role_is_refused_on_record(scene: Scene) -> None:
    """With what it needs."""
    eve = scene.signed_in("eve", "examiner", create_app(scene.desk, ROUTES))
    answer = await eve.submit("/change", text="x")
    assert answer.status_code == 403
    told = "eve is an examiner, and changing something needs compliance or moderator or supervisor"
    assert told in answer.text
    assert scene.broker.refusals == [("eve", told)]
    assert (await eve.get("/read")).status_code == 200


async def test_a_role_that_is_taken_away_is_gone_at_the_next_request(scene: Scene, ann: Browser) -> None:
    """Without signing out; another one counts at once, too."""
    assert (await ann.submit("/change")).status_code == 200
    scene.grant("ann", "examiner")
    assert (await ann.submit("/change")).status_code == 403
    scene.grant("ann", "examiner", granted=False)
    refused = await ann.get("/read")
    assert refused.status_code == 403
    assert "ann is a person without a role" in refused.text
    scene.grant("ann", "supervisor")
    assert (await ann.submit("/change")).status_code == 200


async def test_an_examiner_reads_until_the_time_and_no_longer(scene: Scene) -> None:
    """Nobody has to do anything for it."""
    eve = scene.signed_in("eve", "examiner", create_app(scene.desk, ROUTES))
    assert (await eve.get("/read")).status_code == 200
    scene.grant("eve", "examiner", until=datetime.now(UTC) - timedelta(seconds=1))
    assert (await eve.get("/read")).status_code == 403


async def test_an_account_that_is_removed_is_out_at_the_next_request(scene: Scene) -> None:
    """Whatever its role."""
    scene.desk.accounts.add("cora", "seven lanterns by the quay")
    scene.grant("cora", "compliance")
    browser, session = scene.browser(), scene.desk.sessions.begin("cora", by_passphrase=True)
    browser.carry(session)
    assert (await browser.get("/policy")).status_code == 200
    scene.desk.accounts.remove("cora")
    assert (await browser.get("/policy")).status_code == 303


async def test_where_roles_cannot_be_read_nobody_has_one(scene: Scene, ann: Browser) -> None:
    """For a while the last look counts; then it is said what is waited for."""
    scene.broker.away = True
    with pytest.raises(Unavailable):
        scene.desk.set_up.look()
    assert (await ann.get("/read")).status_code == 200
    looked_at = scene.desk.set_up._looked_at
    assert looked_at is not None
    scene.desk.set_up._looked_at = looked_at - STALE_SECONDS_MAX - 1
    answer = await ann.get("/read")
    assert answer.status_code == 503
    assert "who may do what cannot be read now: the broker does not answer" in answer.text
    health = await scene.browser().get("/healthz")
    assert (health.status_code, health.json()) == (503, {"ok": False, "waiting": "the broker does not answer"})


async def test_who_is_not_signed_in_is_led_to_where_one_does(scene: Scene) -> None:
    """And from there to where they wanted; a script is told, and so is whoever sends a form."""
    nobody = scene.browser(create_app(scene.desk, ROUTES))
    answer = await nobody.get("/read?q=a%20b&c=d")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/read%3Fq%3Da%2520b%26c%3Dd")
    odd = await nobody.get("/fails/a%3Fb%25")
    assert odd.headers["location"] == "/sign-in?next=/fails/a%253Fb%2525"
    script = await nobody.get("/read", headers={"accept": "application/json"})
    assert (script.status_code, script.json()) == (401, {"problem": "nobody is signed in here, or not any more"})
    form = await nobody.post("/change", data={"note": "half an hour of work", "csrf": "x", "passphrase": "hush"})
    assert form.status_code == 401
    assert "half an hour of work" in form.text
    assert "hush" not in form.text
    assert scene.broker.refusals == [("(nobody)", "nobody is signed in here, or not any more")]


@pytest.mark.parametrize(
    ("how", "status", "told"),
    [
        ("malformed", 400, "no such reason"),
        ("not-allowed", 403, "a colleague has it"),
        ("missing", 404, "no such post"),
        ("unavailable", 503, "the broker does not answer"),
        ("misconfigured", 503, "/secret/file is open to others"),
    ],
)
async def test_each_problem_has_a_page_and_a_form_for_scripts(ann: Browser, how: str, status: int, told: str) -> None:
    """The sentence is the same in both."""
    page = await ann.get(f"/fails/{how}")
    assert (page.status_code, told in page.text) == (status, True)
    script = await ann.post(f"/fails/{how}", data={"csrf": ann.csrf}, headers={"accept": "application/json"})
    assert (script.status_code, script.json()) == (status, {"problem": told})


async def test_a_stranger_is_not_told_how_the_machine_is_set_up(scene: Scene) -> None:
    """It is in the log."""
    stranger = scene.browser(create_app(scene.desk, ROUTES))
    with structlog.testing.capture_logs() as logs:
        answer = await stranger.get("/open/misconfigured")
    assert answer.status_code == 503
    assert "/secret" not in answer.text
    assert [line["problem"] for line in logs] == ["/secret/file is open to others"]


async def test_a_bug_is_one_page_and_one_line_without_a_word_of_a_post(ann: Browser) -> None:
    """And the console goes on."""
    with structlog.testing.capture_logs() as logs:
        answer = await ann.get("/fails/bug")
    assert answer.status_code == 500
    assert "It is in the log of the console" in answer.text
    assert "text of a post" not in answer.text + str(logs)
    [line] = logs
    assert (line["event"], line["error"], line["path"]) == ("bug", "ValueError", "/fails/bug")
    assert "test_gate.py" in line["at"]
    assert answer.headers["cache-control"] == "no-store"
    assert (await ann.get("/read")).status_code == 200


@pytest.mark.parametrize("how", ["unavailable", "bug"])
async def test_what_somebody_typed_is_not_lost_with_a_page(ann: Browser, how: str) -> None:
    """It is shown, and can be sent again in one step; and it is text, whatever it is."""
    answer = await ann.submit(f"/fails/{how}", note='<script>alert("x")</script>')
    assert "&lt;script&gt;alert(" in answer.text
    assert "<script>" not in answer.text
    assert 'name="note" value="&lt;script&gt;' in answer.text
    assert "Try again" in answer.text


async def test_every_answer_has_the_headers(scene: Scene, ann: Browser) -> None:
    """Pages, problems, redirects, files, and what there is not."""
    stranger = scene.browser()
    answers = [
        await ann.get("/read"),
        await ann.get("/fails/bug"),
        await ann.get("/nowhere"),
        await ann.put("/read"),
        await stranger.get("/policy"),
        await stranger.get("/sign-in"),
        await stranger.get("/static/another/console.css"),
        await stranger.get("/sign-in", headers={"host": "evil.example"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 500, 404, 405, 303, 200, 200, 421]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-dns-prefetch-control"] == "off"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert "strict-transport-security" not in answer.headers
        assert "server" not in answer.headers
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


async def test_pages_hold_nothing_that_the_policy_forbids(scene: Scene) -> None:
    """No script, style or address of another host stands in them."""
    ann = scene.signed_in()
    for page in (await ann.get("/policy"), await ann.get("/nowhere"), await scene.browser().get("/sign-in")):
        for forbidden in ("<script>", "<style", " style=", " onclick", "javascript:", "http://", "https://"):
            assert forbidden not in page.text, forbidden


async def test_a_file_is_kept_for_ever_under_its_digest(scene: Scene) -> None:
    """Under the digest of another release it is not kept; and nothing but the files of the folder is served."""
    browser = scene.browser()
    page = (await browser.get("/sign-in")).text
    digest = page.partition('href="/static/')[2].partition("/")[0]
    kept = await browser.get(f"/static/{digest}/console.css")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    other = await browser.get("/static/0123456789abcdef/console.css")
    assert (other.headers["cache-control"], other.content) == ("no-store", kept.content)
    for name in ("nothing.css", "..%2froutes.py", "__init__.py", "%2e%2e/app.py"):
        assert (await browser.get(f"/static/{digest}/{name}")).status_code in (404, 303)


@pytest.mark.parametrize(
    "host", ["evil.example", "", "127.0.0.1.evil.example", "lifeguard.example.com", "[::1", "a:b:c"]
)
async def test_another_host_is_not_served(scene: Scene, host: str) -> None:
    """A name of somebody else's that leads to this machine."""
    assert (await scene.browser().get("/sign-in", headers={"host": host})).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8480", "127.0.0.1", "[::1]:8480", "LOCALHOST"])
async def test_this_machines_own_names_are_served(scene: Scene, host: str) -> None:
    """By whatever port they were reached; and a probe gets its answer under any name."""
    assert (await scene.browser().get("/sign-in", headers={"host": host})).status_code == 200
    assert (await scene.browser().get("/healthz", headers={"host": "10.1.2.3:8480"})).status_code == 200


async def test_a_body_has_limits(scene: Scene, ann: Browser) -> None:
    """In bytes, whether it says so or not, and in fields; and it is a form in UTF-8 or nothing."""
    large = await ann.post("/change", content=b"a" * (BODY_BYTES_MAX + 1))
    assert large.status_code == 413

    async def chunks() -> object:
        for _ in range(BODY_BYTES_MAX // 1_000 + 1):
            yield b"a" * 1_000

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert (await ann.post("/change", content=chunks(), headers=form)).status_code == 413  # type: ignore[arg-type]
    assert (await ann.post("/change", content=b"a=1&" * (FIELDS_MAX + 1), headers=form)).status_code == 400
    assert (await ann.post("/change", content=b"a=%ff", headers=form)).status_code == 400
    assert (await ann.post("/change", content=b"\xff=a", headers=form)).status_code == 400
    assert (await ann.post("/change", json={"csrf": ann.csrf})).status_code == 400
    assert (await ann.post("/change", files={"csrf": ann.csrf.encode()})).status_code == 400
    assert (await ann.post("/change", content=b"a", headers=form | {"content-length": "-1"})).status_code == 413
    assert scene.broker.refusals == []
    stranger = scene.browser()
    assert (await stranger.post("/sign-in", content=b"a" * BODY_BYTES_OF_NOBODY_MAX, headers=form)).status_code == 403
    assert (await stranger.post("/sign-in", content=b"a" * (BODY_BYTES_OF_NOBODY_MAX + 1))).status_code == 413


async def test_a_message_is_shown_once_and_is_text(scene: Scene, ann: Browser) -> None:
    """After a redirect; with what is hidden in it spelled out."""
    answer = await ann.submit("/says")
    assert (answer.status_code, answer.headers["location"]) == (303, "/read")
    ann._transport = httpx.ASGITransport(scene.app)
    page = await ann.get("/policy")
    assert "Done: &lt;b&gt;hidden&lt;/b&gt; ⟨U+202E⟩." in page.text
    assert "Done:" not in (await ann.get("/policy")).text
    ann.cookies.set("lifeguard-said", "not base 64 ü".encode().hex() + "!")
    assert (await ann.get("/policy")).status_code == 200


async def test_under_https_cookies_are_of_this_host_alone(tmp_path: Path) -> None:
    """Prefix, Secure and HSTS; and the public name is the one that is served."""
    url = "https://lifeguard.example.com"
    scene = Scene(Settings(data_dir=tmp_path, console_url=url))
    answer = await scene.browser().get("/sign-in")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert answer.headers["set-cookie"].startswith("__Host-lifeguard-form=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(answer.headers["set-cookie"].split("; "))
    scene.grant("ann", "reviewer")
    ann, session = scene.browser(), scene.desk.sessions.begin("ann", by_passphrase=False)
    ann.cookies.set("lifeguard", session.new_token)
    assert (await ann.get("/policy")).status_code == 303
    ann.carry(session)
    assert (await ann.get("/policy")).status_code == 200
    assert (await ann.get("/policy", headers={"host": "lifeguard.example.com:444"})).status_code == 421
    assert (await ann.get("/policy", headers={"host": "LIFEGUARD.example.com:443"})).status_code == 200
    for origin, status in ((url, 303), ("http://lifeguard.example.com", 403), ("https://evil.example", 403)):
        form = {"csrf": session.csrf}
        assert (await ann.post("/sign-out", data=form, headers={"origin": origin})).status_code in (status, 401)
    scene.desk.close()


async def test_the_new_token_comes_with_the_next_page(scene: Scene, ann: Browser) -> None:
    """And requests beside it are let in by the old one."""
    scene.seconds += 15 * 60
    before = ann.cookies["lifeguard"]
    answers = await asyncio.gather(*(ann.get("/read", headers={"cookie": f"lifeguard={before}"}) for _ in range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    given = [answer.headers["set-cookie"] for answer in answers if "set-cookie" in answer.headers]
    assert len(given) == 1
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(given[0].split("; "))
    assert ann.cookies["lifeguard"] != before
    assert (await ann.get("/read")).status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "\\/evil",
        "/\t/evil.example",
        "javascript:1",
        "",
        "a",
        "/\n",
    ],
)
def test_no_page_sends_anybody_to_another_host(wanted: str) -> None:
    """Whatever an address may be read as."""
    assert own_path(wanted) == "/"


def test_a_path_of_ours_stays_as_it_is() -> None:
    """With its query and fragment."""
    assert own_path("/queues/flagged?page=2#c") == "/queues/flagged?page=2#c"


def test_who_asks_for_a_visitor_has_one(scene: Scene) -> None:
    """A handler whose route needs nobody must not ask: that is our mistake."""
    asked = Asked(None, None, {})  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="does not say that it needs a role"):
        _ = asked.staff
    assert replace(asked, form={"a": ("1", "2")}).said("a") == "2"

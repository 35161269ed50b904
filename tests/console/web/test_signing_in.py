"""Signing in with a local account, and out: who gets in, who waits, where it leads, and what is on record of it."""

import re

import httpx
import pytest

from console.staff.accounts import FAILURES_FREE
from console.web import attempts
from console.web.attempts import ADDRESSES_MAX, FAILURES_MAX, WINDOW_SECONDS, Attempts, Wait
from console.web.refusals import PER_PERSON_MAX
from console.web.refusals import WINDOW_SECONDS as A_WINDOW
from tests.console.web.desks import Browser, Scene

GOOD, OTHER = "seven lanterns by the quay", "gulls over a grey harbour"


@pytest.fixture(autouse=True)
def ann(scene: Scene) -> None:
    """She has an account, and is a moderator."""
    scene.desk.accounts.add("ann", GOOD)
    scene.grant("ann", "reviewer")


async def give(browser: Browser, name: str, passphrase: str, **fields: str) -> httpx.Response:
    """The form as a person fills it in: the page first."""
    token = re.search(r'name="csrf" value="(\w+)"', (await browser.get("/sign-in")).text)
    assert token
    form = {"csrf": token[1], "name": name, "passphrase": passphrase}
    return await browser.post("/sign-in", data=form | fields)


async def test_whoever_gives_the_passphrase_is_in_and_it_is_on_record(scene: Scene) -> None:
    """Without the passphrase; and the page says who they are, and as what."""
    browser = scene.browser()
    answer = await give(browser, " ann ", GOOD, next="/?from=mail")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?from=mail")
    assert scene.broker.audits == [("sign_in", "ann", "signing in to the console", "as reviewer, by passphrase")]
    assert GOOD not in str(scene.broker.said)
    page = (await browser.get("/policy")).text
    assert "<bdi>ann</bdi>" in page
    assert "moderator" in page
    assert "reviewer" not in page
    assert (await browser.get("/sign-in?next=/x")).headers["location"] == "/x"


async def test_a_wrong_passphrase_is_refused_on_record(scene: Scene) -> None:
    """The form comes back with the reason and the name, and nobody is signed in."""
    browser = scene.browser()
    answer = await give(browser, "ann", OTHER, next="/queues")
    assert answer.status_code == 401
    assert "this is not the passphrase of ann, or there is no such account" in answer.text
    assert 'value="ann"' in answer.text
    assert 'name="next" value="/queues"' in answer.text
    assert OTHER not in answer.text + str(scene.broker.said)
    [(who, why)] = scene.broker.refusals
    assert (who, "not the passphrase" in why) == ("ann", True)
    assert (await browser.get("/policy")).status_code == 303


async def test_a_name_that_there_is_not_is_not_kept(scene: Scene) -> None:
    """It could be a passphrase; whoever guesses is told the same as of a name that there is."""
    for name in (OTHER, "eve", "e" * 65, "", "\u202eann"):
        answer = await give(scene.browser(), name, GOOD)
        assert answer.status_code == 401
        assert "or there is no such account" in answer.text
    assert scene.broker.refusals == [("(nobody)", "no such account")] * 5
    assert OTHER not in str(scene.broker.said)


async def test_an_account_without_a_role_does_not_get_in(scene: Scene) -> None:
    """And is told who can help."""
    scene.desk.accounts.add("ben", OTHER)
    answer = await give(scene.browser(), "ben", OTHER)
    assert answer.status_code == 401
    assert "ben has no role here: an administrator gives one with" in answer.text
    scene.grant("ben", "examiner", granted=False)
    assert (await give(scene.browser(), "ben", OTHER)).status_code == 401
    scene.grant("ben", "compliance")
    assert (await give(scene.browser(), "ben", OTHER)).status_code == 303


async def test_who_guesses_one_name_waits_and_is_told_how_long(scene: Scene) -> None:
    """Whatever they give, and from wherever."""
    for _ in range(FAILURES_FREE):
        assert (await give(scene.browser(), "ann", OTHER)).status_code == 401
    answer = await give(scene.browser(), "ann", GOOD)
    assert answer.status_code == 429
    assert "too many wrong passphrases for ann: wait 30 seconds" in answer.text
    assert answer.headers["retry-after"] == "30"


async def test_who_guesses_many_names_from_one_address_waits(scene: Scene) -> None:
    """Who gets in does not count, and another address goes on."""
    scene.desk.attempts = Attempts(lambda: 1.0)
    for number in range(FAILURES_MAX - 1):
        assert (await give(scene.browser(), f"name{number}", OTHER)).status_code == 401
        assert (await give(scene.browser(), "ann", GOOD)).status_code == 303
    assert (await give(scene.browser(), "another", OTHER)).status_code == 401
    answer = await give(scene.browser(), "ann", GOOD)
    assert answer.status_code == 429
    assert "too many tries to sign in from this address: wait 300 seconds" in answer.text
    assert answer.headers["retry-after"] == "300"
    elsewhere = scene.browser()
    elsewhere._transport = httpx.ASGITransport(scene.app, client=("192.0.2.8", 1))
    assert (await give(elsewhere, "ann", GOOD)).status_code == 303


def test_an_address_has_to_wait_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network of IPv6 is one address; so many are remembered and no more."""
    now = 0.0
    found = Attempts(lambda: now)
    for number in range(FAILURES_MAX):
        now += 1
        found.begin(f"2001:db8::{number}")
    with pytest.raises(Wait, match=f"wait {WINDOW_SECONDS - FAILURES_MAX + 1:.0f} seconds"):
        found.begin("2001:db8::ffff")
    found.begin("2001:db8:0:1::1")
    found.begin("::ffff:192.0.2.1")
    now = WINDOW_SECONDS + 1
    found.begin("2001:db8::ffff")
    monkeypatch.setattr(attempts, "ADDRESSES_MAX", 3)
    for number in range(9):
        found.begin(f"192.0.2.{number}")
    assert len(found._failed) == 3 < ADDRESSES_MAX


@pytest.mark.parametrize("token", [None, "", "wrong"])
async def test_the_form_is_ours_or_nothing_happens(scene: Scene, token: str | None) -> None:
    """Nobody can be signed in as somebody else by another site."""
    browser = scene.browser()
    await browser.get("/sign-in")
    form = {"name": "ann", "passphrase": GOOD} | ({} if token is None else {"csrf": token})
    assert (await browser.post("/sign-in", data=form)).status_code == 403
    other = scene.browser()
    page = (await browser.get("/sign-in")).text
    stolen = re.search(r'name="csrf" value="(\w+)"', page)
    assert stolen
    assert (await other.post("/sign-in", data=form | {"csrf": stolen[1]})).status_code == 403
    assert all(who == "(nobody)" for who, _ in scene.broker.refusals)


async def test_two_pages_for_signing_in_can_be_open(scene: Scene) -> None:
    """In one browser; either of them works."""
    browser = scene.browser()
    pages = [(await browser.get("/sign-in")).text for _ in range(2)]
    tokens = [re.findall(r'name="csrf" value="(\w+)"', page) for page in pages]
    form = {"name": "ann", "passphrase": GOOD, "csrf": tokens[0][0]}
    assert (await browser.post("/sign-in", data=form)).status_code == 303


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
async def test_signing_in_never_leads_elsewhere(scene: Scene, wanted: str) -> None:
    """Neither from the form nor from the address."""
    browser = scene.browser()
    assert "evil" not in (await browser.get("/sign-in", params={"next": wanted})).text
    assert (await give(browser, "ann", GOOD, next=wanted)).headers["location"] == "/"
    assert (await browser.get("/sign-in", params={"next": wanted})).headers["location"] == "/"


async def test_signing_in_begins_another_session(scene: Scene) -> None:
    """One that somebody put into the browser before is worth nothing after it."""
    browser = scene.browser()
    planted = scene.desk.sessions.begin("ann", by_passphrase=False)
    browser.carry(planted)
    assert (await browser.get("/policy")).status_code == 200
    browser.cookies.delete("lifeguard")
    form_page = await browser.get("/sign-in")
    browser.carry(planted)
    token = re.findall(r'name="csrf" value="(\w+)"', form_page.text)[0]
    answer = await browser.post("/sign-in", data={"csrf": token, "name": "ann", "passphrase": GOOD})
    assert answer.status_code == 303
    assert browser.cookies["lifeguard"] != planted.new_token
    assert scene.desk.sessions.find(planted.new_token) is None


async def test_signing_out_ends_the_session_for_everybody(scene: Scene) -> None:
    """Also for whoever has a copy of the cookie; on record, and said."""
    browser = scene.signed_in("ann")
    copy = browser.cookies["lifeguard"]
    answer = await browser.submit("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert scene.broker.audits == [("sign_out", "ann", "the console", "")]
    assert "You are signed out." in (await browser.get("/sign-in")).text
    assert scene.desk.sessions.find(copy) is None


async def test_who_lost_their_role_can_sign_out(scene: Scene) -> None:
    """And do nothing else."""
    browser = scene.signed_in("ann")
    scene.grant("ann", "reviewer", granted=False)
    page = await browser.get("/policy")
    assert page.status_code == 403
    assert "Sign out" in page.text
    assert (await browser.submit("/sign-out")).status_code == 303


async def test_nobody_gets_in_while_it_cannot_be_put_on_record(scene: Scene) -> None:
    """It is said what is waited for; a session ends all the same when somebody wants it to."""
    browser = scene.browser()
    await browser.get("/sign-in")
    scene.broker.away = True
    answer = await give(browser, "ann", GOOD)
    assert answer.status_code == 503
    assert "the broker does not answer" in answer.text
    assert "lifeguard" not in browser.cookies
    refused = await give(browser, "ann", OTHER)
    assert refused.status_code == 401
    inside = scene.signed_in("ann", "")
    assert (await inside.submit("/sign-out")).status_code == 303
    assert (await inside.get("/policy")).status_code == 303


async def test_noise_does_not_fill_the_record(scene: Scene) -> None:
    """So many records a minute and no more; then one that says how many there were. Who has a name is heard."""
    now = 1_000.0
    scene.desk.refusals._now = lambda: now
    scene.desk.refusals._began_at = now
    stranger = scene.browser()
    for _ in range(PER_PERSON_MAX + 40):
        assert (await stranger.post("/sign-in")).status_code == 403
    assert len(scene.broker.refusals) == PER_PERSON_MAX
    ann = scene.signed_in("ann", "examiner")
    assert (await ann.post("/sign-out")).status_code == 403
    assert scene.broker.refusals[-1][0] == "ann"
    now += A_WINDOW
    await stranger.post("/sign-in")
    assert scene.broker.refusals[-2] == ("(nobody)", "40 more within 60 seconds, which have no record of their own")
    assert scene.broker.refusals[-1][0] == "(nobody)"


async def test_without_an_account_the_page_says_how_the_first_is_made(scene: Scene) -> None:
    """And has no form."""
    scene.desk.accounts.remove("ann")
    page = (await scene.browser().get("/sign-in")).text
    assert "lifeguard staff add NAME --role administrator" in page
    assert 'name="passphrase"' not in page

"""The page of one's own: what is kept for whom, and that nobody sees it of anybody else."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.web.care import hidden, is_grave
from console.web.exposure import BEAT_SECONDS_MAX, DAYS_KEPT, Exposure, believed, spent
from console.web.guarding import visitor_of
from console.web.personal import BREAK_MINUTES, Personal, PersonalFile, care_of
from console.web.route import EVERYBODY
from console.web.routes import ROUTES
from console.web.you import IDLE_SECONDS
from tests.console.web.cases import POLICY
from tests.console.web.desks import Browser, Scene
from tests.console.web.queues import form_of, keeping
from tests.console.web.test_every_route import names
from tests.console.web.test_keys import STATIC
from tests.moderation.published import a_tag

GRAVEST = {"adverse_event", "self_harm", "personal_data", "threat"}
NAMING = ("name", "staff", "staff_id", "who", "you", "by", "author", "owner", "to", "post", "queue", "words", "last")
"""Whatever an address or a form could name somebody with."""


@pytest.fixture
def clock(scene: Scene) -> Scene:
    """The same clock for sessions and exposure, which a test moves on."""
    scene.desk.exposure = Exposure(scene.settings, lambda: scene.seconds)
    return scene


def ticked(page: str, name: str) -> set[str]:
    """The values of a field that are chosen."""
    return set(re.findall(rf'name="{name}" value="([^"]*)" checked', page))


def today(page: str) -> str:
    """How much a page tells of today."""
    return re.sub(r".*Today: ([^<]*)\..*", r"\1", page, flags=re.DOTALL)


async def beat(browser: Browser, scene: Scene, said: int, passed: float = BEAT_SECONDS_MAX) -> int:
    """What a page of theirs tells, so long after the last time."""
    scene.seconds += passed
    answer = await browser.submit("/you/exposure", seconds=str(said))
    return answer.status_code


@pytest.mark.parametrize("role", sorted(EVERYBODY))
async def test_everybody_has_a_page_of_their_own(scene: Scene, role: str) -> None:
    """Behind their name; whoever has no role has none, and is not led there."""
    page = await form_of(scene.signed_in("ann", role), "/you")
    assert '<a href="/you"><bdi>ann</bdi></a>' in page
    assert (ticked(page, "theme"), ticked(page, "mask"), ticked(page, "reminds")) == ({"system"}, GRAVEST, {"yes"})
    assert f'name="minutes" value="{BREAK_MINUTES}"' in page
    nobody = scene.signed_in("bob", "")
    assert 'href="/you"' not in (await nobody.get("/you")).text


async def test_what_somebody_asks_for_holds_on_all_their_pages_and_on_no_other(scene: Scene) -> None:
    """From the next page on, whatever session they come by; it is on no record."""
    ann, bob = scene.signed_in("ann"), scene.signed_in("bob")
    fields = {"theme": "dark", "mask": ["spam", "nothing of ours"], "minutes": " 20 ", "reminds": "yes"}
    answer = await ann.post("/you", data={"csrf": ann.csrf} | fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/you")
    for browser in (ann, scene.signed_in("ann")):
        page = await form_of(browser, "/you")
        assert (ticked(page, "theme"), ticked(page, "mask")) == ({"dark"}, {"spam"})
        assert '<html lang="en" data-theme="dark" data-break-minutes="20">' in page
        assert '<meta name="color-scheme" content="dark">' in page
        for other in ("/policy", "/templates", "/search?from=soon"):  # also where they are refused
            assert 'data-theme="dark"' in (await browser.get(other)).text
    page = await form_of(bob, "/you")
    assert '<html lang="en" data-theme="system" data-break-minutes="45">' in page
    assert '<meta name="color-scheme" content="light dark">' in page
    assert ticked(page, "mask") == GRAVEST
    assert {kind for kind, *_ in scene.broker.audits} == {"refusal"}


async def test_the_page_to_sign_in_follows_the_system(scene: Scene) -> None:
    """Nobody is known there."""
    page = (await scene.browser().get("/sign-in")).text
    assert '<html lang="en" data-theme="system">' in page
    assert '<meta name="color-scheme" content="light dark">' in page


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"theme": "pink"}, "a theme is as the system, light, dark"),
        ({"minutes": "4"}, "a reminder comes after 5 to 240 minutes"),
        ({"minutes": "241"}, "a reminder comes after 5 to 240 minutes"),
        ({"minutes": "9" * 5_000}, "a reminder comes after 5 to 240 minutes"),
        ({"minutes": "²"}, "a reminder comes after 5 to 240 minutes"),
        ({"minutes": ""}, "a reminder comes after 5 to 240 minutes"),
    ],
)
async def test_what_cannot_be_kept_is_said(scene: Scene, fields: dict[str, str], why: str) -> None:
    """And changes nothing."""
    ann = scene.signed_in("ann")
    answer = await ann.submit("/you", **{"theme": "dark", "minutes": "20"} | fields)
    assert answer.status_code == 400
    assert why in answer.text
    assert scene.desk.personal.of("ann") == Personal()


async def test_the_reminder_is_turned_off_where_it_stands(scene: Scene) -> None:
    """All else stays; it is turned on again on the page."""
    ann = scene.signed_in("ann")
    await ann.submit("/you", theme="light", mask="spam", minutes="20", reminds="yes")
    answer = await ann.post("/you/reminder", data={"csrf": ann.csrf}, headers={"accept": "application/json"})
    assert answer.status_code == 204
    page = await form_of(ann, "/you")
    assert "data-break-minutes" not in page
    assert (ticked(page, "theme"), ticked(page, "mask"), ticked(page, "reminds")) == ({"light"}, {"spam"}, set())
    assert 'name="minutes" value="20"' in page
    assert (await ann.submit("/you/reminder")).headers["location"] == "/you"


def test_a_label_that_is_new_is_masked_where_it_is_among_the_gravest() -> None:
    """Whoever has chosen keeps what they have chosen, under whatever policy."""
    chosen = Personal(masks={"threat": False, "spam": True, "gone from the policy": True})
    masked = care_of(chosen, POLICY, POLICY.labels).masked
    assert masked.keys() == GRAVEST - {"threat"} | {"spam"}
    assert masked["spam"] == POLICY.labels["spam"].title
    assert care_of(chosen, POLICY, POLICY.labels).grave == GRAVEST


async def test_texts_of_tags_are_hidden_from_whoever_asks_for_it(scene: Scene) -> None:
    """Published ones and those of files, also where one was removed: its findings are still there."""
    scene.broker.register(a_tag(severity=1))
    scene.broker.register(a_tag(registry_id="stalking", title="Somebody is followed", severity=3, removed=True))
    scene.desk.set_up.look()
    ann = scene.signed_in("ann")
    page = await form_of(ann, "/you")
    assert "The bus is late" in page
    assert ticked(page, "mask") == GRAVEST | {"stalking"}
    await ann.post(
        "/you", data={"csrf": ann.csrf, "theme": "dark", "mask": ["late_bus", "bereavement"], "minutes": "20"}
    )
    assert ticked(await form_of(ann, "/you"), "mask") == {"late_bus", "bereavement"}
    session = scene.desk.sessions.begin("ann", by_passphrase=False)
    care = (await visitor_of(scene.desk, session)).care
    assert hidden(care, ("spam", "late_bus", "stalking")) == ("The bus is late",)
    assert is_grave(care, ("stalking",))


async def test_exposure_is_told_to_whoever_it_is_of(clock: Scene) -> None:
    """By day, today first; an old day is deleted, whoever's it is."""
    ann, bob = clock.signed_in("ann"), clock.signed_in("bob")
    assert [await beat(ann, clock, 60) for _ in range(3)] == [204, 204, 204]
    assert await beat(bob, clock, 59) == 204
    assert today(await form_of(ann, "/you")) == "3 min"
    assert today(await form_of(bob, "/you")) == "less than a minute"
    first = datetime.fromtimestamp(clock.seconds, UTC).date()
    clock.seconds += 13 * 86_400
    page = await form_of(clock.signed_in("ann"), "/you")
    assert today(page) == "none"
    assert f'<time datetime="{first}">{first}</time><span class="number">3 min</span>' in page
    assert page.count("<time datetime=") == DAYS_KEPT
    clock.seconds += 86_400
    await beat(clock.signed_in("sue"), clock, 1)
    with clock.desk.exposure._rows.opened() as rows:
        assert [row[0] for row in rows.execute("SELECT staff_id FROM exposure")] == ["sue"]
    assert clock.broker.audits == []


async def test_a_beat_adds_no_more_than_has_passed(clock: Scene) -> None:
    """However many pages tell it, and whatever they say."""
    ann = clock.signed_in("ann")
    await beat(ann, clock, 60)
    for _ in range(20):
        await beat(ann, clock, 60, 1)
    await beat(ann, clock, 60, 600)
    await beat(ann, clock, 5, 600)
    [known, *_] = clock.desk.exposure.days("ann")
    assert known.seconds == 60 + 20 + 60 + 5
    await beat(ann, clock, 60, -30)
    assert clock.desk.exposure.days("ann")[0].seconds == known.seconds


@pytest.mark.parametrize("said", ["", "-1", "1.5", "100", "1e9", "²", "x"])
async def test_what_is_no_beat_is_refused(clock: Scene, said: str) -> None:
    """And counts nothing."""
    ann = clock.signed_in("ann")
    answer = await ann.submit("/you/exposure", seconds=said)
    assert answer.status_code == 400
    assert clock.desk.exposure.days("ann")[0].seconds == 0


async def test_a_beat_keeps_no_session_open(clock: Scene) -> None:
    """A page that stands open tells of itself, and nobody has pressed anything."""
    ann = clock.signed_in("ann")
    headers = {"accept": "application/json", "lifeguard-background": "1"}
    for minutes in (20, 9):
        clock.seconds += minutes * 60
        fields = {"csrf": ann.csrf, "seconds": "15"}
        assert (await ann.post("/you/exposure", data=fields, headers=headers)).status_code == 204
    clock.seconds += 2 * 60
    assert (await ann.get("/you")).status_code == 303


@pytest.mark.parametrize("route", [one for one in ROUTES if one.needs], ids=names)
async def test_no_route_shows_or_changes_what_is_anothers(clock: Scene, route: object) -> None:
    """Whoever asks, and whatever they name: not the theme, not the labels, not a second of exposure."""
    clock.desk.stopping.set()
    keeping(clock)
    ann = clock.signed_in("ann")
    await ann.submit("/you", theme="dark", mask="burst", minutes="123", reminds="yes")
    await beat(ann, clock, 60)
    with clock.desk.exposure._rows.opened() as rows:  # as if it had beaten 196 times more
        rows.execute("UPDATE exposure SET seconds = 11820 WHERE staff_id = 'ann'")
    before = clock.desk.personal.of("ann"), clock.desk.exposure.days("ann")
    method, path = re.fullmatch(r"(\w+) (.*)", names(route)).groups()  # type: ignore[union-attr]
    path = path.replace("{digest}", "x").replace("{name}", "ann")
    for role in ("administrator", "compliance", "supervisor", "examiner"):
        other = clock.signed_in(role, role)
        other.params = dict.fromkeys(NAMING, "ann")
        fields = dict.fromkeys(NAMING, "ann") | {"csrf": other.csrf, "seconds": "60", "theme": "light", "minutes": "99"}
        answer = await (other.get(path) if method == "GET" else other.post(path, data=fields))
        assert "3 h 17 min" not in answer.text, role
        assert 'data-theme="dark"' not in answer.text, role
        assert not re.search(r"(?<![\w-])123(?![\w-])", answer.text), role  # tokens are of any letters and digits
        assert (clock.desk.personal.of("ann"), clock.desk.exposure.days("ann")) == before, role
    assert today(await form_of(ann, "/you")) == "3 h 17 min"


@given(st.floats(0, 1e6), st.floats(-1e6, 1e6))
def test_of_a_beat_only_what_can_be_true_is_believed(said: float, passed: float) -> None:
    """Never less than nothing, more than it says, than has passed, or than a beat can have."""
    found = believed(said, passed)
    assert 0 <= found <= min(said, max(0.0, passed), BEAT_SECONDS_MAX)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "none"), (0.5, "none"), (1, "less than a minute"), (60, "1 min"), (3_600, "1 h"), (11_820, "3 h 17 min")],
)
def test_a_time_is_told_to_the_minute(seconds: float, said: str) -> None:
    """In hours and minutes."""
    assert spent(seconds) == said


def test_settings_are_kept_in_a_file_that_nobody_else_may_open(scene: Scene) -> None:
    """And another console finds them there."""
    scene.desk.personal.keep("ann", Personal("dark", {"spam": True}, reminds=False, break_minutes=10))
    another = PersonalFile(scene.settings)
    assert another.of("ann") == Personal("dark", {"spam": True}, reminds=False, break_minutes=10)
    assert another._rows.path.stat().st_mode & 0o077 == 0


def test_the_scripts_count_as_the_page_says() -> None:
    """A beat comes often enough for the server to believe it."""
    script = STATIC.joinpath("exposure.js").read_text(encoding="utf-8")
    assert f"IDLE_MS = {IDLE_SECONDS} * SECOND" in script
    assert int(re.findall(r"BEAT_SECONDS = (\d+)", script)[0]) < BEAT_SECONDS_MAX
    assert "PAUSE_MS = 5 * MINUTE" in STATIC.joinpath("breaks.js").read_text(encoding="utf-8")

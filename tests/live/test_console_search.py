"""From what somebody remembers of a post to a proof that a stranger can check: search, dossier, verify, export."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from console.web.routes import ROUTES
from ingest.publisher import Publisher
from records.decisions import Decide
from records.settings import Settings
from tests.live.browser import chromium, press
from tests.live.conftest import a_namespace, environment_of, settings_of
from tests.live.consoles import PEOPLE, Console
from tests.live.emptied import empty
from tests.live.pipeline import Pipeline
from tests.live.program import Program
from tests.live.proved import Proved, proved
from tests.live.rebuilt import LIFEGUARD
from tests.live.staffed import staff
from tests.live.usable import check

if TYPE_CHECKING:
    from deploy.local.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

REED = "Collins Reed of Prime Ledger showed me how to turn 500 into 6,200 in one week. No risk at all, friends."
SCREENSHOT = """Victor Ha1e · 3h
Co11ins Reed of Prirne Ledger showed rne how to turn 500 into 6,200 in one vveek. No
Like · Reply"""
OTHERS = (
    "The water in the harbour pool was far too cold today",
    "Thank you for the quick answer, the form works now",
    "How do I turn off the letters that you send every week?",
)
SCREENSHOT_OF_LETTERS = "How do I turn 0ff the letters that you send every vveek?"
POST = "site:s-0"
VERIFY_SECONDS_MAX = 60


def event(number: int, text: str, **said: Any) -> dict[str, Any]:
    """A post as the site tells of it, one a day."""
    author = {"id": f"u-{number}", "name": f"Visitor {number}"}
    posted_at = datetime(2026, 11, 1 + number, 9, tzinfo=UTC).isoformat()
    return {
        "id": f"s-{number}",
        "surface": ("blog/fees", "help/cards")[number % 2],
        "url": f"https://www.example.com/{number}",
        "author": author,
        "text": text,
        "posted_at": posted_at,
        **said,
    }


@pytest.fixture(scope="module")
def everything(servers: "Servers", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proved]:
    """Judge with the model that ships, fold, keeper and two witnesses."""
    settings = settings_of(servers, a_namespace(), tmp_path_factory.mktemp("searched"))
    with proved(settings, environment_of(settings), scorer="onnx") as found:
        yield found
    empty(settings)


@pytest.fixture(scope="module")
def console(everything: Proved) -> Iterator[Console]:
    """A console that has the ledger, and four posts, of which one was edited later."""
    settings = Settings(**everything.settings.model_dump(exclude_defaults=True) | {"console_port": 0})
    environment = environment_of(settings) | {"LIFEGUARD_UNDO_SECONDS": "300"}
    with chromium() as browser, Pipeline(settings, environment, names=("console",), scorer="onnx") as pipeline:
        staff(settings, *PEOPLE)
        with closing(Publisher(settings)) as publisher:
            found = Console(settings, pipeline, browser, publisher)
            found.hear([event(number, text) for number, text in enumerate((REED, *OTHERS))])
            found.wait(lambda: judged(found), "not all posts are judged")
            everything.settle()
            yield found


def judged(console: Console) -> bool:
    """Whether a verdict of the model on each of them is in its document."""
    found = console.documents([f"site:s-{number}" for number in range(4)], 4)
    return all(one.get("model_digest") for one in found)


def test_from_a_screenshot_to_a_proved_export_by_keyboard_alone(
    console: Console, everything: Proved, tmp_path: Path
) -> None:
    """As an examiner: found by misread words, read, verified, seen as it stood, exported; and checked with Python."""
    page = console.page("exa", "/search", accept_downloads=True)
    press(page, "Escape")
    press(page, "p")
    page.keyboard.insert_text(SCREENSHOT)
    press(page, "Control+Enter")
    expect(page.locator("#found")).to_contain_text("nearest")
    press(page, "j")
    expect(page.locator("tr[aria-current]")).to_contain_text("Prime Ledger showed me")
    press(page, "d")
    expect(page.locator("h1")).to_have_text(f"Dossier of {POST}")
    expect(page.locator("#integrity")).to_contain_text("proved")
    press(page, "v")
    expect(page.locator("h1")).to_have_text(f"Verified: {POST}")
    expect(page.locator("[role=status]")).to_contain_text("It is as it was recorded")
    expect(page.locator("main")).to_contain_text("other.test cosigned")
    press(page, "d")
    expect(page.locator("h1")).to_have_text(f"Dossier of {POST}")
    press(page, "t")
    page.keyboard.type(datetime.now(UTC).isoformat())
    press(page, "Enter")
    expect(page.locator(".warning")).to_contain_text("A past state")
    press(page, "d")
    expect(page.locator(".warning")).to_have_count(0)
    press(page, "e")
    page.keyboard.type("case 7")
    with page.expect_download() as downloading:
        press(page, "Enter")
    downloading.value.save_as(tmp_path / "export.zip")
    assert re.fullmatch(r"lifeguard-export-\d{8}-\d{6}\.zip", downloading.value.suggested_filename)
    assert "PASS" in checked(tmp_path)
    assert REED in (tmp_path / "unpacked/posts.jsonl").read_text(encoding="utf-8")
    exported = {one.subject: str(one.detail) for one in console.audits("export", "exa")}
    assert exported[f"posts: {POST}; reason: case 7"].startswith("sha256 ")
    assert f"the post {POST}" in [one.subject for one in console.audits("verified", "exa")]
    assert list(everything.settings.data_dir.glob("console-export-*")) == []


def test_a_search_is_narrowed_and_exported_as_it_was_found(console: Console, tmp_path: Path) -> None:
    """By a count and by a column of the picture; a chip takes it back; the archive has what was found and no more."""
    page = console.page("sam", "/search?words=")
    expect(page.locator("#found")).to_have_text("4 posts found")
    page.get_by_role("navigation", name="Narrow it down").get_by_role("link", name="help/cards").click()
    expect(page.locator("#found")).to_have_text("2 posts found")
    page.get_by_text("The same as a list").click()
    page.locator(".columns a").first.click()
    expect(page.locator("#found")).to_have_text("1 post found")
    expect(page.locator(".chips li")).to_have_count(4)
    page.get_by_role("link", name="Surface").click()
    page.get_by_role("link", name="Posted from").click()
    page.get_by_role("link", name="Posted until").click()
    expect(page.locator("#found")).to_have_text("4 posts found")
    page.locator("input[type=search]").fill("water harbour pool")
    press(page, "Enter")
    expect(page.locator("#found")).to_have_text("1 post found")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export this post").click()
    downloading.value.save_as(tmp_path / "export.zip")
    assert "PASS" in checked(tmp_path)
    packed = b"".join(path.read_bytes() for path in (tmp_path / "unpacked").rglob("*") if path.is_file())
    assert OTHERS[0].encode() in packed
    assert REED.encode() not in packed


def test_a_program_finds_verifies_and_exports_the_same(console: Console, tmp_path: Path) -> None:
    """By misread words, and as of a time; the archive says through which integration, and nothing of it is left."""
    program = Program(console, "evidence")
    like, then = {"like": SCREENSHOT}, {"words": "Prime Ledger", "at": datetime.now(UTC).isoformat()}
    assert program.ask("GET", f"/search/like?{urlencode(like)}").json()["said"][0]["post_id"] == POST
    [found] = program.ask("GET", f"/search?{urlencode(then)}").json()["posts"]
    assert (found["post_id"], found["text"], found["state"]) == (POST, REED, console.document(POST)["state"])
    assert program.ask("GET", f"/post/surroundings?{urlencode({'post_id': POST})}").json()["author_posts"] == 0
    told = program.ask("GET", f"/post/verification?{urlencode({'post_id': POST})}").json()
    assert (told["ok"], told["differs"], told["not_done"]) == (True, [], [])
    assert any("other.test cosigned" in one for one in told["proved"])
    asked = {"by": "search", "search": {"words": "Prime Ledger"}, "reason": "case 8"}
    (tmp_path / "export.zip").write_bytes(program.ask("POST", "/exports", asked).content)
    assert "PASS" in checked(tmp_path)
    assert REED in (tmp_path / "unpacked/posts.jsonl").read_text(encoding="utf-8")
    exported = {one.subject for one in console.audits("export", "sam")}
    assert any(one.startswith("through the integration: evidence; words: Prime Ledger; what") for one in exported)
    assert list(console.settings.data_dir.glob("console-export-*")) == []


def test_what_an_index_says_that_was_never_recorded_is_told(console: Console) -> None:
    """Live, in words; and what stands again is proved again."""
    page = console.page("exa", f"/dossier?{urlencode({'post': 'site:s-2'})}")
    before = console.document("site:s-2")["surface"]
    for surface, said in (("blog/nowhere", "It differs"), (before, "It is as it was recorded")):
        console.pipeline.ask("POST", "/{posts}/_update/site:s-2?refresh=true", {"doc": {"surface": surface}})
        page.goto(f"{console.address}/dossier?{urlencode({'post': 'site:s-2'})}")
        page.get_by_role("button", name="Verify now").click()
        expect(page.locator("main")).to_contain_text(said)
    check(page, {"resultTypes": ["violations"]})


def test_a_past_is_shown_where_a_text_was_changed_since(console: Console, everything: Proved) -> None:
    """Found by its old words; in a search and in a dossier without what came later; and what changed between texts."""
    console.hear([event(3, "I do not want any letters", kind="edited", edited_at=datetime.now(UTC).isoformat())])
    console.wait(lambda: "want any" in console.document("site:s-3")["text"], "the edit is not there")
    everything.settle()
    facts = console.pipeline.ask("POST", "/{history}/_search", {"query": {"term": {"post_id": "site:s-3"}}, "size": 50})
    times = sorted(hit["_source"]["recorded_at"] for hit in facts["hits"]["hits"])
    (found,) = json.loads(lifeguard(everything, "find", '"turn off the"', "--json"))["posts"]
    assert (found["post_id"], found["says"]) == ("site:s-3", "before")
    assert json.loads(lifeguard(everything, "why", OTHERS[2], "--json"))["post_id"] == "site:s-3"
    page = console.page("exa", f"/search?{urlencode({'words': 'turn off the letters'})}")
    expect(page.locator(".results")).to_contain_text("turn off the letters")
    expect(page.locator(".results strong")).to_have_text("An earlier text says this")
    check(page, {"resultTypes": ["violations"]})
    page.goto(f"{console.address}/search?{urlencode({'words': 'turn off the letters', 'texts': 'now'})}")
    expect(page.locator("#found")).to_have_text("0 posts found")
    page.goto(f"{console.address}/search?{urlencode({'like': SCREENSHOT_OF_LETTERS})}")
    expect(page.locator(".results strong").first).to_have_text("An earlier text says this")
    page.goto(f"{console.address}/search?{urlencode({'words': 'turn off the letters', 'at': times[0]})}")
    expect(page.locator(".results")).to_contain_text("turn off the letters")
    expect(page.locator(".results strong")).to_have_count(0)
    press(page, "j")
    press(page, "d")
    expect(page.locator(".warning")).to_contain_text("A past state")
    expect(page.locator(".dossier")).not_to_contain_text("want any")
    press(page, "d")
    expect(page.locator(".dossier .said ins").filter(has_text="want").first).to_be_visible()


def test_an_examiner_reads_everything_and_changes_nothing(console: Console) -> None:
    """Every page for readers answers; whatever would change anything is refused, with the right token, too."""
    page = console.page("exa", "/")
    token = page.locator("input[name=csrf]").first.get_attribute("value") or ""
    for route in ROUTES:
        if route.method == "POST" and "examiner" not in (route.needs or ("examiner",)):
            answer = page.request.post(console.address + route.path, form={"csrf": token, "post": POST, "act": "leave"})
            assert answer.status == 403, route.path
    for path in ("/", f"/case?post={POST}", f"/dossier?post={POST}", "/search?words=", "/policy", "/queues"):
        assert page.request.get(console.address + path).status == 200, path
    assert console.acts([f"site:s-{number}" for number in range(4)], Decide) == []
    assert page.request.post(f"{console.address}/export?words=letters", form={"csrf": "made-up"}).status == 403


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dossier_and_what_was_found_can_be_used_by_everybody(console: Console, scheme: str) -> None:
    """With all that they show: nothing serious, and nothing cut off on a telephone."""
    still: Any = {"reduced_motion": "reduce", "color_scheme": scheme}
    page = console.page("exa", "/search?words=&surface=blog/fees", **still)
    for path in ("/search?words=", f"/search?{urlencode({'like': REED})}", f"/dossier?post={POST}"):
        usable(page, console.address + path)


def lifeguard(everything: Proved, *words: str) -> str:
    """What the command answers."""
    program = [sys.executable, "-c", LIFEGUARD, *words]
    done = subprocess.run(program, env=everything.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def usable(page: Page, address: str) -> None:
    """At the size of a desk, and of a telephone."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    check(page, {"resultTypes": ["violations"]})
    page.set_viewport_size({"width": 390, "height": 700})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, (address, wide)


def checked(folder: Path) -> str:
    """What the program in an export says of it, run as whoever gets it does."""
    with zipfile.ZipFile(folder / "export.zip") as packed:
        packed.extractall(folder / "unpacked")
    command = [sys.executable, "-I", "-S", "verify.py"]
    unpacked = folder / "unpacked"
    done = subprocess.run(
        command, cwd=unpacked, env={}, capture_output=True, text=True, timeout=VERIFY_SECONDS_MAX, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

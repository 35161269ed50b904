"""The console on a real broker: who gets in, what is on record of it, and what a kill and an administrator change."""

import re
from collections.abc import Iterator

import httpx
import pytest

from deploy.local.ready import free_port
from records.audit import Audit
from records.codec import decode
from records.settings import Settings
from records.topics import AUDIT
from tests.live.erased import Person
from tests.live.kept import records_of
from tests.live.pipeline import Pipeline, wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

ROOT, ANN = "gulls over a grey harbour", "seven lanterns by the quay"


@pytest.fixture
def told(live_settings: Settings) -> Settings:
    """With a port of its own."""
    return live_settings.model_copy(update={"console_port": free_port()})


@pytest.fixture
def console(told: Settings, live_environment: dict[str, str]) -> Iterator[Pipeline]:
    """The console alone."""
    with Pipeline(told, live_environment, names=("console",)) as pipeline:
        yield pipeline


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch, told: Settings, console: Pipeline) -> Person:
    """Somebody who administers: with an account, and one for ann, who is a moderator."""
    found = Person(monkeypatch, told)
    assert found.says("staff", "add", "root", "--role", "administrator", typed=f"{ROOT}\n")[0] == 0
    assert found.says("staff", "add", "ann", "--role", "reviewer", "--as", "root", typed=f"{ROOT}\n{ANN}\n")[0] == 0
    return found


def sign_in(browser: httpx.Client) -> httpx.Response:
    """As ann."""
    token = re.search(r'name="csrf" value="(\w+)"', browser.get("/sign-in").text)
    assert token
    return browser.post("/sign-in", data={"csrf": token[1], "name": "ann", "passphrase": ANN})


def audits(told: Settings) -> list[tuple[str, str]]:
    """Kind, and by whom, of what is on record of the console."""
    found = [
        decode(AUDIT, record.value) for number in range(told.partitions) for record in records_of(told, "audit", number)
    ]
    return [(one.kind, one.staff_id) for one in found if isinstance(one, Audit) and "console" in str(one.subject)]


def test_a_session_outlasts_a_kill_and_not_its_account(told: Settings, console: Pipeline, person: Person) -> None:
    """What people did is on record once; after another role, and after the account is gone, the very session is out."""
    with httpx.Client(base_url=console.program("console").address) as browser:
        wait_for(lambda: browser.get("/healthz").status_code == 200, "the console does not know the roles")
        wait_for(lambda: sign_in(browser).status_code == 303, "ann does not get in")
        assert "moderator" in browser.get("/").text
        console.kill("console")
        wait_for(lambda: _is_in(browser), "the session is gone with the process")
        assert person.says("staff", "remove", "ann", "--as", "root", typed=f"{ROOT}\n")[0] == 0
        assert browser.get("/").headers["location"].startswith("/sign-in")
        assert sign_in(browser).status_code == 401
    assert [one for one in audits(told) if one[0] == "sign_in"] == [("sign_in", "ann")]
    assert "Traceback" not in console.log("console")


def _is_in(browser: httpx.Client) -> bool:
    try:
        return browser.get("/").status_code == 200
    except httpx.TransportError:
        return False


def test_a_program_gets_in_with_its_token_until_that_is_taken_away(console: Pipeline, person: Person) -> None:
    """An administrator makes it by the command, which prints it once."""
    words = ("token", "add", "desk-tool", "--for", "ann", "--scope", "read", "--as", "root")
    code, said = person.says(*words, typed=f"{ROOT}\n")
    [token] = re.findall(r"lgt_[A-Za-z0-9_-]{43}", said)
    assert code == 0
    assert person.says(*words, typed=f"{ROOT}\n")[0] == 1
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{console.program('console').address}/api/v1", headers=headers) as program:
        wait_for(lambda: program.get("/me").status_code == 200, "the token opens nothing")
        listed = person.says("token", "list", "--json")[1]
        assert '"desk-tool"' in listed
        assert token not in listed
        assert person.says("token", "remove", "desk-tool", "--as", "root", typed=f"{ROOT}\n")[0] == 0
        assert program.get("/me").status_code == 401
    assert "desk-tool" not in person.says("token", "list")[1]

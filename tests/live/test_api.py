"""The API on real servers: it is what it describes, and each write is done once, also where the console dies."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from playwright.sync_api import expect

from console.api.app import PATH
from ingest.receiver.signatures import claims, key_of, verify
from search.happening import DECIDED, OPENED
from tests.console.api.asking import ask_everything
from tests.ingest.notifying.alerts import SECRET, alerting
from tests.ingest.web_site import Reply, WebSite
from tests.live.consoles import Console
from tests.live.pipeline import wait_for
from tests.live.program import Program

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

EXAMPLES = 5


@pytest.fixture(scope="module")
def receiver() -> Iterator[WebSite]:
    """Somebody who is told of cases."""
    with WebSite() as started:
        yield started


@pytest.fixture(scope="module")
def more_settings(receiver: WebSite, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Webhooks are signed, and may go there."""
    allowed = {"alert_hosts": f"127.0.0.1:{receiver.port}"}
    return allowed | {"alert_secret_file": alerting(tmp_path_factory.mktemp("secrets")).alert_secret_file}


def test_what_it_describes_is_what_it_does(console: Console) -> None:
    """No 5xx and no answer of another shape, whatever is asked."""
    program, post_id = Program(console, "checker"), console.cases(1)[0]
    address = f"{console.address}{PATH}"
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    schema.config.update(base_url=address)
    schema = schema.exclude(operation_id="export_posts")  # no keeper runs here; where one does, it is asked
    known = {"post_id": post_id, "queue": "flagged", "name": "made-up", "at": "0-0"}
    found = ask_everything(schema, EXAMPLES, program.token, known, _call)
    assert {200, 422} <= set().union(*found.values())
    for path in ("/saved-queues/made-up", "/reply-templates/made-up", "/tags/made-up", "/word-lists/made-up"):
        program.ask("DELETE", path, key=f"tidy{path.replace('/', '-')}")


def test_every_write_is_done_once(console: Console) -> None:
    """Sent again with its key, after the console was killed and while it is, it is the same fact."""
    program = Program(console, "doer")
    first, second, *many = console.cases(5)
    queue = {"title": "Fees", "search": {"words": "card", "waiting": "yes"}}
    reply = {"title": "Thanks", "text": "Thank you, {name}."}
    writes: list[tuple[str, str, Any]] = [
        ("POST", "/acts", {"act": "claim", "post_id": first}),
        ("POST", "/acts", {"act": "note", "post_id": first, "version": 0, "note": "called them"}),
        ("POST", "/acts", _decision(console, "hide", first)),
        ("POST", "/acts", {"act": "escalate", "post_id": second, "version": 0, "to": "compliance", "reason": "unsure"}),
        ("PUT", "/saved-queues/fees", queue),
        ("PUT", "/reply-templates/thanks", reply),
        ("PUT", "/word-lists/offers", {"title": "Offers", "label": "spam", "terms": ["cheap pills"], "version": 0}),
        ("POST", "/batches", {"by": "queue", "queue": "flagged"}),
    ]
    asked = [(*write, f"first-time-{number}") for number, write in enumerate(writes)]
    _all(program, asked[:-1])
    console.wait(lambda: len(console.documents([first, second])) == 2, "a case is not there")
    [frozen] = _all(program, asked[-1:])
    batch = f"/batches/{frozen.json()['batch_id']}"
    asked += [("POST", f"{batch}/decision", {"act": "leave", "reason": "4.2"}, "the-decision")]
    gone = ("/saved-queues/fees", "/reply-templates/thanks", "/word-lists/offers")
    asked += [("DELETE", path, None, f"gone{path.replace('/', '-')}") for path in gone]
    _all(program, asked[-len(gone) - 1 :])
    _settled(program, batch, "waiting")
    asked += [("POST", f"{batch}/undo", None, "the-undoing")]
    _all(program, asked[-1:])
    _settled(program, batch, "undo_waiting")
    before = _state(console, [first, second, *many]), program.facts()
    console.pipeline.kill("console")
    again = [program.ask(*one) for one in asked]
    assert {answer.status_code for answer in again} == {200, 204, 404}  # what was removed since is not put back
    _settled(program, batch, "undo_waiting")
    assert (_state(console, [first, second, *many]), program.facts()) == before
    assert frozen.json()["posts"] == len([second, *many])
    assert len(before[1]) == 4 + 2 * len(gone) + 2 * len([second, *many])


def test_what_happens_to_cases_is_told_once(console: Console, receiver: WebSite) -> None:
    """Set up on the page, without a script: signed, again under its id where it was not taken, and after kill -9."""
    statuses = iter((204, 500))
    receiver.pages["/hook"] = lambda _: Reply(status=next(statuses, 204))
    page = console.page("sam", "/webhooks", java_script_enabled=False)
    page.get_by_label("Name").fill("desk")
    page.get_by_label("Address").fill(f"{receiver.address}/hook")
    for event in (OPENED, DECIDED):
        page.get_by_label(event).check()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("status")).to_contain_text("The webhook desk was made")
    first, second = console.cases(2)
    wait_for(lambda: page.reload() is not None and "HTTP 500" in page.inner_text("main"), "nobody says what failed")
    console.pipeline.kill("console")
    wait_for(lambda: len(receiver.said) > 2, "what was not taken is not told again")
    console.publish(console.decision(first, "kim", action="hide"))
    wait_for(lambda: len(receiver.said) > 3, "nobody is told what was decided")
    taken, refused, again, decided = [_heard(*one) for one in zip(receiver.asked, receiver.said, strict=True)]
    assert {taken["post_id"], refused["post_id"]} == {first, second}
    assert (refused["id"], refused["type"]) == (again["id"], OPENED)
    assert (decided["type"], decided["post_id"], decided["action"]) == (DECIDED, first, "hide")
    assert "4111" not in str(receiver.said)
    program = Program(console, "listener")
    [told] = program.ask("GET", "/webhooks").json()["webhooks"]
    assert (all(told["delivered_at"].values()), told["problems"]) == (True, [])
    assert program.ask("DELETE", "/webhooks/desk", key="gone-webhook").status_code == 204


def _heard(asked: tuple[str, dict[str, str]], said: tuple[str, str, bytes]) -> dict[str, Any]:
    """A webhook that is signed as it should be."""
    (_, headers), (_, _, body) = asked, said
    verify(claims(headers), body, [key_of(SECRET)], time.time(), 120)
    told = json.loads(body)
    found: dict[str, Any] = told["data"] | {"type": told["type"], "id": headers["webhook-id"]}
    return found


def _call(case: Any) -> Any:
    """A past state is made from the ledger, and no keeper runs here."""
    if isinstance(case.query, dict):
        case.query.pop("at", None)
    return case.call()


def _decision(console: Console, act: str, post_id: str) -> dict[str, Any]:
    revision = console.document(post_id)["revision_id"]
    return {"act": act, "post_id": post_id, "version": 0, "revision_id": revision, "reason": "4.2"}


def _all(program: Program, asked: list[tuple[str, str, Any, str]]) -> list[httpx.Response]:
    answers = [program.ask(method, path, body, key) for method, path, body, key in asked]
    assert all(answer.is_success for answer in answers), [answer.text for answer in answers if answer.is_error]
    return answers


def _settled(program: Program, batch: str, waiting: str) -> None:
    wait_for(lambda: program.ask("GET", batch).json()["progress"][waiting] == 0, "the batch is not done")


def _state(console: Console, post_ids: list[str]) -> list[tuple[int, str, int]]:
    """Version, state and number of acts of each post."""
    documents = [console.document(post_id) for post_id in post_ids]
    return [(one["version"], one["state"], len(one["parts"]["decided"]["decisions"])) for one in documents]

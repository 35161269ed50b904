"""The API on real servers: it is what it describes, and each write is done once, also where the console dies."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import schemathesis

from console.api.app import PATH
from console.staff.tokens import Tokens
from records.decisions import Act
from records.registry import Entry, Integration
from records.topics import DECISIONS, REGISTRY
from tests.console.api.asking import ask_everything
from tests.live.consoles import Console
from tests.live.pipeline import wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

EXAMPLES = 5
SCOPES = ("read", "decide", "set_up", "export")
ASK_SECONDS_MAX = 30.0


class Program:
    """A program with a token of Sam's, who is a supervisor; it asks until it is answered."""

    def __init__(self, console: Console, name: str) -> None:
        now, self.name = datetime.now(UTC), name
        said = {"registry_id": name, "staff_id": "root", "set_at": now, "authority": "sam", "scopes": SCOPES}
        entry = Integration.model_validate(said | {"until": now + timedelta(days=1)})
        console.publisher.publish_all(REGISTRY, [entry])
        self.console, self.token = console, Tokens(console.settings).add(name, entry.record_id)
        wait_for(lambda: self.ask("GET", "/me").status_code == 200, "the token opens nothing")

    def ask(self, method: str, path: str, body: Any = None, key: str = "") -> httpx.Response:
        """One request; where the console is away, the same again."""
        headers = {"authorization": f"Bearer {self.token}"} | ({"idempotency-key": key} if key else {})
        answers: list[httpx.Response] = []

        def answered() -> bool:
            try:
                answers.append(self._once(method, path, body, headers))
            except httpx.TransportError:
                return False
            return answers[-1].status_code != 503

        wait_for(answered, "the API does not answer")
        return answers[-1]

    def _once(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        address = f"{self.console.address}{PATH}{path}"
        return httpx.request(method, address, json=body, headers=headers, timeout=ASK_SECONDS_MAX)

    def facts(self) -> set[str]:
        """What this integration has put on record, by what makes it the same fact."""
        records = [*self.console._records(DECISIONS), *self.console._records(REGISTRY)]
        return {one.record_id for one in records if isinstance(one, Act | Entry) and one.via == self.name}


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

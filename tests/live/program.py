"""A program that uses the API of a console."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from console.api.app import PATH
from console.staff.tokens import Tokens
from records.decisions import Act
from records.registry import Entry, Integration
from records.topics import DECISIONS, REGISTRY
from tests.live.consoles import Console
from tests.live.pipeline import wait_for

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

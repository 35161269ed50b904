"""A reviewer without a browser: the console's own pages and forms over HTTP, as many at once as a test wants."""

import http.client
import json
import random
import re
import time
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.live.staffed import PASSPHRASE

ACTS = ("leave", "leave", "hide", "remove", "escalate", "defer", "note")
_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass
class Reviewer:
    """One person who has signed in; `answers` are what the console said to each decision, with its seconds."""

    address: str
    name: str
    answers: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        page = self.ask("GET", "/sign-in")[1]
        fields = self.fields(page) | {"name": self.name, "passphrase": PASSPHRASE}
        status, _ = self.ask("POST", "/sign-in", fields)
        assert status == http.client.SEE_OTHER, status
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None, *, as_json: bool = False
    ) -> tuple[int, str]:
        """Status and body."""
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"accept": "application/json"} if as_json else {}
        headers |= {"content-type": "application/x-www-form-urlencoded"} if fields is not None else {}
        self._connection.request(method, path, None if fields is None else urlencode(fields), headers)
        answer = self._connection.getresponse()
        for said in answer.headers.get_all("set-cookie") or ():
            name, _, value = said.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode()

    @staticmethod
    def fields(page: str) -> dict[str, str]:
        """The hidden fields of a page's forms."""
        return {name: unescape(value) for name, value in _FIELD.findall(page)}

    def review(self, queue: str, rng: random.Random) -> bool:
        """Opens the next case as a page, and acts; false where there is none."""
        _, found = self.ask("GET", f"/queue/next?queue={queue}", as_json=True)
        address = json.loads(found)["address"]
        if not address.startswith("/case"):
            return False
        status, page = self.ask("GET", address)
        assert status == http.client.OK, page[:500]
        form = page[page.index('id="decide"') :]
        said = self.fields(form) | {"scope": "post", "reason": "4.3", "to": "supervisor", "hours": "1", "note": "Seen."}
        said |= {"act": rng.choice(ACTS)}
        began = time.perf_counter()
        status, answer = self.ask("POST", "/case/act", said, as_json=True)
        self.answers.append(
            (time.perf_counter() - began, json.loads(answer) | {"status": status, "post": said["post"]})
        )
        return True


def post_of(address: str) -> str:
    """The post that an address of the console is about."""
    return parse_qs(urlsplit(address).query)["post"][0]

"""The keeper from elsewhere: what it answers ends, and what goes wrong is a sentence."""

from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from ingest import ledger_answers
from ingest.ledger import Remote, keeper_says
from ingest.ledger_answers import Asking
from records.errors import Malformed, Misconfigured, Unavailable
from records.settings import Settings
from tests.ingest import dripping
from tests.records.ledger.shapes import POSTS


class TooMuch(BaseHTTPRequestHandler):
    """A keeper that says of everything that it is too much; `asked` counts, and after a hundred it says otherwise."""

    asked = 0

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        """Any answer."""
        type(self).asked += 1
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(413 if self.asked < 100 else 400)
        self.end_headers()
        self.wfile.write(b'{"problem": "too much"}')

    do_POST = do_GET  # noqa: N815


@pytest.fixture
def token(tmp_path: Path) -> Path:
    """A file with a token."""
    file = tmp_path / "token"
    file.write_text("the-sea-is-calm-today")
    return file


def remote(url: str, token: Path, monkeypatch: pytest.MonkeyPatch) -> Remote:
    """A reader of a log of which it believes that it has so many entries."""
    made = Remote(Settings(ledger_url=url, ledger_token_file=token), "ann", "verify")
    monkeypatch.setattr(made, "_sizes", {POSTS.path: 20})
    return made


def test_one_entry_that_is_too_much_is_said_and_not_asked_for_again(
    token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fewer and fewer are asked for before; and pages are never asked for in parts."""
    monkeypatch.setattr(TooMuch, "asked", 0)
    with dripping.site(TooMuch) as url, remote(url, token, monkeypatch) as reader:
        with pytest.raises(Malformed, match=f"entry 3 of {POSTS.path} alone is too much: .*too much"):
            list(reader.contents(POSTS, 3, 20))
        assert TooMuch.asked == 5
        with pytest.raises(Malformed, match="too much"):
            reader.logs()


def test_a_keeper_that_never_ends_its_answer_is_not_waited_for(token: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for a page nor for its health nor for contents."""
    monkeypatch.setattr(ledger_answers, "ANSWER_SECONDS_MAX", 0.2)
    with dripping.site() as url, remote(url, token, monkeypatch) as reader:
        wanted: tuple[Any, ...] = (
            reader.logs,
            lambda: keeper_says(Settings(ledger_url=url)),
            lambda: Asking(Settings(ledger_url=url)).health(),
            lambda: list(reader.contents(POSTS, 0, 20)),
        )
        for ask in wanted:
            with pytest.raises(Unavailable, match="TooSlow"):
                ask()


@pytest.mark.parametrize("url", ["http://127.0.0.1:bad", "http://[bad", "http://a b", "127.0.0.1:8474"])
def test_an_address_that_is_none_is_a_sentence(url: str) -> None:
    """And names the setting."""
    with pytest.raises(Misconfigured, match="LIFEGUARD_LEDGER_URL"):
        Asking(Settings(ledger_url=url))

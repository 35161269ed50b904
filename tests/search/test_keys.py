"""API keys with the least that a process needs, made once, kept where only their owner may read them.

The bare node of `deploy/local` has no security: who answers here is ten lines, and what is tested is what we ask.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from records.errors import Misconfigured
from records.settings import Settings
from search.client import Search
from search.keys import key_body, make_keys, make_kibana_token


class Cluster(BaseHTTPRequestHandler):
    """Says yes to what it knows, and remembers it."""

    asked: list[tuple[str, str, str, dict[str, Any]]]
    known: set[str]

    def do_POST(self) -> None:
        """One request."""
        body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
        who = self.headers["authorization"]
        self.asked.append((self.command, self.path, who, body))
        encoded = f"key{len(self.asked)}"
        self.known.add(f"ApiKey {encoded}")
        granted = who.startswith("Basic ") or who in self.known
        answer = json.dumps({"encoded": encoded, "token": {"value": "AAEAAW"}} if granted else {}).encode()
        self.send_response(200 if granted else 401)
        self.send_header("x-elastic-product", "Elasticsearch")
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST  # noqa: N815  the name that the library calls

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def cluster() -> Iterator[tuple[type[Cluster], str]]:
    """The handler with what it was asked, and its address."""
    Cluster.asked, Cluster.known = [], set()
    server = HTTPServer(("127.0.0.1", 0), Cluster)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Cluster, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def settings(url: str, folder: Path) -> Settings:
    """An administrator's settings."""
    password = folder / "password"
    password.write_text("sand and sea\n")
    return Settings(elasticsearch_url=url, elasticsearch_username="elastic", elasticsearch_password_file=password)


def test_a_key_opens_our_indices_only() -> None:
    """Every index of ours under its namespace, no `all`, and of the cluster only a look at its tasks."""
    for name in ("setup", "retain", "work", "console"):
        (role,) = key_body(Settings(namespace="team-a."), name)["role_descriptors"].values()
        (indices,) = role["indices"]
        assert role["cluster"] == (["monitor"] if name == "retain" else [])
        assert set(indices["names"]) == {
            f"team-a.{name}{end}" for name in ("posts", "history", "coverage") for end in ("", "-*")
        }
        assert "all" not in indices["privileges"]
        assert ("manage" in indices["privileges"]) == (name in ("setup", "retain"))
        assert ("write" in indices["privileges"]) == (name in ("setup", "work"))


async def test_keys_are_made_once_and_are_private(cluster: tuple[type[Cluster], str], tmp_path: Path) -> None:
    """A second time the keys that work stay; what was made is readable by its owner alone."""
    asked, chosen = cluster[0].asked, settings(cluster[1], tmp_path)
    async with Search(chosen) as search:
        await make_keys(search, tmp_path)
        await make_kibana_token(search, tmp_path)
        made = [path for method, path, _, _ in asked if method == "POST"]
        await make_keys(search, tmp_path)
        await make_kibana_token(search, tmp_path)
    assert [path.partition("/token/")[0] for path in made] == [
        *4 * ["/_security/api_key"], "/_security/service/elastic/kibana/credential",
    ]  # fmt: skip
    assert [path for method, path, _, _ in asked if method == "POST"] == made
    assert (tmp_path / "work" / "api_key").read_text() == "key2\n"
    assert (tmp_path / "kibana" / "kibana.yml").read_text() == 'elasticsearch.serviceAccountToken: "AAEAAW"\n'
    assert (tmp_path / "work" / "api_key").stat().st_mode & 0o777 == 0o600


async def test_a_key_that_no_longer_works_is_made_anew(cluster: tuple[type[Cluster], str], tmp_path: Path) -> None:
    """As after the cluster's data were lost and its keys with them."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "api_key").write_text("of another cluster\n")
    async with Search(settings(cluster[1], tmp_path)) as search:
        await make_keys(search, tmp_path)
    assert (tmp_path / "work" / "api_key").read_text() == "key3\n"


@pytest.mark.parametrize(
    ("chosen", "saying"),
    [
        ({"elasticsearch_username": "elastic"}, "set together or not"),
        ({"elasticsearch_password_file": "p", "elasticsearch_api_key_file": "k"}, "choose one"),
        (
            {"elasticsearch_username": "elastic", "elasticsearch_password_file": "/not/there"},
            "_PASSWORD_FILE cannot be",
        ),
    ],
)
def test_credentials_that_do_not_fit_together_are_refused(chosen: dict[str, Any], saying: str) -> None:
    """In one sentence, before anything is asked."""
    with pytest.raises(Misconfigured, match=saying):
        Search(Settings(**chosen))

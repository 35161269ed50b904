"""The servers that everything else is tested on: they answer, and they come back from whatever is done to them."""

import json
import urllib.request
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from deploy.local.servers import Servers

pytestmark = pytest.mark.live


def ask_node(servers: "Servers", path: str, body: dict[str, object] | None = None) -> dict[str, object]:
    """One request to the node."""
    request = urllib.request.Request(
        servers.elasticsearch_url + path,
        data=json.dumps(body).encode() if body else None,
        headers={"Content-Type": "application/json"},
        method="PUT" if body else "GET",
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


@pytest.mark.chaos
def test_the_node_keeps_what_it_was_given_over_kill_9(servers: "Servers") -> None:
    """A document that was acknowledged is there after the node was killed and started again."""
    ask_node(servers, "/kept", {"mappings": {"dynamic": "strict", "properties": {"text": {"type": "text"}}}})
    ask_node(servers, "/kept/_doc/1?refresh=true", {"text": "a post"})
    servers.kill("node")
    servers.begin("node")
    assert ask_node(servers, "/kept/_doc/1")["_source"] == {"text": "a post"}


def test_the_broker_comes_back_from_kill_9_and_from_a_freeze(servers: "Servers") -> None:
    """Dead it does not answer, started again it does; frozen it does not answer, thawed it does."""
    servers.kill("broker")
    assert not servers.is_ready("broker")
    servers.begin("broker")
    assert servers.is_ready("broker")
    servers.pause("broker")
    assert not servers.is_ready("broker")
    servers.resume("broker")
    servers.wait("broker")


def test_the_servers_listen_on_this_machine_only(servers: "Servers") -> None:
    """Neither server has a listening socket on another address than 127.0.0.1."""
    import psutil

    for process in servers.processes.values():
        listening = [c.laddr.ip for c in psutil.Process(process.pid).net_connections("inet") if c.status == "LISTEN"]
        assert listening
        assert {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}

"""Alerts as webhooks: signed, to the hosts that are allowed, and to nobody else."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.notifying.webhook import refuse_address, send
from ingest.receiver.signatures import claims, key_of, verify
from ingest.web import SiteAway
from records.errors import Malformed, Misconfigured
from tests.ingest.notifying.alerts import NOW, OTHER_SECRET, SECRET, alert, alerting
from tests.ingest.web_site import Reply, WebSite


@pytest.fixture
def receiver() -> Iterator[WebSite]:
    """Somebody who receives alerts at /hook."""
    with WebSite() as started:
        started.pages["/hook"] = Reply(status=204)
        yield started


def test_an_alert_arrives_signed(receiver: WebSite, tmp_path: Path) -> None:
    """The receiver verifies it with any of the secrets, by the published scheme, and reads what it says."""
    settings = alerting(tmp_path, alert_hosts=f"hooks.example.com, 127.0.0.1:{receiver.port}")
    send(settings, f"{receiver.address}/hook", alert())
    ((path, headers),) = receiver.asked
    assert path == "/hook"
    assert headers["webhook-id"] == "0" * 40
    assert headers["content-type"] == "application/json"
    for secret in (SECRET, OTHER_SECRET):
        verify(claims(headers), receiver.posted, [key_of(secret)], NOW.timestamp(), 0)
    assert json.loads(receiver.posted)["data"]["entered"] == 3


def test_nobody_is_reached_who_was_not_allowed(receiver: WebSite, tmp_path: Path) -> None:
    """Another host, another port, another name of the same host: nothing is sent anywhere."""
    allowed = f"hooks.example.com, [::1]:9200, bücher.example, 127.0.0.1:{receiver.port}"
    settings = alerting(tmp_path, alert_hosts=allowed)
    for url in (
        "https://hooks.example.com/a?b=c",
        "https://HOOKS.example.com:443/",
        "http://[::1]:9200/",
        "https://xn--bcher-kva.example/",
    ):
        refuse_address(settings, url)
    for url, why in {
        "https://hooks.example.com:8443/": "hooks.example.com:8443",
        "https://hooks.example.com./": "no alert may be sent",
        "https://other.example.com/": "LIFEGUARD_ALERT_HOSTS",
        "http://127.0.0.1:9200/": "adds it to LIFEGUARD_ALERT_HOSTS",
        f"http://localhost:{receiver.port}/hook": "no alert may be sent",
        "http://169.254.169.254/latest/": "https",
        "http://hooks.example.com/": "https",
        "https://hooks.example.com@127.0.0.1:9200/": "no name and no password",
        "https://evil.example\\@hooks.example.com/": "no name and no password",
        "file:///etc/passwd": "https",
        "//hooks.example.com/": "https",
        "https://": "https",
        "https://exa\nmple.com/": "not an address",
        "https://hooks.example.com/" + "x" * 2048: "characters",
    }.items():
        with pytest.raises(Malformed, match=why):
            send(settings, url, alert())
    assert receiver.asked == []


def test_without_a_list_nobody_is_allowed(receiver: WebSite, tmp_path: Path) -> None:
    """Nor with one that is none."""
    with pytest.raises(Malformed, match="LIFEGUARD_ALERT_HOSTS"):
        refuse_address(alerting(tmp_path), f"{receiver.address}/hook")
    with pytest.raises(Misconfigured, match="LIFEGUARD_ALERT_HOSTS"):
        refuse_address(alerting(tmp_path, alert_hosts="::1"), f"{receiver.address}/hook")


def test_without_a_secret_nothing_is_sent(receiver: WebSite, tmp_path: Path) -> None:
    """Whoever receives it could not know that it is ours; a secret that is none is not repeated."""
    settings = alerting(tmp_path, alert_hosts=f"127.0.0.1:{receiver.port}", alert_secret_file=None)
    with pytest.raises(Misconfigured, match="LIFEGUARD_ALERT_SECRET_FILE"):
        send(settings, f"{receiver.address}/hook", alert())
    settings = alerting(tmp_path, alert_hosts=f"127.0.0.1:{receiver.port}")
    (tmp_path / "alert-secrets").write_text("hush-hush")
    with pytest.raises(Misconfigured) as wrong:
        send(settings, f"{receiver.address}/hook", alert())
    assert "hush" not in str(wrong.value)
    assert receiver.asked == []


def test_a_redirect_is_not_followed(receiver: WebSite, tmp_path: Path) -> None:
    """Not even within the same host: the alert counts as not delivered."""
    settings = alerting(tmp_path, alert_hosts=f"127.0.0.1:{receiver.port}")
    for location in ("/hook", f"http://localhost:{receiver.port}/hook", "http://169.254.169.254/"):
        receiver.pages["/old"] = Reply(status=307, headers={"Location": location})
        with pytest.raises(SiteAway, match="elsewhere"):
            send(settings, f"{receiver.address}/old", alert())
    assert [path for path, _ in receiver.asked] == ["/old"] * 3


@pytest.mark.parametrize(("status", "wait"), [(400, None), (401, None), (410, None), (429, 17.0), (503, 17.0)])
def test_a_receiver_that_does_not_take_it_is_asked_again(
    receiver: WebSite, tmp_path: Path, status: int, wait: float | None
) -> None:
    """By the caller, and not before the receiver wants it; what else it says is nowhere repeated."""
    headers = {"Retry-After": "17"} if wait else {}
    receiver.pages["/hook"] = Reply(b"a word of theirs", status, headers)
    with pytest.raises(SiteAway, match=f"127.0.0.1: the receiver answers with HTTP {status}") as away:
        send(alerting(tmp_path, alert_hosts=f"127.0.0.1:{receiver.port}"), f"{receiver.address}/hook", alert())
    assert away.value.retry_after_seconds == wait
    assert "theirs" not in str(away.value)


def test_a_receiver_that_is_away_is_asked_again(receiver: WebSite, tmp_path: Path) -> None:
    """Nobody listens, or what listens says more than anybody reads."""
    settings = alerting(tmp_path, alert_hosts=f"127.0.0.1:{receiver.port}")
    receiver.pages["/hook"] = Reply(b"x" * 30_000_000)
    send(settings, f"{receiver.address}/hook", alert())
    receiver.stop()
    with pytest.raises(SiteAway, match="does not answer"):
        send(settings, f"{receiver.address}/hook", alert())


def test_no_secret_is_in_a_log(receiver: WebSite, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is logged by whichever library."""
    caplog.set_level(logging.DEBUG)
    send(alerting(tmp_path, alert_hosts=f"127.0.0.1:{receiver.port}"), f"{receiver.address}/hook", alert())
    assert SECRET not in caplog.text
    assert OTHER_SECRET not in caplog.text

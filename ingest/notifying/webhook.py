"""An alert as a webhook, signed as in the Standard Webhooks specification, to hosts that the settings name.

Whoever sets up an alert names an address that our own network is asked at: it must be one of those that whoever runs
this has named, so that nobody reaches what only we can reach. Redirects are not followed, and answers not read.
"""

import ipaddress
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson

from ingest.receiver.signatures import load_secrets, sign
from ingest.web import SiteAway, Web, destination, retry_after
from records.errors import Malformed, Misconfigured
from records.settings import Settings

URL_CHARS_MAX = 2048
READ_SECONDS_MAX = 10.0
_HTTPS = 443
_DELIVERED, _SENT_ON, _WRONG = range(200, 300), range(300, 400), range(400, 600)


class Message(Protocol):
    """What can be sent: under an id that is the same when the same is told again."""

    @property
    def alert_id(self) -> str:
        """Names it."""
        ...

    @property
    def made_at(self) -> datetime:
        """When it is told."""
        ...

    def values(self) -> dict[str, Any]:
        """What it says, for machines."""
        ...


def refuse_address(settings: Settings, url: str) -> None:
    """Raises Malformed or Misconfigured with why no alert goes to this address."""
    if len(url) > URL_CHARS_MAX:
        raise Malformed(f"the address of an alert has at most {URL_CHARS_MAX} characters")
    scheme, host, port = destination(url)
    if scheme != "https" and not _is_this_machine(host):
        raise Malformed("an alert goes to an address that begins with https://, or to this machine")
    if (host, port) not in _allowed(settings):
        raise Malformed(
            f"no alert may be sent to {_entry(host[:255], port)}: whoever runs Lifeguard adds it to "
            "LIFEGUARD_ALERT_HOSTS, and starts the console anew"
        )
    _keys(settings)


def refuse_all(settings: Settings) -> None:
    """Raises Misconfigured with why no alert goes anywhere."""
    if not _allowed(settings):
        raise Misconfigured(
            "no alert may be sent anywhere: whoever runs Lifeguard names the hosts that receive them by "
            "LIFEGUARD_ALERT_HOSTS (hooks.example.com, or 127.0.0.1:8080), and starts the console anew"
        )
    _keys(settings)


def hosts(settings: Settings) -> list[str]:
    """Where alerts may go, as whoever runs Lifeguard says it."""
    return [entry.strip() for entry in settings.alert_hosts.split(",") if entry.strip()]


def send(settings: Settings, url: str, alert: Message) -> None:
    """Delivers it once; raises Unavailable (SiteAway), Malformed or Misconfigured with the reason, never a secret."""
    refuse_address(settings, url)
    _, host, _ = destination(url)
    body, timestamp = orjson.dumps(alert.values()), str(int(alert.made_at.timestamp()))
    headers = {
        "content-type": "application/json",
        "webhook-id": alert.alert_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(sign(key, alert.alert_id, timestamp, body) for key in _keys(settings)),
    }
    web = Web(host[:255], read_seconds_max=READ_SECONDS_MAX)
    try:
        status, answered = web.deliver(url, body, headers)
    finally:
        web.close()
    if status not in _DELIVERED:
        raise _refused(host[:255], status, answered.get("retry-after"))


def _refused(host: str, status: int, later: str | None) -> SiteAway:
    if status in _SENT_ON:
        return SiteAway(f"{host}: the receiver sends us elsewhere (HTTP {status}), and no alert follows")
    wait = retry_after(later, datetime.now(UTC)) if status in _WRONG else None
    return SiteAway(f"{host}: the receiver answers with HTTP {status}", retry_after_seconds=wait)


def _keys(settings: Settings) -> tuple[bytes, ...]:
    if settings.alert_secret_file is None:
        raise Misconfigured(
            "no alert is sent without a secret to sign it: whoever runs Lifeguard names a file of secrets by "
            "LIFEGUARD_ALERT_SECRET_FILE; `python -m ingest secret` prints one"
        )
    return load_secrets(settings.alert_secret_file)


def _allowed(settings: Settings) -> frozenset[tuple[str, int]]:
    try:
        return frozenset(destination(f"https://{entry}")[1:] for entry in hosts(settings))
    except Malformed:
        raise Misconfigured("LIFEGUARD_ALERT_HOSTS is not a list of hosts, or of host:port") from None


def _entry(host: str, port: int) -> str:
    """As it would stand in the list."""
    bare = f"[{host}]" if ":" in host else host
    return bare if port == _HTTPS else f"{bare}:{port}"


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

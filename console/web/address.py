"""Under which address people reach the console, and which hosts and origins are its own."""

import ipaddress
from urllib.parse import urlsplit

from ingest.serving import url_of
from records.errors import Misconfigured
from records.settings import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"http": 80, "https": 443}


def public_url(settings: Settings) -> str:
    """As browsers write an origin; raises Misconfigured where it is needed and not set, or is no address of a site."""
    url = (settings.console_url or url_of(settings.console_host, settings.console_port)).rstrip("/")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        port = 0
    if port == 0 or not parts.hostname or parts.scheme not in PORTS or parts.path or parts.query or parts.username:
        raise Misconfigured("LIFEGUARD_CONSOLE_URL is an address without a path, like https://lifeguard.example.com")
    if _is_everywhere(parts.hostname):
        raise Misconfigured("the console listens everywhere: say in LIFEGUARD_CONSOLE_URL how people reach it")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, PORTS[parts.scheme]) else f":{port}")


def is_secure(settings: Settings) -> bool:
    """Whether people reach it under https."""
    return settings.console_url.startswith("https:")


def is_overheard(settings: Settings) -> bool:
    """Whether passphrases go over a network as they are."""
    return not is_secure(settings) and urlsplit(public_url(settings)).hostname not in LOOPBACK


def is_our_host(settings: Settings, host: str) -> bool:
    """Whether a Host header names us: the public address, or this machine's own names."""
    name, port = _split(f"//{host}")
    ours = urlsplit(public_url(settings))
    if (name, port or PORTS[ours.scheme]) == (ours.hostname, ours.port or PORTS[ours.scheme]):
        return True
    return name in LOOPBACK


def is_our_origin(settings: Settings, origin: str, host: str) -> bool:
    """Whether an Origin header names the site that the request was sent to; the host was looked at before."""
    return origin == public_url(settings) or (origin == f"http://{host}" and _split(origin)[0] in LOOPBACK)


def _split(url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(url)
        found = parts.hostname or "", parts.port
    except ValueError:
        return "", None
    return found


def _is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False

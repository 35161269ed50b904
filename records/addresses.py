"""Addresses that a browser would take to the same place made equal, so that a pasted one finds what was posted there.

Scheme and host lose their case, http counts as https, and default ports, the last slash, tracking parameters and text
fragments go. Another fragment stays, because sites name a single comment by it; `places` also gives the page around it.
"""

import re
from urllib.parse import SplitResult, quote, urlsplit

TRACKING = frozenset(
    ("fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "_ga", "_gl")
)
"""Parameters that say how a reader came, and never what is shown; beside all that begin with `utm_`."""
TEXT_FRAGMENT = ":~:"
_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_RESERVED = "%!#$&'()*+,/:;=?@[]"


def plain_url(url: str) -> str:
    """The address without what does not change where it leads; what is no web address comes back as it is."""
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in _PORTS or not parts.hostname:
            return url.strip()
        return _joined(parts)
    except ValueError:
        return url.strip()


def places(url: str) -> list[str]:
    """The address, and the page that it lies on where the fragment names a part of it."""
    whole = plain_url(url)
    return list(dict.fromkeys((whole, whole.partition("#")[0]))) if whole else []


def _joined(parts: SplitResult) -> str:
    path, query = _escaped(parts.path).rstrip("/"), _untracked(_escaped(parts.query))
    fragment = _escaped(parts.fragment.partition(TEXT_FRAGMENT)[0])
    return f"https://{_host(parts)}{path}" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    name = f"[{host}]" if ":" in host else _ascii(host)
    return name if parts.port in (None, _PORTS[parts.scheme]) else f"{name}:{parts.port}"


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host


def _untracked(query: str) -> str:
    named = ((pair, pair.partition("=")[0].lower()) for pair in query.split("&"))
    return "&".join(pair for pair, name in named if pair and name not in TRACKING and not name.startswith("utm_"))


def _escaped(part: str) -> str:
    """Letters that need no escape without one, all others with one in capitals."""
    return quote(_ESCAPE.sub(_unescaped, part), safe=_RESERVED)


def _unescaped(found: re.Match[str]) -> str:
    char = chr(int(found[1], 16))
    return char if _UNRESERVED.fullmatch(char) else found[0].upper()

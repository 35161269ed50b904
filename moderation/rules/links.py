"""Where the links of a post are, and which of them lead away from our own pages."""

from collections.abc import Iterator
from itertools import islice

from moderation.domains import is_registered
from moderation.rules.context import Context
from moderation.rules.patterns import Pattern
from records.posts import Post

LINKS_MAX = 100
CANDIDATES_MAX = 1000
SURE_LABELS_MIN = 3
_LINK = Pattern(
    r"\b(?:https?://|hxxps?://|www\.)[^\s<>\"')\]}]+"
    r"|\b[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9][a-z0-9-]{0,62}){0,5}\.[a-z][a-z0-9-]{1,62}\b(?:[/?][^\s<>\"')\]}]*)?",
)
_SCHEMES = ("https://", "http://", "hxxps://", "hxxp://")
_MARKED = (*_SCHEMES, "www.")
# Without a scheme, path or third part, `end.it` is more often a forgotten space or a file than a link.
_USUAL = frozenset((
    "com", "net", "org", "edu", "gov", "io", "info", "biz", "xyz", "top", "site", "online", "shop", "club", "vip",
    "live", "link", "click", "pro", "app", "dev", "win", "loan", "icu", "me", "co",
))  # fmt: skip
_ALSO_WORDS = frozenset((
    "am", "as", "at", "be", "by", "do", "ho", "id", "in", "is", "it", "la", "lo", "ma", "me", "mu", "my", "no",
    "pa", "pm", "py", "sh", "md", "pl", "ps", "rs", "cc", "so", "st", "to", "us",
))  # fmt: skip
_COUNTRY_CHARS = 2


def foreign_links(post: Post, context: Context) -> list[tuple[int, int]]:
    """The spans of the first `LINKS_MAX` links that lead to other hosts than ours."""
    text = post.text or ""
    spans = list(islice(_links(text), LINKS_MAX))
    if not spans:
        return []
    ours = own_hosts(post, context)
    return [span for span in spans if not is_own(host_of(text[slice(*span)]), ours)]


def own_hosts(post: Post, context: Context) -> frozenset[str]:
    """The hosts that the policy names as ours, and the one that the post stands on."""
    return frozenset(host.lower() for host in (*context.policy.own_hosts, host_of(post.url or "")) if host)


def is_own(host: str, ours: frozenset[str]) -> bool:
    """Whether a host is one of ours or below it."""
    return any(host == own or host.endswith("." + own) for own in ours)


def host_of(link: str) -> str:
    """The host of a link as written, without `www.`, user and port."""
    link = link.lower()
    for scheme in _SCHEMES:
        link = link.removeprefix(scheme)
    for end in "/?#\\":
        link = link.split(end, 1)[0]
    return link.rsplit("@", 1)[-1].split(":", 1)[0].removeprefix("www.").rstrip(".,!;")


def _links(text: str) -> Iterator[tuple[int, int]]:
    for start, end in _LINK.spans(text, most=CANDIDATES_MAX):
        in_an_address = text[start - 1 : start] == "@" or text[end : end + 1] == "@"
        if not in_an_address and _leads_somewhere(text[start:end]):
            yield start, end


def _leads_somewhere(link: str) -> bool:
    if link.lower().startswith(_MARKED):
        return True
    host = host_of(link)
    if not is_registered(host):
        return False
    *names, end = host.split(".")
    if len(host) < len(link) or _is_made_up(names):
        return True
    after = link[-len(end)].isupper() and not link[-len(end) - 2].isupper()
    usual = end in _USUAL or (len(end) == _COUNTRY_CHARS and end not in _ALSO_WORDS)
    return usual and not after


def _is_made_up(names: list[str]) -> bool:
    """Whether no sentence would end and begin with them: a digit or hyphen, or three parts that are no `p.m.`."""
    if any("-" in name or any(map(str.isdigit, name)) for name in names):
        return True
    return len(names) + 1 >= SURE_LABELS_MIN and all(len(name) > 1 for name in names)

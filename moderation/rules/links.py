"""Where the links of a post are, and which of them lead away from our own pages."""

from moderation.rules.context import Context
from moderation.rules.patterns import Pattern
from records.posts import Post

LINKS_MAX = 100
_LINK = Pattern(
    r"\b(?:https?://|hxxps?://|www\.)[^\s<>\"')\]}]+"
    r"|\b[a-z0-9][a-z0-9-]{1,62}\.(?:com|net|org|io|info|biz|xyz|top|site|online|shop|club|vip|live|link|click|pro|"
    r"ru|cn|tk|ly|gl|me|co|app|win|loan)\b(?:/[^\s<>\"')\]}]*)?",
)
_SCHEMES = ("https://", "http://", "hxxps://", "hxxp://")


def foreign_links(post: Post, context: Context) -> list[tuple[int, int]]:
    """The spans of the first `LINKS_MAX` links that lead to other hosts than ours."""
    text = post.text or ""
    spans = [span for span in _LINK.spans(text, most=LINKS_MAX) if text[span[0] - 1 : span[0]] != "@"]
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

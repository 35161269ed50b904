"""Finds e-mail addresses of people; those of offices, and those at our own hosts, are nobody's private matter."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.links import is_own, own_hosts
from moderation.rules.patterns import Pattern
from records.posts import Post
from records.verdicts import Finding

LABELS = ("personal_data",)
_ADDRESS = Pattern(
    r"\b[a-z0-9][a-z0-9._%+-]{0,63}(?:@| ?[\[(]at[\])] ?)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24}\b",
)
_OFFICES = frozenset(
    (
        *(
            "info",
            "support",
            "help",
            "helpdesk",
            "service",
            "contact",
            "sales",
            "press",
            "office",
            "mail",
            "admin",
            "webmaster",
        ),
        *("billing", "complaints", "privacy", "legal", "team", "hello", "noreply", "no-reply", "customerservice"),
        *("customer-service", "careers", "jobs", "hr", "abuse", "postmaster", "security", "feedback", "enquiries"),
    ),
)
_PLACEHOLDERS = frozenset(
    ("you", "your", "yourname", "name", "someone", "somebody", "user", "username", "example", "me")
)


def email_address(post: Post, context: Context) -> Iterable[Finding]:
    """Each address that seems to be a person's."""
    text = post.text or ""
    for span in _ADDRESS.spans(text):
        local, host = _parts(text[slice(*span)].lower())
        if local not in _OFFICES | _PLACEHOLDERS and not is_own(host, own_hosts(post, context)):
            yield context.finding("personal_data", "email_address", span, "e-mail address")


def _parts(address: str) -> tuple[str, str]:
    for at in ("@", "[at]", "(at)"):
        if at in address:
            local, host = address.split(at, 1)
            return local.strip(), host.strip()
    return address, ""

"""Finds links to domains that are listed: of scams, and of shorteners, where nobody sees where they lead."""

from collections.abc import Iterable

from moderation.domains import readable, registrable
from moderation.rules.context import Context
from moderation.rules.links import foreign_links, host_of
from records.plain import plain
from records.posts import Post
from records.verdicts import Finding

LABELS = ()
LIST = "domains"


def known_bad_domain(post: Post, context: Context) -> Iterable[Finding]:
    """Each such link under the label of its domain, also where the host is written in look-alike letters."""
    text = post.text or ""
    for span in foreign_links(post, context):
        host = host_of(text[slice(*span)])
        seen = plain(readable(host)).lower()
        label = next((found for one in (host, seen) if (found := context.domains.get(registrable(one) or ""))), None)
        if label:
            detail = "a listed domain" if seen == host else "a listed domain, disguised"
            yield context.finding(label, "known_bad_domain", span, detail)

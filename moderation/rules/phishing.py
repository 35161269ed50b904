"""Finds bait for credentials: false warnings, and calls to confirm an account somewhere."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import asked, denied, reported
from moderation.rules.patterns import phrases
from records.posts import Post
from records.verdicts import Finding

LABELS = ("spam",)
_WANTED = "(?:account|card(?: number)?|pin|password|passcode|identity|details|login|wallet|bank details)"
_BAIT = phrases(
    f"(?:verify|confirm|validate|update|unlock|restore|reactivate) your (?:[^\\s.!?;:]+ ){{0,2}}{_WANTED}",
    "your (?:[^\\s.!?;:]+ ){0,3}(?:account|card|wallet|access) (?:will be|has been|is being|is about to be) "
    "(?:suspended|closed|locked|limited|blocked|deactivated|terminated)",
    "(?:recover|unlock|hack|restore) (?:any|your|lost|stolen|hacked) (?:[^\\s.!?;:]+ ){0,2}(?:accounts?|wallets?|"
    "funds|bitcoin|crypto|passwords?)",
    "(?:recovered|recover) my (?:lost|stolen) (?:[^\\s.!?;:]+ ){0,1}(?:funds|money|bitcoin|crypto|wallet)",
    "you (?:have |'ve )?(?:won|been selected|been chosen) (?:[^\\s.!?;:]+ ){0,4}(?:prize|iphone|gift card|voucher|"
    "lottery|giveaway|reward)",
    "claim your (?:free )?(?:[^\\s.!?;:]+ ){0,2}(?:prize|reward|bonus|gift|voucher|airdrop|tokens?)",
)


def phishing(post: Post, context: Context) -> Iterable[Finding]:
    """Each bait, unless the author warns of it or asks about it."""
    text = post.text or ""
    for span in _BAIT.spans(text):
        if not (reported(text, span) or denied(text, span) or asked(text, span)):
            yield context.finding("spam", "phishing", span)

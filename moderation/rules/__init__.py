"""The rules in running order; a new one is a file, a line here, and a test."""

from collections.abc import Callable, Iterable

from moderation.rules.author_burst import author_burst
from moderation.rules.bare_link import bare_link
from moderation.rules.call_to_trade import call_to_trade
from moderation.rules.complaint import complaint
from moderation.rules.context import Context
from moderation.rules.credentials import credentials
from moderation.rules.email_address import email_address
from moderation.rules.hidden_word import hidden_word
from moderation.rules.iban import iban
from moderation.rules.instruction import instruction
from moderation.rules.off_site_contact import off_site_contact
from moderation.rules.payment_card import payment_card
from moderation.rules.phishing import phishing
from moderation.rules.phone_number import phone_number
from moderation.rules.promissory_claim import promissory_claim
from moderation.rules.repeated_text import repeated_text
from moderation.rules.self_harm import self_harm
from moderation.rules.shouting import shouting
from moderation.rules.side_effect import side_effect
from moderation.rules.testimonial import testimonial
from moderation.rules.threat import threat
from moderation.rules.too_many_links import too_many_links
from records.posts import Post
from records.verdicts import Finding

Rule = Callable[[Post, Context], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    self_harm,
    threat,
    side_effect,
    payment_card,
    iban,
    credentials,
    email_address,
    phone_number,
    promissory_claim,
    call_to_trade,
    instruction,
    complaint,
    testimonial,
    off_site_contact,
    phishing,
    too_many_links,
    bare_link,
    repeated_text,
    author_burst,
    hidden_word,
    shouting,
)

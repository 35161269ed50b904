"""The rules in running order; a new one is a file, a line here, and a test."""

from collections.abc import Callable, Iterable

from moderation.rules.author_burst import author_burst
from moderation.rules.bare_link import bare_link
from moderation.rules.bidi_override import bidi_override
from moderation.rules.call_to_trade import call_to_trade
from moderation.rules.complaint import complaint
from moderation.rules.context import Context
from moderation.rules.credentials import credentials
from moderation.rules.email_address import email_address
from moderation.rules.hidden_word import hidden_word
from moderation.rules.iban import iban
from moderation.rules.impersonation import impersonation
from moderation.rules.instruction import instruction
from moderation.rules.known_bad_domain import known_bad_domain
from moderation.rules.link_density import link_density
from moderation.rules.listed_term import listed_term
from moderation.rules.mixed_script import mixed_script
from moderation.rules.national_id import national_id
from moderation.rules.off_site_contact import off_site_contact
from moderation.rules.payment_card import payment_card
from moderation.rules.performance_claim import performance_claim
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
from moderation.rules.zero_width import zero_width
from records.posts import Post
from records.verdicts import Finding

Rule = Callable[[Post, Context], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    self_harm,
    threat,
    side_effect,
    payment_card,
    iban,
    national_id,
    credentials,
    email_address,
    phone_number,
    promissory_claim,
    performance_claim,
    call_to_trade,
    instruction,
    complaint,
    testimonial,
    off_site_contact,
    phishing,
    impersonation,
    known_bad_domain,
    too_many_links,
    link_density,
    bare_link,
    repeated_text,
    author_burst,
    hidden_word,
    listed_term,
    zero_width,
    mixed_script,
    bidi_override,
    shouting,
)
